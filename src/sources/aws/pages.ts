// Reads a list of AWS to its end, page by page, up to a bound.
import { ToolError } from '../../domain/errors.ts';

/** A page, and the token of the next; undefined or empty: it was the last. */
export interface Page<T> {
  items: readonly T[] | undefined;
  next: string | undefined;
}

/** More pages than this are a mistake of the other side (a token that repeats, say) or nothing we can use. */
const MOST_PAGES = 100;

/** Errors: ToolError 'failed' after 100 pages, and those of `read`. */
export async function readPages<T>(
  what: string,
  read: (token: string | undefined) => Promise<Page<T>>,
  most = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next } = await read(token);
    all.push(...(items ?? []));
    if (next === undefined || next === '' || all.length >= most) return all.slice(0, most);
    token = next;
  }
  throw new ToolError('failed', `${what}: AWS gives page after page without an end`);
}

/** In groups of at most `size`, as some calls take no more at once. */
export function chunked<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}

/** At most `limit` at once, results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

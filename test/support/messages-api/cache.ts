// The prompt cache: what of a request is the repeated beginning of an earlier one, by its bytes. Nothing in it grows old.
import { createHash } from 'node:crypto';
import { blocksOf, type RequestBody } from './validate.ts';

export interface InputTokens {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
}

/** A shorter beginning is not kept, without a word; 1,024 for the Sonnets. */
const LEAST_TOKENS = 1024;
/** How far before a mark an earlier entry is looked for. */
const LOOKBACK = 20;

export function createCache(): (body: RequestBody) => InputTokens {
  const kept = new Set<string>();
  return (body) => {
    const blocks = blocksOf(body);
    const prefixes: { key: string; tokens: number; marked: boolean }[] = [];
    const hash = createHash('sha256').update(body.model);
    let tokens = 0;
    for (const { cache_control, ...block } of blocks) {
      const bytes = JSON.stringify(block);
      tokens += tokensOf(bytes);
      hash.update(`\n${bytes}`);
      prefixes.push({ key: hash.copy().digest('hex'), tokens, marked: cache_control != null });
    }
    const marks = prefixes.flatMap(({ marked }, at) => (marked ? [at] : []));
    const last = prefixes[marks.at(-1) ?? -1];
    if (last === undefined || last.tokens < LEAST_TOKENS)
      return { input_tokens: tokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
    const read = Math.max(
      0,
      ...marks.flatMap((mark) =>
        prefixes
          .slice(Math.max(0, mark - LOOKBACK), mark + 1)
          .filter(({ key }) => kept.has(key))
          .map((prefix) => prefix.tokens),
      ),
    );
    for (const mark of marks) {
      const prefix = prefixes[mark];
      if (prefix && prefix.tokens >= LEAST_TOKENS) kept.add(prefix.key);
    }
    return {
      input_tokens: tokens - last.tokens,
      cache_creation_input_tokens: last.tokens - read,
      cache_read_input_tokens: read,
    };
  };
}

/** As good a guess as any: four bytes each. */
export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

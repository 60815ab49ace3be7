// Lists that Slack gives a page at a time: https://docs.slack.dev/apis/web-api/pagination
import type { SlackAnswer, SlackCall } from './calls.ts';

/** A workspace, or a thread, with more pages than this is not read to its end. */
const PAGES_MAX = 50;

export interface Listed {
  /** `conversations.list` */
  method: string;
  /** `limit` among them: how many stand on one page. */
  args: Readonly<Record<string, unknown>>;
  /** Under which name an answer has them: `channels`. */
  of: string;
  /** Default: 50. */
  pages?: number;
  signal?: AbortSignal;
}

/** Page after page, for as long as they are asked for. Errors: ToolError. */
export async function* pagesOf(
  call: SlackCall,
  { method, args, of, pages = PAGES_MAX, signal }: Listed,
): AsyncGenerator<readonly SlackAnswer[]> {
  let cursor = '';
  for (let page = 0; page < pages; page += 1) {
    const answer = await call(method, { ...args, ...(cursor === '' ? {} : { cursor }) }, signal);
    yield Array.isArray(answer[of]) ? (answer[of] as SlackAnswer[]) : [];
    cursor = nextCursor(answer);
    if (cursor === '') return;
  }
}

function nextCursor({ response_metadata: meta }: SlackAnswer): string {
  const cursor = (meta as { next_cursor?: unknown } | undefined)?.next_cursor;
  return typeof cursor === 'string' ? cursor : '';
}

// Counting and removing keys in steps that no other client of the server notices. Never a script, never KEYS.
import { ToolError } from '../domain/errors.ts';
import type { RedisLink, RedisPrimary } from './redis-connection.ts';
import { parseInfo, type RedisInfo } from './redis-info.ts';
import { redisGlob } from './redis-pattern.ts';

/** Of one SCAN: about a millisecond of the server. */
const SCAN_COUNT = 1_000;
const UNLINKED_AT_ONCE = 500;
/** Looked at to count the keys of a pattern; of more the rest is reckoned. */
const MOST_LOOKED_AT = 500_000;

/** Of every shard. Errors: ToolError 'failed' where what answers is a replica. */
export async function readInfos(link: RedisLink, name: string): Promise<RedisInfo[]> {
  const infos = await Promise.all(
    link.primaries.map(async (primary) => parseInfo(textOf(await ask(primary, ['INFO'], name)))),
  );
  if (infos.some((info) => !info.primary))
    throw new ToolError('failed', `what answers for ${name} is a replica, which takes no change`);
  return infos;
}

export interface Counted {
  keys: number;
  /** Fewer were looked at than there are. */
  estimated: boolean;
}

/** How many keys of database 0 fit. A key that moves while it is looked for may count twice. */
export async function countKeys(
  link: RedisLink,
  { pattern, total, name }: { pattern: string; total: number; name: string },
  signal: AbortSignal,
): Promise<Counted> {
  let [found, lookedAt, whole] = [0, 0, true];
  const most = Math.ceil(MOST_LOOKED_AT / Math.max(1, link.primaries.length));
  for (const primary of link.primaries) {
    let here = 0;
    for await (const keys of scan(primary, pattern, name)) {
      found += keys.length;
      here += SCAN_COUNT;
      if (signal.aborted) throw new ToolError('retry', `counting the keys of ${name} took too long`);
      if (here >= most) {
        whole = false;
        break;
      }
    }
    lookedAt += here;
  }
  if (whole || lookedAt >= total) return { keys: found, estimated: false };
  return { keys: Math.round((found * total) / lookedAt), estimated: true };
}

/** Gives how many went. Errors: ToolError 'unknown' once the first may have gone, with how many did. */
export async function removeKeys(
  link: RedisLink,
  { pattern, name }: { pattern: string; name: string },
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  let begun = false;
  try {
    for (const primary of link.primaries) {
      for await (const keys of scan(primary, pattern, name)) {
        for (let first = 0; first < keys.length; first += UNLINKED_AT_ONCE) {
          if (signal.aborted) throw new ToolError('unknown', 'it was stopped');
          begun = true;
          removed += await link.unlink(keys.slice(first, first + UNLINKED_AT_ONCE));
        }
      }
    }
    return removed;
  } catch (error) {
    if (!begun && error instanceof ToolError && error.outcome !== 'unknown') throw error;
    const why = error instanceof Error ? error.message.slice(0, 120) : 'no answer';
    throw new ToolError('unknown', `${removed} keys of ${name} are gone, and perhaps some more: ${why}`, {
      cause: error,
    });
  }
}

/** All keys of all databases of every shard; the memory is given back meanwhile. Errors: ToolError. */
export async function flushEverything(link: RedisLink, name: string, signal: AbortSignal): Promise<void> {
  const done: string[] = [];
  for (const primary of link.primaries) {
    try {
      if (signal.aborted) throw new Error('it was stopped');
      await primary.send(['FLUSHALL', 'ASYNC']);
      done.push(primary.address);
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, 120) : 'no answer';
      // A server that answers "no" has done nothing.
      if (done.length === 0 && /^(ERR|NOPERM|READONLY|NOAUTH|LOADING|MISCONF|BUSY|OOM)\b/.test(why))
        throw new ToolError('failed', `${name} refused to be flushed: ${why}`, { cause: error });
      throw new ToolError(
        'unknown',
        `${done.length} of ${link.primaries.length} shards of ${name} are flushed; what became of ${primary.address} is not known: ${why}`,
        { cause: error },
      );
    }
  }
}

async function* scan(primary: RedisPrimary, pattern: string, name: string): AsyncGenerator<Buffer[]> {
  let cursor = '0';
  do {
    const words = ['SCAN', cursor, 'MATCH', redisGlob(pattern), 'COUNT', String(SCAN_COUNT)];
    const reply = await ask(primary, words, name);
    const [next, keys] = Array.isArray(reply) ? (reply as unknown[]) : [];
    cursor = textOf(next);
    if (!/^\d{1,20}$/.test(cursor) || !Array.isArray(keys))
      throw new ToolError('failed', `${name} gave no list of keys`);
    yield keys.map((key) => (Buffer.isBuffer(key) ? key : Buffer.from(String(key))));
  } while (cursor !== '0');
}

async function ask(primary: RedisPrimary, words: readonly string[], name: string): Promise<unknown> {
  try {
    return await primary.send(words);
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 120) : 'no answer';
    throw new ToolError('retry', `${name} did not answer ${words[0] ?? ''}: ${why}`, { cause: error });
  }
}

function textOf(reply: unknown): string {
  return Buffer.isBuffer(reply) ? reply.toString('utf8') : typeof reply === 'string' ? reply : '';
}

// POST /channels/<name>: what a chat tells us of people, where it calls us. It is stored before it is answered, and the
// answer comes within the chat's own patience, whatever the disk does.
import type { IncomingMessage } from 'node:http';
import type { ChannelHook } from '../domain/channel-hook.ts';
import { collect, rawChunks } from './body.ts';
import type { HookParts } from './hook.ts';
import { HttpProblem, type Reply, tryAgain, unauthorized } from './problem.ts';

/** Of a body whose sender is not known yet: people's words are short, and Slack waits three seconds. */
const IDLE_MS = 2000;
/** Slack takes what is not answered within three seconds for not taken. */
export const ANSWER_WITHIN_MS = 2500;

/** @throws HttpProblem */
export async function handleChannelHook(
  request: IncomingMessage,
  name: string | null,
  parts: HookParts,
): Promise<Reply> {
  const { busy, limits } = parts;
  // A place of their own: no flood of alerts keeps an acknowledgement out.
  if (busy.chat >= limits.chat) throw tryAgain('overload', 'too much to do at the moment');
  busy.chat += 1;
  let late: NodeJS.Timeout | undefined;
  const work = answer(request, name, parts);
  try {
    return await Promise.race([
      work,
      new Promise<never>((_resolve, reject) => {
        // What is stored after all is the same event when it is sent again.
        late = setTimeout(
          () => reject(tryAgain('stalled', 'it could not be stored in time')),
          ANSWER_WITHIN_MS,
        );
      }),
    ]);
  } finally {
    clearTimeout(late);
    work
      .catch(() => undefined)
      .finally(() => {
        busy.chat -= 1;
      });
  }
}

async function answer(request: IncomingMessage, name: string | null, parts: HookParts): Promise<Reply> {
  const hook = name === null ? null : (parts.options.channelHook?.(name) ?? null);
  if (request.headers['content-encoding'] !== undefined)
    throw new HttpProblem(415, 'encoding', 'a packed body is not understood here');
  // A channel that is not there is answered as late as one that is.
  const raw = await collect(rawChunks(request, { maxBytes: hook?.maxBytes ?? 1024 * 1024, idleMs: IDLE_MS }));
  const why = hook === null ? '' : hook.refuse(raw, request.headers);
  if (hook === null || why !== null) throw refusedFor(hook === null ? null : name, why ?? '');
  return taken(hook, raw, request, parts);
}

async function taken(
  hook: ChannelHook,
  raw: Buffer,
  { headers }: IncomingMessage,
  { metrics }: HookParts,
): Promise<Reply> {
  const { status, body } = await hook.take(raw, headers).catch((cause: unknown) => {
    const problem = tryAgain('not-stored', 'it could not be stored');
    problem.cause = cause;
    throw problem;
  });
  if (status >= 400) metrics.rejected('bad-body');
  return body === null
    ? { status, body: '', headers: { 'Content-Type': 'text/plain; charset=utf-8' } }
    : { status, body };
}

/** To the sender the same 401 as any other; the log says why. */
function refusedFor(name: string | null, why: string): HttpProblem {
  const problem = unauthorized({ signed: true });
  if (name !== null) problem.cause = `a request for the channel "${name}" was refused: ${why}`;
  return problem;
}

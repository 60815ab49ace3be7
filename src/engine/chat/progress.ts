// What takes longer than a moment says how far it is: one post, edited, above the answer.
import { message } from '../../domain/message.ts';
import type { Commit, Engine, Run } from '../engine.ts';
import { type ChatRequest, postAnswer } from './request.ts';

export interface Progress {
  /**
   * Called as often as one likes; shown after a second, and then every few. `after`: what stays of it in the end; default: the
   * text itself.
   */
  say(text: string, after?: string): void;
  /** The commit of the answer, with the last word of the post, where there is one. */
  endWith(answer: Commit): Promise<Commit>;
}

const QUIET_MS = 1_000;
const EVERY_MS = 3_000;

/** Errors of showing it are nobody's: the answer's own commit fails where it matters. */
export function progressOf(request: ChatRequest, run: Pick<Run, 'commit'>, engine: Engine): Progress {
  const { clock } = engine;
  const startedAt = clock.now();
  let shownAt: number | null = null;
  let last = '';
  let writing: Promise<void> = Promise.resolve();
  let isWriting = false;

  async function show(text: string): Promise<void> {
    try {
      // A try that was cut off may have begun the post.
      const begun = await shown(request, engine);
      const said = message(`⏳ ${text}`);
      await run.commit((tx) =>
        begun === null ? postAnswer(tx, request, said, null) : tx.posts.edit(begun, said),
      );
    } catch (error) {
      engine.log({ level: 'warn', event: 'progress-not-shown', error: String(error) });
    }
  }

  return {
    say(text, after = text) {
      last = after;
      const now = clock.now();
      if (isWriting || now - startedAt < QUIET_MS || (shownAt !== null && now - shownAt < EVERY_MS)) return;
      shownAt = now;
      isWriting = true;
      writing = show(text).finally(() => {
        isWriting = false;
      });
    },
    async endWith(answer) {
      await writing;
      const begun = await shown(request, engine);
      if (begun === null) return answer;
      const seconds = Math.max(1, Math.round((clock.now() - startedAt) / 1000));
      const done = message(
        `${last.replace(/ so far\b/, '') || 'Cut off and begun again'}. Done after ${seconds} s`,
      );
      return async (tx) => {
        await tx.posts.edit(begun, done);
        await answer(tx);
      };
    },
  };
}

async function shown({ key }: ChatRequest, engine: Engine): Promise<number | null> {
  const posts = await engine.store.read.posts.answering(key);
  return posts.find(({ outcome }) => outcome === null)?.id ?? null;
}

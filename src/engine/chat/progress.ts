// What takes longer than a moment says how far it is: one post, edited, above the answer or becoming it.
import { type Message, message } from '../../domain/message.ts';
import type { Tables } from '../../store/tables.ts';
import type { Commit, Engine, Run } from '../engine.ts';

export interface Progress {
  /**
   * Called as often as one likes; shown after a second, and then every few. `after`: what stays of it in the end, with how long it
   * took, where nobody knows yet whether anything comes of it; default: the text itself, as done.
   */
  say(text: string, after?: string): void;
  /** The commit of the answer, with the last word of the post, where there is one. */
  endWith(answer: Commit): Promise<Commit>;
  /** The commit in which the post becomes the answer; where nothing was shown, the answer is posted. */
  become(answer: Message): Promise<Commit>;
  /** The commit without an answer: of what was shown only `text` stays, and where nothing was, nothing is said. */
  giveUp(text: string): Promise<Commit>;
}

/** Where it is shown. */
export interface Place {
  /** What the post says it answers, which finds it again after a kill. */
  key: string;
  post(tx: Tables, said: Message): Promise<void>;
}

const QUIET_MS = 1_000;
const EVERY_MS = 3_000;

/** Errors of showing it are nobody's: the answer's own commit fails where it matters. */
export function progressOf(place: Place, run: Pick<Run, 'commit'>, engine: Engine): Progress {
  const { clock } = engine;
  const startedAt = clock.now();
  let shownAt: number | null = null;
  let stays = (seconds: number) => `Cut off and begun again. Done after ${seconds} s`;
  let writing: Promise<void> = Promise.resolve();
  let isWriting = false;

  async function show(text: string): Promise<void> {
    try {
      // A try that was cut off may have begun the post.
      const begun = await shown(place, engine);
      const said = message(`⏳ ${text}`);
      await run.commit((tx) => (begun === null ? place.post(tx, said) : tx.posts.edit(begun, said)));
    } catch (error) {
      engine.log({ level: 'warn', event: 'progress-not-shown', error: String(error) });
    }
  }

  /** Nothing is shown any more once this is known. */
  async function begunPost(): Promise<number | null> {
    await writing;
    return shown(place, engine);
  }

  return {
    say(text, after) {
      stays = (seconds) =>
        after === undefined
          ? `${text.replace(/ so far\b/, '')}. Done after ${seconds} s`
          : `${after}: it took ${seconds} s`;
      const now = clock.now();
      if (isWriting || now - startedAt < QUIET_MS || (shownAt !== null && now - shownAt < EVERY_MS)) return;
      shownAt = now;
      isWriting = true;
      writing = show(text).finally(() => {
        isWriting = false;
      });
    },
    async endWith(answer) {
      const begun = await begunPost();
      if (begun === null) return answer;
      const seconds = Math.max(1, Math.round((clock.now() - startedAt) / 1000));
      const done = message(stays(seconds));
      return async (tx) => {
        await tx.posts.edit(begun, done);
        await answer(tx);
      };
    },
    async become(answer) {
      const begun = await begunPost();
      return (tx) => (begun === null ? place.post(tx, answer) : tx.posts.edit(begun, answer));
    },
    async giveUp(text) {
      const begun = await begunPost();
      return async (tx) => {
        if (begun !== null) await tx.posts.edit(begun, message(text));
      };
    },
  };
}

async function shown({ key }: Place, engine: Engine): Promise<number | null> {
  const posts = await engine.store.read.posts.answering(key);
  return posts.find(({ outcome }) => outcome === null)?.id ?? null;
}

// What a transcript has seen so far: the engine under it, and which posts and effects its lines have spoken of.
import { plainText } from '../../src/domain/message.ts';
import type { Harness } from '../support/harness.ts';
import type { Effect } from '../support/world.ts';

export interface Scene {
  harness: Harness;
  /** What answered the line said last, and what was not asked for yet. */
  answer: string;
  /** Goes on to this instant. Whatever is posted on the way counts as "since the last line". */
  moveTo(at: number): Promise<void>;
  /** From here on is "since the last line". */
  mark(): void;
  /**
   * To be called by whatever makes things happen from outside: expectations after it speak of what it did. While
   * the daemon is down it waits for the next start, as senders and chats that try again do.
   */
  act(work: () => Promise<void>): Promise<void>;
  start(): Promise<void>;
  down: boolean;
  /** The next post there that holds the text, after those of that room spoken of already. Errors: what there was. */
  findPost(place: string, text: string): void;
  /** The post found last, as it stands. */
  found: string;
  /** Posts since the last thing that happened, spoken of or not. */
  recent(): string[];
  nextEffect(): Effect | undefined;
  finish(name: string): void;
}

export function openScene(harness: Harness): Scene {
  let since = 0;
  /** Per room, so that a page and a post of the same moment may be named in either order. */
  const spokenOf = new Map<string, number>();
  let effects = 0;
  const waiting: (() => Promise<void>)[] = [];
  const posted = () =>
    harness.slack.posts.map(({ conversation, message }) => ({
      place: conversation,
      text: plainText(message),
    }));
  const mark = () => {
    since = harness.slack.posts.length;
    spokenOf.clear();
  };

  const scene: Scene = {
    harness,
    answer: '',
    found: '',
    down: false,
    mark,
    async moveTo(at) {
      const wait = at - harness.clock.now();
      if (wait <= 0) return;
      mark();
      if (scene.down) harness.clock.advance(wait);
      else await harness.advance(wait);
    },
    async act(work) {
      mark();
      if (scene.down) waiting.push(work);
      else await work();
    },
    async start() {
      mark();
      scene.down = false;
      await harness.start();
      await harness.settle();
      for (const work of waiting.splice(0)) await work();
    },
    findPost(place, text) {
      const all = posted();
      const from = spokenOf.get(place) ?? since;
      const found = all.findIndex(
        (post, index) => index >= from && post.place === place && post.text.includes(text),
      );
      if (found === -1) {
        throw new Error(
          `nothing in ${place} says: ${text}\nsince the last line there was:\n${shown(all.slice(since))}`,
        );
      }
      spokenOf.set(place, found + 1);
      scene.found = all[found]?.text ?? '';
    },
    recent: () =>
      posted()
        .slice(since)
        .map(({ place, text }) => `${place} | ${text}`),
    nextEffect() {
      const next = harness.world.effects[effects];
      if (next) effects += 1;
      return next;
    },
    finish(name) {
      const rest = harness.world.effects.slice(effects);
      if (rest.length > 0) {
        throw new Error(
          `${name}: changes that no line spoke of:\n${rest.map((each) => JSON.stringify(each)).join('\n')}`,
        );
      }
      // That nobody stands on call is an error of who configured it: the transcript tells of it.
      const broken = harness.logs.filter(({ level, event }) => level === 'error' && event !== 'nobody-paged');
      if (broken.length > 0)
        throw new Error(`${name}: errors in the log:\n${JSON.stringify(broken, null, 1)}`);
    },
  };
  return scene;
}

export function shown(posts: readonly { place: string; text: string }[]): string {
  if (posts.length === 0) return '  (nothing)';
  return posts.map(({ place, text }) => `  ${place} | ${text.replaceAll('\n', '\n    ')}`).join('\n');
}

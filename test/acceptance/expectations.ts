// What must be true at a line. Nothing here changes anything.
import { plainText } from '../../src/domain/message.ts';
import type { Verb } from './runner.ts';
import { readPairs } from './words.ts';

export const EXPECTATIONS: readonly Verb[] = [
  {
    shape: /^post {1,}(?<room>#[a-z][\w-]*) ~ (?<text>.+)$/,
    run: async (scene, { room = '', text = '' }) => scene.findPost(room, text),
  },
  {
    shape: /^no post {1,}(?<room>#[a-z][\w-]*) ~ (?<text>.+)$/,
    run: async (scene, { room = '', text = '' }) =>
      absent(
        scene
          .recent()
          .filter((post) => post.startsWith(`${room} | `))
          .join('\n'),
        text,
      ),
  },
  {
    shape: /^page {1,}@(?<who>[\w-]+) ~ (?<text>.+)$/,
    run: async (scene, { who = '', text = '' }) => scene.findPost(`U-${who}`, text),
  },
  {
    shape: /^mail {1,}@(?<who>[\w-]+) ~ (?<text>.+)$/,
    run: async (scene, { who = '', text = '' }) => scene.findPost(`${who}@example.org`, text),
  },
  {
    shape: /^also {1,}~ (?<text>.+)$/,
    run: async (scene, { text = '' }) => present(scene.found, text),
  },
  {
    // Since the last thing that happened.
    shape: /^pages {1,}@(?<who>[\w-]+) (?<count>\d+)$/,
    run: async (scene, { who = '', count = '' }) =>
      same(String(scene.recent().filter((post) => post.startsWith(`U-${who} | `)).length), count),
  },
  {
    shape: /^answer {1,}~ (?<text>.+)$/,
    run: async (scene, { text = '' }) => {
      const at = scene.answer.indexOf(text);
      if (at === -1)
        throw new Error(
          `no answer, or no more of it, says: ${text}\nit says:\n${scene.answer || '(nothing)'}`,
        );
      scene.answer = scene.answer.slice(at + text.length);
    },
  },
  {
    shape: /^no answer {1,}~ (?<text>.+)$/,
    run: async (scene, { text = '' }) => absent(scene.answer, text),
  },
  {
    shape: /^no answer$/,
    run: async (scene) => same(scene.answer, ''),
  },
  {
    shape: /^quiet$/,
    run: async (scene) => same(scene.recent().join('\n'), ''),
  },
  {
    shape: /^effect {1,}(?<capability>[a-z-]+\.[a-z-]+)(?<args>( .+)?)$/,
    run: async (scene, { capability, args = '' }) => {
      const effect = scene.nextEffect();
      if (!effect) throw new Error('nothing was changed');
      same(effect.capability, capability ?? '');
      const seen = Object.fromEntries(
        Object.entries(effect.args).map(([key, value]) => [key, String(value)]),
      );
      same(sorted(seen), sorted(readPairs(args)));
    },
  },
  {
    shape: /^no effect$/,
    run: async (scene) => same(JSON.stringify(scene.nextEffect() ?? null), 'null'),
  },
  {
    shape: /^state {1,}plan (?<id>\d+) (?<state>[a-z]+)$/,
    run: async ({ harness }, { id, state = '' }) => {
      const approval = await harness.store.read.approvals.find(Number(id));
      const plan = approval && (await harness.store.read.plans.find(approval.planId));
      same(plan?.state ?? 'there is none', state);
    },
  },
  {
    shape: /^state {1,}incident (?<id>\d+) (?<state>[a-z]+)$/,
    run: async ({ harness }, { id, state = '' }) =>
      same((await harness.store.read.incidents.find(Number(id)))?.state ?? 'there is none', state),
  },
  {
    shape: /^incidents (?<count>\d+)$/,
    run: async ({ harness }, { count = '' }) =>
      same(String((await harness.store.read.incidents.list(1000)).length), count),
  },
  {
    shape: /^header {1,}(?<id>\d+) ~ (?<text>.+)$/,
    run: async ({ harness }, { id, text = '' }) => present(await header(harness, Number(id)), text),
  },
  {
    shape: /^no header {1,}(?<id>\d+) ~ (?<text>.+)$/,
    run: async ({ harness }, { id, text = '' }) => absent(await header(harness, Number(id)), text),
  },
  {
    shape: /^timeline {1,}(?<id>\d+) ~ (?<text>.+)$/,
    run: async ({ harness }, { id, text = '' }) =>
      present((await harness.timeline(Number(id))).join('\n'), text),
  },
  {
    shape: /^no timeline {1,}(?<id>\d+) ~ (?<text>.+)$/,
    run: async ({ harness }, { id, text = '' }) =>
      absent((await harness.timeline(Number(id))).join('\n'), text),
  },
  {
    shape: /^audit {1,}~ (?<text>.+)$/,
    run: async ({ harness }, { text = '' }) =>
      present((await harness.store.read.timeline.recent(1000)).map((entry) => entry.text).join('\n'), text),
  },
  {
    // Nowhere in the state file, in no post and in no log line.
    shape: /^nowhere {1,}~ (?<text>.+)$/,
    run: async ({ harness }, { text = '' }) => {
      absent(harness.slack.posts.map(({ message }) => plainText(message)).join('\n'), text);
      const rows = await harness.store.read.timeline.recent(10_000);
      absent(
        JSON.stringify([rows, await harness.store.read.posts.changedSince(0, 10_000), harness.logs]),
        text,
      );
    },
  },
];

async function header(harness: Parameters<Verb['run']>[0]['harness'], id: number): Promise<string> {
  const incident = await harness.store.read.incidents.find(id);
  const post = incident?.headerPostId ? await harness.store.read.posts.find(incident.headerPostId) : null;
  const sent = harness.slack.posts.find(({ remoteId }) => remoteId === post?.remoteId);
  return sent ? plainText(sent.message) : '';
}

function present(text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`it does not say: ${part}\nit says:\n${text || '(nothing)'}`);
}

function absent(text: string, part: string): void {
  if (text.includes(part)) throw new Error(`it says: ${part}\nin:\n${text}`);
}

function same(is: string, wanted: string): void {
  if (is !== wanted) throw new Error(`wanted: ${wanted || '(nothing)'}\nthere is:\n${is || '(nothing)'}`);
}

function sorted(pairs: Record<string, string>): string {
  return JSON.stringify(Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1)));
}

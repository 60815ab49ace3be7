// Incidents and actions are marked where people look at graphs, by jobs that survive what is away; and their links.
import { afterEach, expect, test } from 'vitest';
import { ToolError } from '../../src/domain/errors.ts';
import type { Mark, ReadTool, SourceAdapter, Tool } from '../../src/domain/tool.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { letPass } from '../support/let-pass.ts';
import type { World } from '../support/world.ts';
import { createWorldSource } from '../support/world-source.ts';

const MINUTE = 60_000;

let harness: Harness;
afterEach(() => harness.close());

/** Keeps marks by their key, as a real one does; `refuse` is asked before each. */
function markedOn(refuse: (mark: Mark, nth: number) => ToolError | null = () => null) {
  const marks = new Map<string, Mark>();
  const sent: string[] = [];
  const source: SourceAdapter = {
    name: 'Grafana',
    type: 'grafana',
    tools: [
      {
        kind: 'read',
        capability: 'dashboards.find',
        source: 'Grafana',
        serves: () => true,
        read: async ({ service, metric, sinceAt }) => [
          { title: `${service} ${metric}`, href: `https://grafana.example/d/x?from=${sinceAt}` },
        ],
      } satisfies ReadTool<'dashboards.find'> as unknown as Tool,
    ],
    annotate: async (mark) => {
      sent.push(mark.key);
      const refused = refuse(mark, sent.length);
      if (refused?.outcome !== 'unknown' && refused) throw refused;
      marks.set(mark.key, mark);
      if (refused) throw refused;
    },
    close: async () => {},
  };
  const sources = (world: World) => [createWorldSource(world), source];
  return { marks, sent, sources };
}

async function incident(): Promise<void> {
  await harness.alert({
    title: 'api error rate critical',
    service: 'api',
    labels: { metric: 'error_rate' },
    startsAt: harness.clock.now() - MINUTE,
  });
}

test('the start of an incident, its actions and its end', async () => {
  const { marks, sources } = markedOn();
  harness = await createHarness({ sources });
  const began = harness.clock.now() - MINUTE;
  await incident();
  expect([...marks.values()]).toEqual([
    {
      key: expect.stringMatching(/^openclaw-incident-1-\d+$/),
      text: 'Incident #1 (critical): api error rate critical',
      tags: ['incident-1', 'service:api'],
      at: began,
      endAt: null,
    },
  ]);
  const where = { incidentId: 1 };
  await harness.say('@sarah', '/restart api', where);
  await harness.say('@sarah', '/approve 1', where);
  const action = [...marks.values()].find(({ key }) => key.startsWith('openclaw-action-'));
  expect(action).toMatchObject({
    text: expect.stringMatching(/api.*: succeeded$/),
    tags: ['incident-1', 'service:api'],
    endAt: null,
  });
  await harness.say('@sarah', '/incident close fixed', where);
  await harness.say('@sarah', '/approve 2', where);
  const incidents = [...marks.values()].filter(({ key }) => key.startsWith('openclaw-incident-'));
  expect(incidents).toMatchObject([
    { at: began, endAt: harness.clock.now(), text: expect.stringMatching(/resolved$/) },
  ]);
});

test('a lost answer, a server that is away and a crash: sent until it is there', async () => {
  const { marks, sent, sources } = markedOn((_mark, nth) =>
    nth === 1 ? new ToolError('unknown', 'lost') : nth < 5 ? new ToolError('retry', 'is away') : null,
  );
  harness = await createHarness({ sources });
  await incident();
  expect(sent).toHaveLength(1);
  await harness.restart();
  await harness.advance(5 * MINUTE);
  expect(sent).toHaveLength(5);
  expect(new Set(sent).size).toBe(1);
  expect(marks.size).toBe(1);
});

test('one that is refused is logged once and held against nobody', async () => {
  const { sent, sources } = markedOn(() => new ToolError('failed', 'Grafana refuses us (403)'));
  harness = await createHarness({ sources });
  await incident();
  await harness.advance(5 * MINUTE);
  expect(sent).toHaveLength(1);
  expect(harness.logs.filter(({ event }) => event === 'annotation-failed')).toHaveLength(1);
  expect((await harness.store.read.jobs.counts()).dead).toBe(0);
});

test('a server that stays away is given up after a day', async () => {
  const { sources } = markedOn(() => new ToolError('retry', 'is away'));
  harness = await createHarness({ sources });
  await incident();
  await letPass(harness, 24 * 60 * MINUTE + 5 * MINUTE);
  expect(harness.logs.filter(({ event }) => event === 'annotation-failed')).toHaveLength(1);
});

test('where nothing takes marks there is no job for them', async () => {
  harness = await createHarness();
  await incident();
  expect(await harness.store.read.jobs.counts()).toMatchObject({ dead: 0 });
  expect(harness.logs.filter(({ event }) => event === 'annotation-failed')).toEqual([]);
});

test('dashboards of the service stand in the thread and in the header, from before it began', async () => {
  const { sources } = markedOn();
  harness = await createHarness({ sources });
  const from = harness.clock.now() - 31 * MINUTE;
  await incident();
  const link = `api error_rate: https://grafana.example/d/x?from=${from}`;
  const posts = await harness.posts();
  expect(posts.find((post) => post.includes('| 🤔'))).toContain(link);
  expect(posts.find((post) => post.includes('INCIDENT #1'))).toContain(link);
});

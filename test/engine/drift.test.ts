// What an approved plan rests on, read once more. Every difference alone.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChangeTool, Inspection, SourceAdapter } from '../../src/domain/tool.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { createWorldSource } from '../support/world-source.ts';

let h: Harness;
let sources: SourceAdapter[];
beforeEach(async () => {
  h = await createHarness({
    sources: (world) => {
      sources = [createWorldSource(world)];
      return sources;
    },
  });
});
afterEach(() => h.close());

/** The tool of the source as it is from now on. */
function change(capability: string, edit: (tool: ChangeTool) => Partial<ChangeTool>): void {
  const [source] = sources;
  if (!source) throw new Error('no source');
  const tools = source.tools.map((tool) =>
    tool.capability === capability ? { ...tool, ...edit(tool as ChangeTool) } : tool,
  ) as SourceAdapter['tools'];
  sources[0] = { ...source, tools };
}

/** The tool sees something else from now on. */
function see(capability: string, edit: (seen: Inspection) => Partial<Inspection>): void {
  change(capability, (tool) => ({
    inspect: async (...call) => {
      const seen = await tool.inspect(...call);
      return { ...seen, ...edit(seen) };
    },
  }));
}

describe('an approved plan is void, and says why', () => {
  test.each<[string, () => void | Promise<void>, string]>([
    [
      'when its service is gone',
      () =>
        h.store.write(async (tx) => {
          const found = await tx.resources.find('service', 'api');
          if (found) await tx.resources.remove('service', found.id);
        }),
      'the service api is gone or disabled',
    ],
    [
      'when its service is disabled',
      () =>
        h.store.write(async (tx) => {
          const found = await tx.resources.find('service', 'api');
          if (found) await tx.resources.update('service', found.id, { enabled: false });
        }),
      'the service api is gone or disabled',
    ],
    [
      'when its source is gone',
      () => void sources.splice(0),
      'AWS Production can no longer do services.scale',
    ],
    [
      'when its tool means something else by now',
      () => change('services.scale', ({ version }) => ({ version: version + 1 })),
      'works differently since the plan was made',
    ],
    [
      'when the name leads to another target',
      () => see('services.scale', () => ({ target: { id: 'fake:other', label: 'another api' } })),
      'the target was api and is now another api',
    ],
    [
      'when a fact changed',
      () => see('services.scale', () => ({ facts: { capacity: 3 } })),
      'capacity was 2 and is now 3',
    ],
    [
      'when a fact is gone',
      () => see('services.scale', () => ({ facts: {} as { capacity: number } })),
      'capacity was 2 and is now not known',
    ],
    [
      'when there is one more fact',
      () => see('services.scale', ({ facts }) => ({ facts: { ...facts, paused: true } })),
      'paused was not known and is now yes',
    ],
    [
      'when the facts cannot be read',
      () => void h.world.faults.set('services.scale.inspect', 'fail'),
      'could not be read',
    ],
  ])('%s', async (_name, drift, why) => {
    await h.say('@sarah', '/scale api 4');
    await drift();
    await h.say('@sarah', '/approve 1');
    expect(h.world.effects).toEqual([]);
    expect((await h.posts()).join('\n')).toContain(why);
    expect((await h.store.read.plans.find(1))?.state).toBe('void');
  });
});

test('what only measures or names differently is no difference', async () => {
  await h.say('@sarah', '/scale api 4');
  see('services.scale', ({ target }) => ({
    target: { ...target, label: 'API' },
    preview: [{ text: 'something else', how: 'unknown' }],
  }));
  await h.say('@sarah', '/approve 1');
  expect(h.world.effects).toHaveLength(1);
});

test('a change that became needless is done without being run', async () => {
  await h.say('@sarah', '/restart api');
  see('services.restart', () => ({ absent: 'no instance is left' }));
  await h.say('@sarah', '/approve 1');
  expect(h.world.effects).toEqual([]);
  expect((await h.posts()).join('\n')).toContain('nothing left to do, no instance is left');
});

test('between the two steps of a critical plan the facts are read as well', async () => {
  await h.say('@sarah', '/db-failover orders-db');
  see('databases.failover', ({ facts }) => ({ facts: { ...facts, primary: 'db-3' } }) as Partial<Inspection>);
  expect(await h.say('@sarah', '/approve 1')).toContain('primary was');
  expect((await h.store.read.plans.find(1))?.state).toBe('void');
  expect(h.world.effects).toEqual([]);
});

test('a second yes to what was done meanwhile promises no plan: there is nothing to undo any more', async () => {
  await h.say('@sarah', '/rollback #492');
  // The same line of one person would be one plan.
  await h.say('@mike', '/rollback #492');
  await h.say('@sarah', '/approve 1');
  const before = (await h.posts()).length;
  await h.say('@sarah', '/approve 2');
  const said = (await h.posts()).slice(before).join('\n');
  expect(said).toMatch(/not run \(the newest deploy was #492 and is now #\d+\)\. It is planned afresh/);
  expect(said).toContain('Refused: #492 of api is rolled back already');
  expect(said).not.toContain('fresh plan follows');
  expect(h.world.effects).toHaveLength(1);
});

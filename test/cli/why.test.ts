// The questions of the morning after, answered from what was stored at night.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';
import { runCli } from './run-cli.ts';

const MINUTE = 60_000;
let h: Harness;
beforeEach(async () => {
  h = await createHarness();
  onTestFinished(() => h.close());
});

const why = (...args: string[]) =>
  runCli(['why', ...args], { stateDir: h.stateDir, now: h.clock.now(), width: 200 });

interface Answer {
  facts: [string, string][];
  decided: { at: number; kind: string; text: string; data?: Record<string, unknown> }[];
  pending: { at: number; kind: string; text: string }[];
}
const answer = async (...args: string[]) => (await why(...args, '--json')).json() as Answer;

describe('why incident of a storm', () => {
  beforeEach(async () => {
    for (let n = 0; n < 40; n++) {
      await h.alert({ title: `host-${n} is down`, service: 'api' });
      await h.alert({ title: `host-${n} is down`, service: 'api' });
      h.clock.advance(1000);
    }
  });

  test('has the first of each sort, how many more there were, and what to type for all', async () => {
    const { stdout, stderr } = await why('incident', '1');
    const lines = stdout.split('\n');
    expect(lines.length).toBeLessThan(40);
    expect(lines.filter((line) => /Alert fired: host-\d+ is down \(/.test(line))).toHaveLength(5 + 1);
    expect(stdout).toMatch(/alert +… 34 more like these, the last at \d{4}-\d\d-\d\d \d\d:\d\d:39\n/);
    expect(stdout).toMatch(/alert +… 35 more like these/);
    // What was decided is not hidden by it.
    expect(stdout).toContain('Paged @sarah via slack');
    expect(stdout).toContain('level 2, team-lead');
    expect(stderr).toMatch(/all \d+ lines: openclaw why incident 1 --all/);
  });

  test('has every line with --all, and as a document', async () => {
    const { decided } = await answer('incident', '1');
    expect(decided.filter(({ text }) => text.includes('Alert fired'))).toHaveLength(40);
    const { stdout, stderr } = await why('incident', '1', '--all');
    expect(stdout.match(/Alert fired: host/g)).toHaveLength(40);
    expect(stderr).not.toContain('--all');
  });
});

describe('why incident', () => {
  test('names alert, route, level, page and what happens next, each with its time', async () => {
    await h.alert({ title: 'api is down', service: 'api' });
    const { decided, pending, facts } = await answer('incident', '1');
    expect(facts).toContainEqual(['one per', 'service api']);
    const texts = decided.map(({ text }) => text);
    expect(texts).toContainEqual(
      expect.stringMatching(/^Incident opened: Alert fired: api is down \(route "built-in critical"/),
    );
    expect(texts).toContainEqual('Told level 1: on-call');
    expect(texts).toContainEqual(expect.stringMatching(/^Paged @sarah via slack/));
    expect(texts).toContainEqual(expect.stringMatching(/^page \d+ to @sarah via slack: delivered/));
    for (const { at } of decided) expect(at).toBe(h.clock.now());
    expect(pending).toEqual([
      expect.objectContaining({
        kind: 'escalate',
        at: h.clock.now() + 5 * MINUTE,
        text: expect.stringMatching(/^level 2, team-lead \(@team-lead/),
      }),
    ]);
  });

  test('names who is told next as it will be: a level that reaches nobody is skipped', async () => {
    await h.store.write(async (tx) => {
      const lead = await tx.resources.find('contact', 'team-lead');
      if (lead)
        await tx.resources.update('contact', lead.id, { spec: { ...lead.spec, order: ['pagerduty'] } });
    });
    await h.alert({ title: 'api is down', service: 'api' });
    const { pending } = await answer('incident', '1');
    expect(pending.map(({ text }) => text)).toEqual([
      'level 3, engineering-manager (@engineering-manager), unless somebody acknowledges; level 2, team-lead, is skipped: on no channel',
    ]);
  });

  test('says what was taken together, and whose acknowledgement keeps others asleep', async () => {
    for (let n = 0; n < 3; n++) await h.alert({ title: 'api is down', service: 'api' });
    await h.alert({ title: 'api is slow', service: 'api' });
    await h.say('@sarah', '/ack 1');
    const { decided, facts, pending } = await answer('incident', '1');
    const texts = decided.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringContaining('"api is down" came 2 times more'));
    expect(texts).toContainEqual(expect.stringMatching(/Alert fired: api is slow .*service api/));
    expect(facts).toContainEqual(['state', expect.stringContaining('@sarah has it')]);
    expect(pending.map(({ kind }) => kind)).toEqual(['ack-expiry']);
  });

  test('held back by a silence it says which, and that no timer tells anybody', async () => {
    await h.alert({ title: 'api is down', service: 'api' });
    await h.add('silence', {
      name: 'release',
      match: { service: 'api' },
      until: new Date(h.clock.now() + 60 * MINUTE).toISOString(),
    });
    await h.settle();
    const { decided, pending } = await answer('incident', '1');
    expect(decided.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^Escalation waits: .*release/),
    );
    expect(pending).toEqual([{ at: h.clock.now(), kind: 'none', text: expect.stringContaining('silence') }]);
  });

  test('of something whose database is down it says that its pages wait for that', async () => {
    await h.add('service', {
      name: 'billing',
      kind: 'app',
      bindings: {},
      instances: [],
      dependsOn: ['api'],
    });
    await h.alert({ title: 'api is down', service: 'api' });
    await h.alert({ title: 'billing is down', service: 'billing' });
    const { facts, pending, decided } = await answer('incident', '2');
    expect(facts).toContainEqual(['state', 'open, its pages wait for incident #1']);
    expect(decided.map(({ text }) => text).join('\n')).toMatch(/wait.*#1/);
    expect(decided.map(({ kind }) => kind)).not.toContain('page');
    expect(pending).toMatchObject([{ text: 'no timer tells anybody while incident #1 is open' }]);
  });

  test('a second incident for the same person within half a minute is paged with what comes until then', async () => {
    await h.alert({ title: 'api is down', service: 'api' });
    await h.alert({ title: 'disk is full' });
    const { pending, decided } = await answer('incident', '2');
    const told = [...pending, ...decided].map(({ text }) => text).join('\n');
    expect(told).toMatch(/@sarah/);
  });

  test('of one that waits to resolve says until when, and of one that is over nothing is pending', async () => {
    await h.alert({ title: 'api is down', service: 'api' });
    await h.alert({ title: 'api is down', service: 'api', status: 'resolved' });
    expect((await answer('incident', '1')).pending.map(({ kind }) => kind)).toEqual(['resolve']);
    await h.advance(10 * MINUTE);
    expect((await answer('incident', '1')).pending).toEqual([]);
  });

  test('for people it is a line each, with the next command', async () => {
    await h.alert({ title: 'api is down', service: 'api' });
    const { code, stdout, stderr } = await why('incident', '#1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\d\d:\d\d:\d\d {2}opened {7}Incident opened/);
    expect(stdout).toContain('\nnext\n');
    expect(stderr).toContain('openclaw incident show 1');
  });
});

describe('why page', () => {
  test('names the level it is for, and leads to its incident', async () => {
    await h.alert({ title: 'api is down', service: 'api' });
    await h.advance(6 * MINUTE);
    const pages = (await answer('incident', '1')).decided.filter(({ kind }) => kind === 'page');
    const second = pages.find(({ text }) => text.includes('@team-lead'));
    const { decided, facts } = await answer('page', String(second?.data?.postId));
    expect(facts).toContainEqual(['for', '@team-lead']);
    const texts = decided.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringContaining('Escalated to'));
    expect(texts).toContainEqual(expect.stringContaining('Paged @team-lead'));
    expect(texts.join()).not.toContain('@sarah');
  });

  test('that is none is not found: also where the number is a post of another sort', async () => {
    await h.alert({ title: 'api is down', service: 'api' });
    expect((await why('page', '1')).code).toBe(3);
    expect((await why('page', '999')).code).toBe(3);
  });
});

describe('why alert', () => {
  test('says which silence kept it quiet', async () => {
    await h.add('silence', {
      name: 'release',
      match: { service: 'api' },
      until: new Date(h.clock.now() + 60 * MINUTE).toISOString(),
    });
    await h.alert({ title: 'api is down', service: 'api' });
    const { facts, decided } = await answer('alert', 'api is down');
    expect(facts[0]?.[1]).toContain('the silence "release" keeps it from waking anybody');
    expect(decided.map(({ text }) => text)).toContainEqual(expect.stringContaining('silenced by "release"'));
  });

  test('a warning has a post and no incident; a part of the title, in several words, finds it', async () => {
    await h.alert({ title: 'disk 100% full_ish', severity: 'warning' });
    const { facts } = await answer('alert', '100%', 'full_');
    expect(facts[0]?.[1]).toContain('its route opens no incident');
    expect((await why('alert', '100x')).code).toBe(3);
  });
});

describe('why plan', () => {
  test('says who asked, who agreed, what each step came to', async () => {
    await h.say('@sarah', '/scale api 4');
    expect((await answer('plan', '1')).pending.map(({ kind }) => kind)).toEqual(['expire']);
    await h.say('@sarah', '/approve 1');
    const { facts, decided } = await answer('plan', '1');
    expect(facts).toContainEqual(['asked by', 'sarah']);
    expect(decided.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['plan', 'approval', 'execution']),
    );
  });

  test('that was refused is on the record of what was asked', async () => {
    await h.say('@sarah', '/scale api 4');
    await h.say('@sarah', '/deny 1');
    expect((await answer('plan', '1')).facts).toContainEqual(['state', expect.stringContaining('denied')]);
  });
});

test.each([
  [['incident', '9'], 3],
  [['plan', '9'], 3],
  [['alert', 'nothing like it'], 3],
  [['alert', ' '], 2],
  [['incident', 'seven'], 2],
  [['page'], 2],
  [[], 2],
])('why %j ends with %i', async (args, code) => {
  expect((await why(...args)).code).toBe(code);
});

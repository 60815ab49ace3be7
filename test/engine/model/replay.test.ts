// An incident that a model took part in, exported and run again from the file alone.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestOf, type Json } from '../../../src/domain/digest.ts';
import { prune } from '../../../src/engine/prune.ts';
import { runCli } from '../../cli/run-cli.ts';
import { calls, fails, says } from '../../support/messages-api/server.ts';
import { type ModelHarness, withModel } from './harness.ts';

const CRITICAL = { title: 'error rate critical', service: 'api', severity: 'critical' as const };
const ROLLBACK = {
  command: 'rollback',
  steps: [{ capability: 'deploys.rollback', args: { service: 'api', deploy: '492' } }],
  why: 'Deploy #492 went out at 03:01, before it began.',
};
const DAY = 24 * 3_600_000;
const SECRET = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

interface Bundle {
  conversations: {
    purpose: string;
    request: { question: { agent: { instructions: string } }; system: unknown };
    turns: { results: { content: string }[] }[];
    outcome: Record<string, unknown>;
  }[];
  timeline: { text: string }[];
  plans: { plan: { steps: { args: Record<string, unknown> }[]; digest: string } }[];
  [more: string]: unknown;
}

async function night(title = CRITICAL.title): Promise<ModelHarness> {
  const model = await withModel([
    says(calls('deploys_list', { service: 'api' }), calls('logs_search', { service: 'api' })),
    says('Deploy #492 at 03:01 is the likely cause. 77.7% of it is a guess. Next: /rollback #492'),
  ]);
  const { h, api } = model;
  await h.alert({ ...CRITICAL, title });
  api.replies.push(
    says(
      { type: 'thinking', thinking: 'Which deploy was it?', signature: 'c2lnbmVk' } as never,
      calls('deploys_list', { service: 'api' }),
      calls('no_such_tool', {}),
    ),
    says(calls('propose_plan', ROLLBACK)),
  );
  await h.say('@sarah', 'roll back whatever went out before this started', { incidentId: 1, toUs: true });
  api.answer = () => fails(529);
  await h.say('@sarah', '/approve', { incidentId: 1 });
  return model;
}

async function exported({ h }: ModelHarness): Promise<{ file: string; bundle: Bundle; text: string }> {
  const { code, stderr } = await runCli(['incident', 'export', '1', '--out', 'incident.json'], {
    stateDir: h.stateDir,
    now: h.clock.now(),
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const file = join(h.stateDir, 'incident.json');
  const text = readFileSync(file, 'utf8');
  return { file, text, bundle: JSON.parse(text) as Bundle };
}

/** As somebody would who knows how. */
function sealAgain(bundle: Bundle): string {
  const { digest: _, ...rest } = bundle;
  return JSON.stringify({ ...rest, digest: digestOf(rest as unknown as Json) });
}

/** With a state folder that cannot be, and nobody to call. */
const replay = (stdin: string, ...flags: string[]) =>
  runCli(['replay', '-', ...flags], { stateDir: '/dev/null/none', cwd: '/', stdin });

interface Told {
  ok: boolean;
  checks: {
    what: string;
    result: string;
    detail: string;
    difference: { what: string; before: string; after: string };
  }[];
}

test('is the same, conversation by conversation, plan by plan, entry by entry', async () => {
  const { h, api } = await night();
  const { bundle, text, file } = await exported({ h, api } as ModelHarness);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(bundle.conversations.length).toBeGreaterThanOrEqual(2);
  const before = api.requests.length;
  const shown = await replay(text);
  expect(shown.stderr).toBe('');
  expect(shown.stdout).not.toContain('different');
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatch(/conversation 1 \(narrative\) +same +2 requests, 2 readings/);
  expect(shown.stdout).toMatch(/conversation 2 \(speech\) +same +2 requests, 2 readings/);
  expect(shown.stdout).toMatch(/plan 1 +same/);
  expect(shown.stdout).toMatch(/timeline +same/);
  expect(api.requests).toHaveLength(before);
});

test('what was asked and answered goes with the rest of what came in, and then the export says that it is not whole', async () => {
  const model = await night();
  const { h } = model;
  h.clock.advance(3 * DAY);
  await h.store.write((tx) => prune(tx, h.clock.now(), 4 * DAY));
  const whole = await exported(model);
  expect((await replay(whole.text)).code).toBe(0);
  await h.store.write((tx) => prune(tx, h.clock.now(), 2 * DAY));
  const { bundle, text } = await exported(model);
  expect(text.length).toBeLessThan(whole.text.length);
  expect(bundle.conversations[0]).toMatchObject({ pruned: true, request: null, turns: [] });
  const shown = await replay(text);
  expect(shown.code).toBe(2);
  expect(shown.stdout).toMatch(
    /conversation 1 \(narrative\) +not kept +what was asked and answered is kept no more/,
  );
  expect(shown.stdout).toMatch(/plan 1 +same/);
  expect(shown.stderr).toContain(
    'This is no whole export: kept no more when it was made were conversation 1 (narrative)',
  );
  const document = await replay(text, '--json');
  expect(document.code).toBe(2);
  expect(document.json()).toMatchObject({ ok: false, error: { type: 'usage' } });
  // What it cost stays.
  expect((await h.store.read.modelTalks.used({ incidentId: 1 })).tokens).toBeGreaterThan(0);
});

describe('a bundle that was changed', () => {
  test('is refused where its digest does not fit', async () => {
    const { text } = await exported(await night());
    const shown = await replay(text.replace('Deploy #492', 'Deploy #491'));
    expect(shown.code).toBe(2);
    expect(shown.stderr).toContain('this export is not what was written: its digest does not fit');
    const cut = await replay(text.slice(0, -100));
    expect(cut.code).toBe(2);
    expect(cut.stderr).toContain('its end is missing');
  });

  test('by one character of an instruction shows where', async () => {
    const { bundle } = await exported(await night());
    const [talk] = bundle.conversations;
    if (!talk) throw new Error('there is one');
    talk.request.question.agent.instructions += '!';
    const shown = await replay(sealAgain(bundle), '--json');
    expect(shown.code).toBe(1);
    const told = shown.json() as Told;
    expect(told.ok).toBe(false);
    const [first, second] = told.checks;
    expect(first).toMatchObject({ result: 'different', difference: { what: 'the instructions' } });
    expect(first?.difference.after).toBe(`${first?.difference.before}!`);
    expect(second?.result).toBe('same');
  });

  test('in a reading, in words, in a step or in the record shows what', async () => {
    const { text } = await exported(await night());
    const changed = async (change: (bundle: Bundle) => void) => {
      const bundle = JSON.parse(text) as Bundle;
      change(bundle);
      const shown = await replay(sealAgain(bundle), '--json');
      expect(shown.code).toBe(1);
      return (shown.json() as Told).checks.filter(({ result }) => result !== 'same');
    };
    expect(
      await changed(({ conversations }) => {
        const result = conversations[0]?.turns[0]?.results[0];
        if (result) result.content = result.content.replace('#492', '#493');
      }),
    ).toMatchObject([{ what: 'conversation 1 (narrative)', detail: expect.stringMatching(/^request 2/) }]);
    expect(
      await changed(({ conversations }) => {
        const outcome = conversations[0]?.outcome;
        if (outcome) outcome.text = 'It was the moon.';
      }),
    ).toMatchObject([{ difference: { what: 'what came of it', before: expect.stringContaining('moon') } }]);
    expect(
      await changed(({ plans }) => {
        const step = plans[0]?.plan.steps[0];
        if (step) step.args.deploy = '491';
      }),
    ).toMatchObject([{ what: 'plan 1', detail: 'its steps are not what its digest names' }]);
    expect(
      await changed(({ timeline }) => {
        if (timeline[0]) timeline[0].text = 'nothing fired';
      }),
    ).toMatchObject([{ what: 'timeline', result: 'different' }]);
  });
});

test('no secret is in it, wherever it was planted', async () => {
  const model = await night(`login with ${SECRET} fails`);
  const { h, api } = model;
  h.world.services.get('api')?.logs.push({
    at: h.clock.now() - 1000,
    level: 'error',
    text: `Authorization: Bearer ${SECRET}`,
    instance: 'api-1',
  });
  await h.add('agent', {
    name: 'Api people',
    message: `Use the token ${SECRET} for nothing.`,
    services: ['api'],
  });
  api.answer = null;
  api.replies.push(
    says(calls('logs_search', { service: 'api', grep: SECRET })),
    says(`The log says ${SECRET} is refused.`),
  );
  await h.say('@sarah', `what is ${SECRET} doing in the logs of api?`, { incidentId: 1, toUs: true });
  const { text, bundle } = await exported(model);
  expect(bundle.conversations.at(-1)?.purpose).toBe('speech');
  expect(text).toContain('[redacted:');
  expect(text).not.toContain(SECRET);
  const again = await replay(text);
  expect(again.stdout).not.toContain('differ');
  expect(again).toMatchObject({ code: 0, stderr: '' });
});

describe('what is no bundle gives one clear sentence', () => {
  const hostile: [string, string][] = [
    ['nothing', ''],
    ['no object', '[]'],
    ['another JSON', '{"resources":[]}'],
    [
      'deep',
      `{"format":"openclaw-incident","version":1,"a":${'['.repeat(100_000)}${']'.repeat(100_000)},"digest":"x"}`,
    ],
    ['a newer form', '{"format":"openclaw-incident","version":2}'],
    ['wrong types', sealAgain({ format: 'openclaw-incident', version: 1, conversations: 7 } as never)],
    [
      'wrong types far inside',
      sealAgain({
        format: 'openclaw-incident',
        version: 1,
        madeBy: 'x',
        madeAt: 1,
        incident: { id: 1, title: 'x', severity: 'x', service: null, state: 'open' },
        timeline: [],
        plans: [],
        conversations: [
          { id: 1, at: 1, purpose: 'x', agent: 'x', command: null, request: { user: 1 }, turns: [] },
        ],
      } as never),
    ],
  ];
  test.each(hostile)('%s', async (_, text) => {
    const shown = await replay(text);
    expect(shown.code).toBe(2);
    expect(shown.stdout).toBe('');
    expect(shown.stderr).toMatch(/^error: this (?:is no|export) [^\n]{10,400}\nhint: [^\n]+\n$/);
  });

  test('blocks and readings that are none are differences, not crashes', async () => {
    const { text } = await exported(await night());
    for (const junk of [null, 'x', [1, null, { type: 'tool_use' }], { type: 'text' }]) {
      const bundle = JSON.parse(text) as Bundle;
      for (const talk of bundle.conversations)
        for (const turn of talk.turns as object[]) Object.assign(turn, { answer: junk, results: junk });
      expect((await replay(sealAgain(bundle))).code).toBe(1);
    }
  });
});

describe('with a model', () => {
  const ENV = (api: ModelHarness['api']) => ({ ANTHROPIC_API_KEY: api.key, ANTHROPIC_BASE_URL: api.url });

  test('shows what it would propose otherwise, over what was read then', async () => {
    const { h, api } = await night();
    const { text } = await exported({ h, api } as ModelHarness);
    const { length } = api.requests;
    const replies = [
      says('Not known.'),
      says(calls('metrics_query', { service: 'api' }), calls('deploys_list', { service: 'api' })),
      says(
        calls('propose_plan', {
          ...ROLLBACK,
          command: 'scale',
          steps: [{ capability: 'services.scale', args: { service: 'api', count: 4 } }],
        }),
      ),
    ];
    api.answer = () => replies.shift() ?? says('Not known.');
    const shown = await runCli(['replay', '-', '--with-model', '--model', 'claude-opus-5-5'], {
      stateDir: '/dev/null/none',
      cwd: '/',
      stdin: text,
      env: ENV(api),
    });
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/conversation 2 \(speech\): proposes otherwise/);
    expect(shown.stdout).toContain('/rollback api #492');
    expect(shown.stdout).toContain('now claude-opus-5-5: /scale api 4');
    expect(shown.stdout).toContain('not read then, so not known: metrics_query {"service":"api"}');
    const asked = api.requests.slice(length);
    expect(asked.every(({ body }) => body.model === 'claude-opus-5-5')).toBe(true);
    expect(asked[2]?.raw).toContain('fix: cache TTL update');
    expect(h.world.effects.map(({ capability }) => capability)).toEqual(['deploys.rollback']);
  });

  test('the same proposal is the same, in whatever order the file keeps its fields', async () => {
    const model = await night();
    const { text } = await exported(model);
    const replies = [
      says('Not known.'),
      says(calls('deploys_list', { service: 'api' })),
      says(calls('propose_plan', ROLLBACK)),
    ];
    model.api.answer = () => replies.shift() ?? says('Not known.');
    const shown = await runCli(['replay', '-', '--with-model'], {
      stateDir: '/dev/null/none',
      cwd: '/',
      stdin: text,
      env: ENV(model.api),
    });
    expect(shown.stdout).toMatch(/conversation 2 \(speech\): proposes the same/);
    expect(shown.stdout).toContain('now claude-sonnet-5-5: /rollback api #492');
    expect(shown.stdout).not.toContain('proposes otherwise');
  });

  test('one that does not answer proposed nothing that could be compared', async () => {
    const model = await night();
    const { text } = await exported(model);
    model.api.answer = () => fails(401);
    const options = { stateDir: '/dev/null/none', cwd: '/', stdin: text, env: ENV(model.api) };
    const shown = await runCli(['replay', '-', '--with-model'], options);
    expect(shown.stdout).toMatch(/conversation 2 \(speech\): was not answered/);
    expect(shown.stdout).toContain('now claude-sonnet-5-5: Claude refuses its key (401)');
    expect(shown.stdout).not.toMatch(/proposes/);
    const document = (await runCli(['replay', '-', '--with-model', '--json'], options)).json();
    const { asked } = document as { asked: { otherwise: { same: boolean | null } }[] };
    expect(asked.map(({ otherwise }) => otherwise.same)).toEqual(asked.map(() => null));
  });

  test('today’s instructions are asked for by name', async () => {
    const model = await night();
    const { h, api } = model;
    const { text } = await exported(model);
    const agent = await h.store.read.resources.find('agent', 'DevOps Monitor');
    if (!agent) throw new Error('it is there from the start');
    const spec = { ...agent.spec, message: 'Be brief as never before.' };
    await h.store.write((tx) => tx.resources.update('agent', agent.id, { spec }));
    const { length } = api.requests;
    api.answer = () => says('Not known.');
    const options = { stateDir: h.stateDir, stdin: text, env: ENV(api) };
    expect((await runCli(['replay', '-', '--with-model'], options)).code).toBe(0);
    expect(api.requests.slice(length).some(({ raw }) => raw.includes('as never before'))).toBe(false);
    expect((await runCli(['replay', '-', '--with-model', '--instructions', 'current'], options)).code).toBe(
      0,
    );
    expect(api.requests.slice(length).some(({ raw }) => raw.includes('as never before'))).toBe(true);
  });

  test('needs a key, and says so', async () => {
    const { text } = await exported(await night());
    const shown = await replay(text, '--with-model');
    expect(shown.code).toBe(1);
    expect(shown.stderr).toContain('there is no key to ask a model with');
    expect(await replay(text, '--model', 'x')).toMatchObject({ code: 2 });
  });
});

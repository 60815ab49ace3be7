// `deploys.rollback` over the wire: what is shown, what is asked for, how its end is waited for, and what doubt is.
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/domain/errors.ts';
import { deployed, NOW, sha } from './repository.ts';
import { scene } from './scene.ts';
import type { Asked, Reply } from './server.ts';

const KEY = '0190a5b2-7c3e-7000-8000-000000000001';
const isPost = ({ method }: Asked) => method === 'POST';

async function failure(work: Promise<unknown>): Promise<ToolError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ToolError);
  return error as ToolError;
}

describe('what is shown', () => {
  test('both deploys, what lies between them, and how it is done', async () => {
    const { inspect, server } = await scene();
    expect(await inspect()).toEqual({
      target: { id: 'acme/api@production', label: 'acme/api (production)' },
      facts: {
        latest: '492',
        target: '491',
        migrations: [],
        inProgress: null,
        revisions: { undone: sha(492), restored: sha(491) },
      },
      preview: [
        {
          text: '#492 (@mike, "fix: cache TTL update") is undone, #491 (@zoe, "feat: order totals") runs afterwards',
          how: 'measured',
        },
        { text: '1 commit undone, 1 file differs', how: 'measured' },
        { text: 'by a new Deployment to production of 0000000 in acme/api', how: 'measured' },
      ],
    });
    expect(server.changing()).toEqual([]);
  });

  test('another deploy that is going out, and one that went out meanwhile', async () => {
    const { inspect, repository } = await scene();
    deployed(repository, { number: 493, message: 'x', login: 'z', at: NOW, states: ['in_progress'] });
    expect((await inspect()).facts).toMatchObject({ latest: '492', inProgress: '493' });
    deployed(repository, { number: 494, message: 'x', login: 'z', at: NOW + 1 });
    expect((await inspect()).facts).toMatchObject({ latest: '494' });
  });

  test('a migration in between', async () => {
    const { inspect, repository } = await scene();
    repository.comparisons.set(`${sha(491)}...${sha(492)}`, {
      status: 'ahead',
      commits: [sha(492)],
      files: ['db/migrate/7.rb'],
    });
    expect((await inspect()).facts.migrations).toEqual(['db/migrate/7.rb']);
  });

  test('a comparison that fails ends it: a migration could pass unseen', async () => {
    const { inspect, server } = await scene();
    server.fault(({ path }) => path.includes('/compare/'), { status: 500, body: {} });
    expect((await failure(inspect())).message).toContain('the difference of 0000000 and 0000000');
  });

  test('a tag that was moved is another revision', async () => {
    const { inspect, repository } = await scene({ settings: { number: 'release' } });
    const before = (await inspect('v1.492')).facts;
    expect(before).toMatchObject({ latest: 'v1.492', target: 'v1.491', revisions: { restored: sha(491) } });
    repository.tags.set('v1.491', sha(490));
    expect((await inspect('v1.492')).facts.revisions?.restored).toBe(sha(490));
  });

  test('nothing to go back to, and no such deploy', async () => {
    const { inspect, repository } = await scene();
    await expect(inspect('7')).rejects.toThrow('api has no deploy "#7" in acme/api: the newest are #492');
    repository.deployments.length = 1;
    expect((await inspect()).facts.target).toBeNull();
    repository.deployments.length = 0;
    await expect(inspect()).rejects.toThrow('it has none');
  });

  test('what to go back to may lie further back than the newest thirty', async () => {
    const { inspect, repository } = await scene();
    for (let n = 0; n < 40; n++)
      deployed(repository, { number: 500 + n, message: 'x', login: 'z', at: NOW + n, states: ['failure'] });
    deployed(repository, { number: 600, message: 'x', login: 'z', at: NOW + 100 });
    expect((await inspect('600')).facts).toMatchObject({ latest: '600', target: '492' });
  });
});

describe('by a Deployment', () => {
  test('the commit before it is deployed, once, and its end is waited for', async () => {
    const { inspect, run, server, repository, waits, list } = await scene();
    repository.newStates = ['queued', 'in_progress', 'in_progress', 'success'];
    const done = await run((await inspect()).facts, KEY);
    expect(done.summary).toBe(
      'rolled back deploy #492 of api, now running #491; log: https://ci.example/logs/9903',
    );
    expect(server.changing().map(({ path, body }) => [path, body])).toEqual([
      [
        '/repos/acme/api/deployments',
        {
          ref: sha(491),
          environment: 'production',
          auto_merge: false,
          required_contexts: [],
          payload: { openclaw: { execution: KEY, undone: '492', restored: '491' } },
          description: 'Rollback of #492 to #491, asked for in GitHub',
        },
      ],
    ]);
    expect(waits).toHaveLength(4);
    expect(await list()).toMatchObject([
      { number: '9903', title: 'Rollback of #492 to #491', rolledBack: true },
      { number: '492', rolledBack: true },
      { number: '491', rolledBack: false, status: 'succeeded' },
      { number: '490' },
    ]);
  });

  test('checks that are configured are asked for', async () => {
    const { inspect, run, server } = await scene({ settings: { 'required-contexts': 'ci/build' } });
    await run((await inspect()).facts);
    expect(server.changing()[0]?.body).toMatchObject({ required_contexts: ['ci/build'] });
  });

  test('a release is deployed by its tag', async () => {
    const { inspect, run, server, list, repository } = await scene({ settings: { number: 'release' } });
    const args = { service: 'api', deploy: 'v1.492' };
    await run((await inspect('v1.492')).facts, KEY, args);
    expect(server.changing()[0]?.body).toMatchObject({ ref: 'v1.491' });
    repository.now += 1_000;
    expect(await list()).toMatchObject([
      { title: 'Rollback of #v1.492 to #v1.491' },
      { number: 'v1.492', rolledBack: true },
      { number: 'v1.491', rolledBack: false },
      {},
    ]);
  });

  test.each(['failure', 'error'])('%s is a failure, with what was said and its log', async (state) => {
    const { inspect, run, repository } = await scene();
    repository.newStates = ['in_progress', state];
    const error = await failure(run((await inspect()).facts, KEY));
    expect(error).toMatchObject({ outcome: 'failed' });
    expect(error.message).toContain('deployment 9903 of GitHub failed');
    expect(error.message).toContain('https://ci.example/logs/9903');
  });

  test.each<[string, Reply, ToolError['outcome']]>([
    [
      'checks that did not pass',
      { status: 409, body: { message: 'Conflict: Commit status checks failed' } },
      'failed',
    ],
    ['a ref that is gone', { status: 422, body: { message: 'No ref found' } }, 'failed'],
    ['a token that may not', { status: 403, body: { message: 'Resource not accessible' } }, 'failed'],
    ['a branch that was merged instead', { status: 202, body: { message: 'Auto-merged' } }, 'unknown'],
    ['a server in trouble', { status: 502, text: '<html>', type: 'text/html' }, 'unknown'],
    ['a connection that breaks', 'drop', 'unknown'],
  ])('%s', async (_name, reply, outcome) => {
    const { inspect, run, server, repository } = await scene();
    const { facts } = await inspect();
    server.fault(isPost, reply);
    expect(await failure(run(facts, KEY))).toMatchObject({ outcome });
    // Never a second time by itself.
    expect(server.changing()).toHaveLength(1);
    expect(repository.deployments).toHaveLength(3);
  });

  test('a limit is waited for: it was surely not done', async () => {
    const { inspect, run, server, repository } = await scene();
    const { facts } = await inspect();
    server.fault(isPost, { status: 403, headers: { 'retry-after': '60' }, body: {} }, { times: 1 });
    await run(facts, KEY);
    expect(repository.deployments).toHaveLength(4);
  });

  test('an answer that was lost is looked for, and followed to its end', async () => {
    const { inspect, run, server, repository } = await scene();
    const { facts } = await inspect();
    server.fault(isPost, 'drop', { times: 1, after: true });
    expect((await run(facts, KEY)).summary).toContain('now running #491');
    expect(repository.deployments).toHaveLength(4);
  });

  test('a status that cannot be read for a while is read again', async () => {
    const { inspect, run, server } = await scene();
    const { facts } = await inspect();
    server.fault(({ path }) => path.includes('/9903/'), { status: 500, body: {} }, { times: 9 });
    expect((await run(facts, KEY)).summary).toContain('now running #491');
  });

  test('a token that ends on the way leaves it unknown, and says why', async () => {
    const { inspect, run, server } = await scene();
    const { facts } = await inspect();
    server.fault(({ path }) => path.includes('/9903/'), {
      status: 401,
      body: { message: 'Bad credentials' },
    });
    const error = await failure(run(facts, KEY));
    expect(error.outcome).toBe('unknown');
    expect(error.message).toMatch(/how deployment 9903 of GitHub ended is not known.*Bad credentials/);
  });

  test('one without an end within a quarter of an hour is unknown', async () => {
    const { inspect, run, repository } = await scene();
    repository.newStates = ['in_progress'];
    const error = await failure(run((await inspect()).facts, KEY));
    expect(error).toMatchObject({ outcome: 'unknown', message: expect.stringContaining('no end yet') });
    expect(repository.now - NOW).toBeLessThan(15 * 60_000);
  });

  test('a deploy that began since is not run over', async () => {
    const { inspect, run, repository, server } = await scene();
    const { facts } = await inspect();
    deployed(repository, { number: 493, message: 'x', login: 'z', at: NOW, states: ['queued'] });
    expect(await failure(run(facts, KEY))).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('nothing was done'),
    });
    expect(server.changing()).toEqual([]);
  });

  test('after a crash: found by its execution, with what became of it', async () => {
    const { inspect, run, reconcile, repository } = await scene();
    const { facts } = await inspect();
    expect(await reconcile(facts, KEY)).toBe('not-started');
    await run(facts, KEY);
    expect(await reconcile(facts, KEY)).toBe('succeeded');
    expect(await reconcile(facts, KEY.replace('1', '2'))).toBe('not-started');
    const [ours] = repository.deployments;
    if (ours) ours.states = ['in_progress'];
    expect(await reconcile(facts, KEY)).toBe('running');
    if (ours) ours.states = ['failure'];
    expect(await reconcile(facts, KEY)).toBe('failed');
  });

  test('after a crash and more deploys than are looked through: unknown', async () => {
    const { inspect, run, reconcile, repository } = await scene();
    const { facts } = await inspect();
    await run(facts, KEY);
    for (let number = 500; number < 600; number += 1)
      deployed(repository, { number, message: 'x', login: 'z', at: NOW + number * 1_000 });
    repository.now = NOW + 3_600_000;
    expect(await reconcile(facts, KEY)).toBe('unknown');
  });

  test('after a crash, with GitHub away: unknown', async () => {
    const { inspect, reconcile, server } = await scene();
    const { facts } = await inspect();
    server.fault(() => true, { status: 500, body: {} });
    expect(await reconcile(facts, KEY)).toBe('unknown');
  });
});

describe('by a workflow', () => {
  const settings = { workflow: 'deploy.yml' };
  const words = `openclaw rollback of #492 to #491, execution ${KEY}`;

  test.each([
    ['200 with the run', true],
    ['204 without', false],
  ])('is dispatched with the commit and its execution, and followed: %s', async (_name, answersDispatch) => {
    const { inspect, run, server, repository, list } = await scene({ settings });
    repository.answersDispatch = answersDispatch;
    const { facts, preview } = await inspect();
    expect(preview.at(-1)?.text).toContain('by a run of deploy.yml of 0000000');
    const done = await run(facts, KEY);
    expect(done.summary).toMatch(
      /now running #491; log: https:\/\/github\.example\/acme\/api\/actions\/runs\/\d+$/,
    );
    expect(server.changing().map(({ path, body }) => [path, body])).toEqual([
      [
        '/repos/acme/api/actions/workflows/deploy.yml/dispatches',
        { ref: 'main', inputs: { ref: sha(491), execution_id: words }, return_run_details: true },
      ],
    ]);
    repository.now += 1_000;
    expect(await list()).toMatchObject([
      { number: '493', rolledBack: true },
      { number: '492', rolledBack: true },
      { number: '491', rolledBack: false },
      {},
    ]);
  });

  test('of releases is dispatched at the tag, with inputs called as the team calls them', async () => {
    const { inspect, run, server } = await scene({
      settings: { ...settings, number: 'release', 'execution-input': 'why' },
    });
    await run((await inspect('v1.492')).facts, KEY, { service: 'api', deploy: 'v1.492' });
    expect(server.changing()[0]?.body).toMatchObject({
      ref: 'v1.491',
      inputs: { why: expect.stringContaining(KEY) },
    });
  });

  test('that fails is a failure with its log', async () => {
    const { inspect, run, repository } = await scene({ settings });
    repository.newStates = ['in_progress', 'failure'];
    const error = await failure(run((await inspect()).facts, KEY));
    expect(error).toMatchObject({ outcome: 'failed', message: expect.stringContaining('/actions/runs/') });
  });

  test('that lacks the inputs is not run, and GitHub says so', async () => {
    const { inspect, run, server } = await scene({ settings });
    const { facts } = await inspect();
    server.fault(isPost, { status: 422, body: { message: 'Unexpected inputs provided: ["execution_id"]' } });
    expect(await failure(run(facts, KEY))).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('Unexpected inputs provided'),
    });
  });

  test('whose runs do not name their execution leaves it unknown, and says what is missing', async () => {
    const { inspect, run, reconcile, repository } = await scene({ settings });
    repository.answersDispatch = false;
    repository.namesRuns = false;
    const { facts } = await inspect();
    const error = await failure(run(facts, KEY));
    expect(error).toMatchObject({ outcome: 'unknown', message: expect.stringContaining('run-name') });
    // A run that does not say whose it is may be ours.
    expect(await reconcile(facts, KEY)).toBe('unknown');
  });

  test('whose answer was lost, and whose run is listed late, is looked for until it shows, and followed', async () => {
    const { inspect, run, changer, server, repository } = await scene({ settings });
    repository.showsRunsAfterMs = 45_000;
    const { facts } = await inspect();
    server.fault(isPost, 'drop', { times: 1, after: true });
    expect((await run(facts, KEY)).summary).toContain('now running #491');
    expect(server.changing()).toHaveLength(1);
    // Asked after a crash any sooner, it would seem that it was never dispatched.
    expect(changer.shownAfterMs).toBeGreaterThan(repository.showsRunsAfterMs);
  });

  test('whose answer was lost, and that nobody ever sees, is unknown', async () => {
    const { inspect, run, server, repository } = await scene({ settings });
    const { facts } = await inspect();
    server.fault(isPost, 'drop', { times: 1 });
    expect(await failure(run(facts, KEY))).toMatchObject({ outcome: 'unknown' });
    expect(server.changing()).toHaveLength(1);
    expect(repository.now - NOW).toBeLessThan(5 * 60_000);
  });

  test('after a crash: not begun, running, done', async () => {
    const { inspect, run, reconcile, repository } = await scene({ settings });
    const { facts } = await inspect();
    expect(await reconcile(facts, KEY)).toBe('not-started');
    await run(facts, KEY);
    const [ours] = repository.runs;
    expect(await reconcile(facts, KEY)).toBe('succeeded');
    if (ours) Object.assign(ours, { status: 'in_progress', conclusion: null });
    expect(await reconcile(facts, KEY)).toBe('running');
  });
});

// `deploys.list` and `deploys.compare` over the wire: where deploys come from, what they are called, pages, ETags.
import { describe, expect, test } from 'vitest';
import { deployed, NOW, sha } from './repository.ts';
import { API, SOURCE, scene } from './scene.ts';

const numbers = (deploys: { number: string }[]) => deploys.map(({ number }) => number);

describe('from Deployments', () => {
  test('by the pull request that each brought, with its title, its author and its time', async () => {
    const { list } = await scene();
    expect(await list()).toMatchObject([
      {
        number: '492',
        author: 'mike',
        title: 'fix: cache TTL update',
        at: NOW - 19 * 60_000,
        status: 'succeeded',
        rolledBack: false,
      },
      // Inactive by now, as GitHub says of what was replaced.
      { number: '491', author: 'zoe', status: 'succeeded' },
      { number: '490' },
    ]);
  });

  test('a commit without a pull request is called by its deployment', async () => {
    const { list, repository } = await scene();
    deployed(repository, {
      number: 493,
      message: 'pushed to main\n\nbody',
      login: 'zoe',
      at: NOW,
      pull: null,
    });
    expect((await list())[0]).toMatchObject({ number: '9493', title: 'pushed to main', author: 'zoe' });
  });

  test('number=deployment', async () => {
    const { list, server } = await scene({ settings: { number: 'deployment' } });
    expect(numbers(await list())).toEqual(['9492', '9491', '9490']);
    expect(server.asked.some(({ path }) => path.endsWith('/pulls'))).toBe(false);
  });

  test.each<[string, string[], string]>([
    ['success that became inactive', ['inactive', 'success'], 'succeeded'],
    ['inactive that never succeeded', ['inactive', 'in_progress'], 'failed'],
    ['an error', ['error', 'in_progress'], 'failed'],
    ['a success after a failure', ['success', 'failure'], 'succeeded'],
    ['queued', ['queued'], 'in-progress'],
    ['no status yet', [], 'in-progress'],
  ])('status: %s', async (_name, states, status) => {
    const { list, repository } = await scene();
    deployed(repository, { number: 493, message: 'x', login: 'zoe', at: NOW - 60_000, states });
    expect((await list())[0]).toMatchObject({ number: '493', status });
  });

  test('what has had no end for half a day never gets one', async () => {
    const { list, repository } = await scene();
    deployed(repository, { number: 493, message: 'x', login: 'z', at: NOW - 12 * 3_600_000, states: [] });
    expect((await list()).find(({ number }) => number === '493')?.status).toBe('failed');
  });

  test('only of its environment', async () => {
    const { list, repository, server } = await scene({ settings: { environment: 'staging' } });
    expect(await list()).toEqual([]);
    for (const each of repository.deployments) each.environment = 'staging';
    expect(await list()).toHaveLength(3);
    expect(server.asked[0]?.query.environment).toBe('staging');
  });
});

describe('from runs of a workflow', () => {
  const settings = { workflow: 'deploy.yml' };

  test('by the number of the run; checks of pull requests and skipped runs are none', async () => {
    const { list, repository } = await scene({ settings });
    const [run] = repository.runs;
    if (run) {
      repository.runs.unshift({ ...run, id: 1, number: 493, event: 'pull_request' });
      repository.runs.unshift({ ...run, id: 2, number: 494, conclusion: 'skipped' });
      repository.runs.unshift({ ...run, id: 3, number: 495, conclusion: 'cancelled', at: NOW });
    }
    expect(await list()).toMatchObject([
      { number: '495', status: 'failed' },
      { number: '492', author: 'mike', title: 'fix: cache TTL update', status: 'succeeded' },
      { number: '491' },
      { number: '490' },
    ]);
  });

  test('number=pull', async () => {
    const { list, repository } = await scene({ settings: { ...settings, number: 'pull' } });
    deployed(repository, { number: 493, message: 'x', login: 'zoe', at: NOW, pull: 88 });
    deployed(repository, { number: 494, message: 'x', login: 'zoe', at: NOW + 1, pull: null });
    expect(numbers(await list(3))).toEqual(['run-494', '88', '492']);
  });

  test('pages are turned until there are enough', async () => {
    const { list, repository, server } = await scene({ settings });
    const [run] = repository.runs;
    if (run)
      for (let n = 0; n < 150; n++)
        repository.runs.unshift({ ...run, id: 5_000 + n, number: 600 + n, event: 'pull_request' });
    expect(numbers(await list(3))).toEqual(['492', '491', '490']);
    expect(server.asked.map(({ query }) => query.page)).toEqual(['1', '2']);
  });
});

describe('from releases', () => {
  test('by their tags; drafts and previews are none', async () => {
    const { list, repository } = await scene({ settings: { number: 'release' } });
    repository.releases.unshift({ tag: 'v2', name: 'later', draft: true, at: NOW });
    repository.releases.unshift({ tag: 'v2-rc1', name: 'perhaps', prerelease: true, at: NOW });
    expect(await list()).toMatchObject([
      { number: 'v1.492', title: 'fix: cache TTL update', author: 'mike', status: 'succeeded' },
      { number: 'v1.491' },
      { number: 'v1.490' },
    ]);
  });

  test('what became of one is said by the deployment of its tag', async () => {
    const { list, repository } = await scene({ settings: { number: 'release' } });
    deployed(repository, { number: 493, message: 'x', login: 'zoe', at: NOW, states: ['failure'] });
    const [deployment] = repository.deployments;
    if (deployment) deployment.ref = 'v1.493';
    expect((await list())[0]).toMatchObject({ number: 'v1.493', status: 'failed' });
  });
});

describe('compared', () => {
  test('commits newest first, files, and the migrations among them', async () => {
    const { read, repository } = await scene();
    repository.comparisons.set(`${sha(490)}...${sha(492)}`, {
      status: 'ahead',
      commits: [sha(491), sha(492)],
      files: ['src/cache.ts', 'db/migrate/7_totals.rb'],
    });
    expect(await read('deploys.compare', { service: 'api', from: '490', to: '#492' })).toEqual({
      commits: [
        { sha: sha(492), title: 'fix: cache TTL update', author: 'mike' },
        { sha: sha(491), title: 'feat: order totals', author: 'zoe' },
      ],
      files: ['db/migrate/7_totals.rb', 'src/cache.ts'],
      migrations: ['db/migrate/7_totals.rb'],
    });
  });

  test('the text of what differs, where GitHub has it, cut at a line', async () => {
    const { read, repository } = await scene();
    const patch = '@@ -1 +1 @@\n-const ttl = 300;\n+const ttl = 3;';
    repository.comparisons.set(`${sha(491)}...${sha(492)}`, {
      status: 'ahead',
      commits: [sha(492)],
      files: ['logo.png', 'src/cache.ts', 'src/large.ts'],
      patches: { 'src/cache.ts': patch, 'src/large.ts': `@@ -0,0 +1 @@\n${'+a line\n'.repeat(2_000)}` },
    });
    const { patches } = await read('deploys.compare', { service: 'api', from: '491', to: '492' });
    expect(patches).toHaveLength(2);
    expect(patches?.[0]).toEqual({ path: 'src/cache.ts', patch });
    expect(patches?.[1]).toMatchObject({ path: 'src/large.ts', cut: true });
    expect(patches?.[1]?.patch).toMatch(/\+a line$/);
    expect(patches?.[1]?.patch.length).toBeLessThanOrEqual(8_000);
  });

  test('of a repository with several services, those whose folders it touches', async () => {
    const services = ['api', 'Worker', 'web'].map((name) => ({ ...API, name }));
    const elsewhere = { ...API, name: 'lib', bindings: { [SOURCE]: 'acme/lib' } };
    const { read, repository } = await scene({ services: [...services, elsewhere] });
    const files = [
      'services/api/src/cache.ts',
      'apps/worker/api/client.ts',
      'services/api/worker/main.ts',
      'lib/retry.ts',
      'web',
    ];
    const range = `${sha(491)}...${sha(492)}`;
    repository.comparisons.set(range, { status: 'ahead', commits: [sha(492)], files });
    const compared = () => read('deploys.compare', { service: 'api', from: '491', to: '492' });
    expect((await compared()).services).toEqual({ touched: ['Worker', 'api'], elsewhere: 2 });
    // More may be touched than what is listed.
    const many = Array.from({ length: 300 }, (_, index) => `services/web/${index}.ts`);
    repository.comparisons.set(range, { status: 'ahead', commits: [sha(492)], files: many });
    expect((await compared()).services).toEqual({ touched: ['web'], elsewhere: null });
  });

  test('commits over several pages', async () => {
    const { read, repository } = await scene();
    const commits = Array.from({ length: 230 }, (_, index) => sha(10_000 + index));
    repository.comparisons.set(`${sha(491)}...${sha(492)}`, { status: 'ahead', commits, files: ['a.ts'] });
    const found = await read('deploys.compare', { service: 'api', from: '491', to: '492' });
    expect(found.commits).toHaveLength(230);
    expect(found.commits[0]?.sha).toBe(sha(10_229));
  });

  test('where neither follows from the other, migrations of both sides count', async () => {
    const { read, repository } = await scene();
    const there = { status: 'diverged', commits: [sha(492)], files: ['a.ts'] };
    const back = { status: 'diverged', commits: [sha(491)], files: ['migrations/3.sql'] };
    repository.comparisons.set(`${sha(491)}...${sha(492)}`, there);
    repository.comparisons.set(`${sha(492)}...${sha(491)}`, back);
    expect(await read('deploys.compare', { service: 'api', from: '491', to: '492' })).toMatchObject({
      commits: [{ sha: sha(492) }],
      files: ['a.ts', 'migrations/3.sql'],
      migrations: ['migrations/3.sql'],
    });
  });

  test('more files than GitHub lists may hold a migration', async () => {
    const { read, repository } = await scene();
    const files = Array.from({ length: 300 }, (_, index) => `src/${index}.ts`);
    repository.comparisons.set(`${sha(491)}...${sha(492)}`, { status: 'ahead', commits: [sha(492)], files });
    const { migrations } = await read('deploys.compare', { service: 'api', from: '491', to: '492' });
    expect(migrations).toEqual([expect.stringContaining('beyond the first 300')]);
  });

  test('a number that is not there is an error that names the newest', async () => {
    const { read } = await scene();
    await expect(read('deploys.compare', { service: 'api', from: '7', to: '492' })).rejects.toThrow(
      'api has no deploy "#7" or "#492" in acme/api: the newest are #492, #491, #490',
    );
  });
});

test('the second reading costs nothing of the hourly limit', async () => {
  const { list, server } = await scene();
  const first = await list();
  const before = server.asked.length;
  expect(await list()).toEqual(first);
  const again = server.asked.slice(before);
  expect(again.length).toBeGreaterThan(0);
  expect(again.every(({ headers }) => headers['if-none-match'] !== undefined)).toBe(true);
  // What a commit is called stays so, and is not asked again.
  expect(again.some(({ path }) => path.includes('/commits/'))).toBe(false);
});

test('a change shows through the ETag', async () => {
  const { list, repository } = await scene();
  await list();
  deployed(repository, { number: 493, message: 'feat: more', login: 'zoe', at: NOW });
  expect(numbers(await list())).toEqual(['493', '492', '491', '490']);
});

describe('which repository', () => {
  const bound = (binding: string) => ({ ...API, bindings: { GitHub: binding } });
  const asked = async (options: Parameters<typeof scene>[0]) => {
    const { list, server } = await scene(options);
    await list(1).catch(() => {});
    return server.asked[0]?.path;
  };

  test('the one of the binding, the owner before it where only the name is said', async () => {
    expect(await asked({ services: [bound('other/shop')] })).toBe('/repos/other/shop/deployments');
    expect(await asked({ services: [bound('shop')] })).toBe('/repos/acme/shop/deployments');
  });

  test('the one of the source for a service of its name, and for no other', async () => {
    const unbound = { ...API, bindings: {} };
    const settings = { repo: 'acme/api' };
    expect(await asked({ settings, services: [unbound] })).toBe('/repos/acme/api/deployments');
    const { source } = await scene({ settings });
    for (const tool of source.tools) expect(tool.serves?.({ ...unbound, name: 'web' })).toBe(false);
  });

  test('a binding that is no repository says how it is written', async () => {
    const { list } = await scene({ services: [bound('asg:api-prod')] });
    await expect(list()).rejects.toThrow('openclaw service edit api --binding "GitHub=acme/api"');
  });
});

test('names and titles that would move the cursor or turn the direction come as plain text', async () => {
  const { list, repository } = await scene();
  const message = '\u001b[31m@channel \u202efix\u0007 <!here>\nsecond line';
  deployed(repository, { number: 493, message, login: 'mi\u200bke\u0000', at: NOW });
  const [first] = await list();
  expect(first?.title).toContain('@channel fix');
  expect(`${first?.title}${first?.author}`).not.toMatch(/[\p{Cc}\u202e\u200b]/u);
});

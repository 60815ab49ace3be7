// The incident of the seed with its deploys at GitHub: the whole engine, and real HTTP to our scripted server.
import { expect, onTestFinished, test } from 'vitest';
import { NEW_DEPLOYS_KEY } from '../../../src/engine/handlers/new-deploys.ts';
import { createGithubSource } from '../../../src/sources/github/github.ts';
import { createHarness, type Harness } from '../../support/harness.ts';
import { createWorldSource } from '../../support/world-source.ts';
import { createRepository, deployed, NOW, serve, sha, TOKEN } from './repository.ts';
import { API } from './scene.ts';
import { startGithubServer } from './server.ts';

const MINUTE = 60_000;
const START = NOW - 6 * MINUTE;

async function night() {
  const server = await startGithubServer();
  const repository = createRepository();
  serve(server, repository);
  let harness: Harness | null = null;
  const now = () => harness?.clock.now() ?? START;
  const bindings = { GitHub: 'acme/api', 'AWS Production': 'asg:api-prod' };
  const started = await createHarness({
    at: START,
    sources: (world) => {
      for (const service of world.services.values()) service.deploys = [];
      const github = createGithubSource({
        name: 'GitHub',
        settings: { 'base-url': server.url },
        secrets: { token: TOKEN },
        services: () => [{ ...API, bindings }],
        clock: { now },
        wait: async (_ms, signal) => signal.throwIfAborted(),
      });
      return [github, createWorldSource(world)];
    },
  });
  harness = started;
  onTestFinished(() => started.close());
  await started.store.write(async (tx) => {
    const api = await tx.resources.find('service', 'api');
    if (api) await tx.resources.update('service', api.id, { spec: { ...api.spec, bindings } });
    const rollback = await tx.resources.find('command', 'rollback');
    if (rollback)
      await tx.resources.update('command', rollback.id, {
        spec: { ...rollback.spec, sources: ['GitHub', 'AWS Production'] },
      });
    await tx.jobs.set('new-deploys', {}, { key: NEW_DEPLOYS_KEY });
  });
  await started.alert({
    title: 'api-prod-01 error rate critical',
    service: 'api',
    severity: 'critical',
    labels: { metric: 'error_rate' },
    startsAt: START,
  });
  return { harness: started, server, repository };
}

test('the last deploy, its rollback with the diff on the card, and the rollback on the timeline', async () => {
  const { harness, server, repository } = await night();
  const posts = (await harness.posts()).join('\n');
  expect(posts).toContain('Last deploy: #492 at 03:01 UTC (@mike — "fix: cache TTL update")');
  expect(posts).toContain('/rollback #492 —');

  await harness.advance(6 * MINUTE);
  const card = await harness.say('sarah', '/rollback #492');
  expect(card).toContain('Roll back deploy #492 of api, back to #491');
  expect(card).toContain('fix: cache TTL update (@mike)');
  expect(card).toContain('src/cache.ts');
  expect(card).toContain('through GitHub');
  expect(server.changing()).toEqual([]);

  repository.now = harness.clock.now();
  await harness.say('sarah', '/approve');
  expect(server.changing()).toHaveLength(1);
  expect(server.changing()[0]?.body).toMatchObject({
    ref: sha(491),
    payload: { openclaw: { undone: '492' } },
  });
  await harness.advance(MINUTE);
  const timeline = (await harness.timeline(1)).join('\n');
  expect(timeline).toContain(
    'rolled back deploy #492 of api, now running #491; log: https://ci.example/logs/9903',
  );
  expect(timeline).toContain('change: deploy #9903 ("Rollback of #492 to #491")');
  expect(await harness.say('sarah', '/rollback #492')).toContain('rolled back already');
});

test('a deploy that went out after the card was shown voids it', async () => {
  const { harness, server, repository } = await night();
  await harness.say('sarah', '/rollback #492');
  deployed(repository, { number: 493, message: 'feat: more', login: 'zoe', at: START + 1 });
  await harness.say('sarah', '/approve');
  expect(server.changing()).toEqual([]);
  const posts = (await harness.posts()).join('\n');
  expect(posts).toContain('the newest deploy was #492 and is now #493');
  await harness.advance(MINUTE);
  expect((await harness.timeline(1)).join('\n')).toContain('change: deploy #493 ("feat: more")');
});

test('a migration in between makes it critical', async () => {
  const { harness, repository } = await night();
  repository.comparisons.set(`${sha(491)}...${sha(492)}`, {
    status: 'ahead',
    commits: [sha(492)],
    files: ['db/migrate/7_totals.rb'],
  });
  const card = await harness.say('sarah', '/rollback #492');
  expect(card).toContain('db/migrate/7_totals.rb');
  expect(card).toMatch(/critical/i);
});

test('GitHub away: named in the incident, and nothing is rolled back by guess', async () => {
  const { harness, server } = await night();
  server.fault(() => true, { status: 401, body: { message: 'Bad credentials' } });
  const answer = await harness.say('sarah', '/rollback #492');
  expect(answer).toContain('GitHub');
  expect(answer).toContain('does not accept our token');
  expect(server.changing()).toEqual([]);
});

// The github source, by Deployments and by a workflow, under the suite of all sources.
import { createGithubSource } from '../../../src/sources/github/github.ts';
import { createRepository, deployed, type FakeRepository, NOW, serve, TOKEN } from '../github/repository.ts';
import { API } from '../github/scene.ts';
import { type Reply, startGithubServer } from '../github/server.ts';
import { conforms, type Fault, hasNoOtherTools, type Opened, type Scenario } from './suite.ts';

interface GithubOpened extends Opened {
  repository: FakeRepository;
  fault(fault: Fault | null): void;
}

const REPLIES: Record<Fault, Reply> = {
  hang: 'hang',
  html: { status: 200, text: `<html>${TOKEN} Sign in</html>`, type: 'text/html' },
  throttled: { status: 429, headers: { 'retry-after': '900' }, body: { message: `slow down, ${TOKEN}` } },
  broken: { status: 500, text: `<html>oops ${TOKEN}</html>`, type: 'text/html' },
  refused: { status: 422, body: { message: `\u202eno, ${TOKEN} \u0007` } },
  cut: 'cut',
  huge: { status: 200, text: Buffer.from(`["${'x'.repeat(17 * 1024 * 1024)}"]`), type: 'application/json' },
};

async function open(settings: Record<string, string>): Promise<GithubOpened> {
  const server = await startGithubServer();
  const repository = createRepository();
  repository.now = NOW;
  deployed(repository, {
    number: 493,
    message: '\u202e@channel <!here> \u001b[31mfix\u0007: more',
    login: 'mi\u200bke',
    at: NOW - 60_000,
  });
  serve(server, repository);
  let waited = 0;
  let waitedFor = false;
  const kept = (matches: boolean) => {
    waitedFor ||= matches;
    return matches;
  };
  const source = createGithubSource({
    name: 'GitHub',
    settings: { 'base-url': server.url, ...settings },
    secrets: { token: TOKEN },
    services: () => [API],
    clock: { now: () => repository.now },
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      waited += ms;
      repository.now += ms;
    },
  });
  return {
    source,
    service: API,
    secrets: [TOKEN],
    repository,
    fault: (fault) => {
      waitedFor = false;
      if (fault === null) server.recover();
      else server.fault(() => (fault === 'hang' ? kept(true) : true), REPLIES[fault]);
    },
    keepsWaiting: () => waitedFor,
    effects: () => server.changing().length,
    loseAnswers: () => {
      waitedFor = false;
      server.fault(({ method }) => kept(method === 'POST'), 'hang', { times: 1, after: true });
    },
    breakAnswer: () => {
      server.fault(({ method }) => method === 'POST', 'drop', { times: 1, after: true });
    },
    throttleOnce: (seconds) => {
      const headers = { 'retry-after': String(seconds) };
      const body = { message: 'You have exceeded a secondary rate limit' };
      server.fault(() => true, { status: 403, headers, body }, { times: 1 });
    },
    waitedMs: () => waited,
  };
}

const faults: readonly Fault[] = ['hang', 'html', 'throttled', 'refused', 'broken', 'cut', 'huge'];
const reads: Scenario<GithubOpened>['reads'] = [
  { capability: 'deploys.list', args: { service: 'api', limit: 10 } },
  { capability: 'deploys.compare', args: { service: 'api', from: '491', to: '493' } },
];

type Words = Scenario<GithubOpened>['changes'][number]['words'];

const scenarioOf = (
  name: string,
  settings: Record<string, string>,
  words: Words,
): Scenario<GithubOpened> => ({
  name,
  open: () => open(settings),
  faults,
  reads,
  changes: [
    {
      capability: 'deploys.rollback',
      args: { service: 'api', deploy: '493' },
      tellsRepeats: true,
      words: { 'not-started': async () => {}, succeeded: (_opened, run) => run(), ...words },
    },
  ],
});

const byDeployments = conforms(
  scenarioOf(
    'github by Deployments',
    {},
    {
      failed: async ({ repository }, run) => {
        await run();
        for (const each of repository.deployments.slice(0, 1)) each.states = ['failure'];
      },
      running: async ({ repository }, run) => {
        await run();
        for (const each of repository.deployments.slice(0, 1)) each.states = ['in_progress'];
      },
      unknown: async ({ fault }, run) => {
        await run();
        fault('broken');
      },
    },
  ),
);

const byWorkflow = conforms(
  scenarioOf(
    'github by a workflow',
    { workflow: 'deploy.yml' },
    {
      failed: async ({ repository }, run) => {
        await run();
        for (const each of repository.runs.slice(0, 1)) each.conclusion = 'failure';
      },
      running: async ({ repository }, run) => {
        await run();
        for (const each of repository.runs.slice(0, 1)) each.status = 'in_progress';
      },
      unknown: async ({ repository }, run) => {
        await run();
        for (const each of repository.runs.slice(0, 1)) each.title = 'deploy';
      },
    },
  ),
);

hasNoOtherTools('github', () => open({}), byDeployments);
hasNoOtherTools('github by a workflow', () => open({ workflow: 'deploy.yml' }), byWorkflow);

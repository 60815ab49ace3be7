// A github source over a scripted server, with a clock that moves only when somebody waits.
import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type {
  ChangeArgs,
  FactsOf,
  ReadArgs,
  ReadCapability,
  ReadResults,
} from '../../../src/domain/capability.ts';
import type { Service } from '../../../src/domain/resource.ts';
import type { ChangeTool, ReadTool } from '../../../src/domain/tool.ts';
import { createGithubSource } from '../../../src/sources/github/github.ts';
import { createRepository, NOW, serve, TOKEN } from './repository.ts';
import { startGithubServer } from './server.ts';

export const SOURCE = 'GitHub';

export const API: Service = {
  name: 'api',
  kind: 'app',
  bindings: { [SOURCE]: 'acme/api' },
  instances: [],
  dependsOn: [],
};

export interface SceneOptions {
  settings?: Record<string, string>;
  secrets?: Record<string, string>;
  services?: Service[];
  requestTimeoutMs?: number;
}

export async function scene({
  settings = {},
  secrets = { token: TOKEN },
  services = [API],
  ...rest
}: SceneOptions = {}) {
  const server = await startGithubServer();
  const repository = createRepository();
  serve(server, repository);
  const waits: number[] = [];
  const clock = { now: () => repository.now };
  const source = createGithubSource({
    name: SOURCE,
    settings: { owner: 'acme', 'base-url': server.url, ...settings },
    secrets,
    services: () => services,
    clock,
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
      repository.now += ms;
    },
    ...rest,
  });
  onTestFinished(() => source.close());
  const call = { signal: new AbortController().signal };
  const [service] = services;
  const reader = <C extends ReadCapability>(capability: C) =>
    source.tools.find((tool) => tool.capability === capability) as unknown as ReadTool<C>;
  const changer = source.tools.find(
    ({ capability }) => capability === 'deploys.rollback',
  ) as unknown as ChangeTool<'deploys.rollback'>;
  return {
    server,
    repository,
    source,
    waits,
    call,
    changer,
    reader,
    read: <C extends ReadCapability>(capability: C, args: ReadArgs<C>): Promise<ReadResults[C]> =>
      reader(capability).read(args, service, call),
    list: (limit = 10) => reader('deploys.list').read({ service: 'api', limit }, service, call),
    inspect: (deploy = '492') => changer.inspect({ service: 'api', deploy }, service, call),
    run: (
      facts: FactsOf['deploys.rollback'],
      key: string = randomUUID(),
      args: ChangeArgs<'deploys.rollback'> = { service: 'api', deploy: '492' },
    ) => changer.run(args, service, facts, { ...call, key }),
    reconcile: (facts: FactsOf['deploys.rollback'], key: string) =>
      changer.reconcile?.({ service: 'api', deploy: '492' }, service, facts, { ...call, key }),
  };
}

export { NOW };

// The source type `github`: deploys of services whose repositories are at GitHub, and going back to an earlier one.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../domain/clock.ts';
import { parseGithubSettings } from '../../domain/github-settings.ts';
import type { Service } from '../../domain/resource.ts';
import type { SourceAdapter } from '../../domain/tool.ts';
import { checkGithub } from './check.ts';
import { createClient } from './client.ts';
import { compareTool } from './compare.ts';
import { type Credentials, readPrivateKey } from './credentials.ts';
import { deploysTool } from './history.ts';
import { createLabels } from './labels.ts';
import type { Github } from './repository.ts';
import { rollbackTool } from './rollback.ts';

export interface GithubSourceOptions {
  name: string;
  settings: Readonly<Record<string, string>>;
  /** Their values: `token` and `write-token`, or `private-key`. */
  secrets: Readonly<Record<string, string>>;
  services: () => readonly Service[];
  clock: Clock;
  /** Default: the timers of Node. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Of one request. Default: 20 s. */
  requestTimeoutMs?: number;
}

/** Nothing is asked before the first call. Errors: UserError (usage) for settings or a key that do not work. */
export function createGithubSource(options: GithubSourceOptions): SourceAdapter {
  const { name, clock, services, secrets } = options;
  const settings = parseGithubSettings(options.settings, secrets);
  const credentials: Credentials =
    settings.app === null
      ? { kind: 'token', read: secrets.token ?? '', write: secrets['write-token'] ?? null }
      : {
          kind: 'app',
          id: settings.app.id,
          installation: settings.app.installation,
          key: readPrivateKey(secrets['private-key'] ?? ''),
        };
  const wait = options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }));
  const client = createClient({
    name,
    baseUrl: settings.baseUrl,
    credentials,
    clock,
    wait,
    requestTimeoutMs: options.requestTimeoutMs,
  });
  const github: Github = {
    name,
    settings,
    client,
    labels: createLabels(client),
    succeeded: new Map(),
    clock,
    wait,
    services,
  };
  return {
    name,
    type: 'github',
    tools: [deploysTool(github), compareTool(github), rollbackTool(github)],
    check: (call) => checkGithub(github, call),
    close: async () => {},
  };
}

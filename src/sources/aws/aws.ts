// The source type `aws`: one account and region, read and changed through its APIs.
import type { AwsSettings } from '../../domain/aws-settings.ts';
import { type Capability, isChangeCapability, isReadCapability } from '../../domain/capability.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Service } from '../../domain/resource.ts';
import type { SourceAdapter, Tool } from '../../domain/tool.ts';
import { cacheTools } from './caches.ts';
import { checkAws } from './check.ts';
import { databaseTools } from './databases.ts';
import { compareTool, deploysTool, rollbackTool } from './deploys.ts';
import { diskTools, measureDisks } from './disks.ts';
import { healthTool, listTool } from './health.ts';
import { logsTools } from './logs.ts';
import { measureAws } from './measure.ts';
import { metricsTools } from './metrics.ts';
import { openSession, type SessionOptions } from './open-session.ts';
import { OOM_ACTIONS, PERMISSIONS, policyFor, policyNotes } from './permissions.ts';
import { createReaders } from './readers.ts';
import { restartTool } from './restart.ts';
import { scaleTool } from './scale.ts';
import { understood } from './understood.ts';

export interface AwsSourceOptions {
  name: string;
  settings: AwsSettings;
  /** Asked again and again: services come and go while it runs. */
  services: () => readonly Service[];
  clock: Clock;
  /** The password of its caches. Null: they ask for none. */
  cacheAuth?: () => Promise<string | null>;
  /** PEM of who signs the certificates of caches. Default: whom Node trusts. */
  cacheAuthority?: string;
  /** For tests: credentials, waits, chance and a largest body that are theirs. */
  session?: Partial<Pick<SessionOptions, 'credentials' | 'wait' | 'random' | 'mostBytes'>>;
}

/** Nothing is asked of AWS, and none of its packages loaded, before the first tool runs. */
export function createAwsSource(options: AwsSourceOptions): SourceAdapter {
  const { name, settings, services, clock } = options;
  const session = openSession({ source: name, settings, clock, ...options.session });
  const readers = createReaders(session);
  const { machine, cacheUser: username } = settings;
  if (machine !== undefined) {
    return {
      name,
      type: 'aws',
      tools: diskTools(session, machine).map(understood),
      measure: measureDisks(session, machine),
      check: (call, uses) => checkAws(session, uses ?? DISK_CAPABILITIES, call, settings.profile),
      policy: (uses) => ({ document: policyFor(uses), notes: policyNotes(uses) }),
      close: () => session.close(),
    };
  }
  const auth = async () => {
    const password = (await options.cacheAuth?.()) ?? null;
    return password === null ? null : { password, ...(username === null ? {} : { username }) };
  };
  const tools: Tool[] = [
    listTool(session, readers, services),
    healthTool(session, readers),
    ...metricsTools(session, readers),
    ...logsTools(session),
    deploysTool(session, readers),
    compareTool(session, readers),
    ...databaseTools(session),
    ...cacheTools(session, {
      auth,
      ...(options.cacheAuthority === undefined ? {} : { ca: options.cacheAuthority }),
    }),
    scaleTool(session, readers),
    restartTool(session, readers),
    rollbackTool(session, readers),
  ];
  return {
    name,
    type: 'aws',
    tools: tools.map(understood),
    measure: measureAws(session, readers, services, { machines: settings.oom === 'ssm' }),
    check: (call, uses) => checkAws(session, uses ?? everything(), call, settings.profile),
    policy: (uses) => ({
      document: policyFor(uses, settings.oom === 'ssm' ? OOM_ACTIONS : []),
      notes: policyNotes(uses),
    }),
    close: () => session.close(),
  };
}

const DISK_CAPABILITIES: Capability[] = [
  'disk.usage',
  'disk.prune-docker',
  'disk.vacuum-journal',
  'disk.remove-old-files',
];

function everything(): Capability[] {
  return Object.keys(PERMISSIONS).filter(
    (name): name is Capability =>
      (isReadCapability(name) || isChangeCapability(name)) &&
      !DISK_CAPABILITIES.some((disk) => disk === name),
  );
}

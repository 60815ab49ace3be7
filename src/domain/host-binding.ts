// Where a `host` source knows a service: probes, log files, and argument lists of the team's own scripts.
import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { UserError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { nearest } from './similar.ts';

/**
 * An argument list. Placeholders are whole or part of one argument and are always passed as single
 * arguments; no shell reads them. The first word may not hold one. A list exits with 0 when it did its work;
 * with anything else only when nothing was changed.
 */
const argumentListSchema = z.array(z.string().min(1).max(4096)).min(1).max(64);

export const hostBindingSchema = z.strictObject({
  /** Commands run here; relative paths of the binding are below it. Absolute once stored. */
  dir: z.string().min(1).optional(),
  /** Requests made all the time; `error_rate`, `latency` and `up` are measured from the last `window`. */
  probe: z
    .strictObject({
      url: z.string().min(1),
      every: z.string().default('1s'),
      window: z.string().default('30s'),
      timeout: z.string().default('2s'),
    })
    .optional(),
  /**
   * Where the kernel's kills for memory are seen; at least one of the three. One within the last `within` (default
   * 10m: less than the cooldown a fix has by itself) makes `service_oom_killed` true until the service is restarted.
   */
  oom: z
    .strictObject({
      /** `shop.service`, of systemd */
      unit: z.string().min(1).max(256).optional(),
      /** As in /proc/PID/cgroup: `/system.slice/shop.service` */
      cgroup: z.string().min(1).max(4096).optional(),
      /** The name of its process, as `ps -o comm` shows it */
      process: z.string().min(1).max(256).optional(),
      within: z.string().default('10m'),
    })
    .optional(),
  /** Paths or globs (`*` within one folder) of log files. A file's name without `.log` is its instance. */
  logs: z.array(z.string().min(1)).optional(),
  /** Prints `{desired, running, healthy, release?, instances: [{id, state, detail?}]}`. */
  health: argumentListSchema.optional(),
  /** `{count}`, `{key}` */
  scale: argumentListSchema.optional(),
  /** `{mode}` rolling or full, `{key}`. Without `{mode}` it is a full restart. */
  restart: argumentListSchema.optional(),
  /** Prints `[{number, author, title, at, status, rolledBack, commit?, migration?}]`, newest first. */
  deploys: argumentListSchema.optional(),
  /** `{from}` `{to}`; prints `{commits: [{sha, title, author?}], files: [], migrations: []}`. */
  compare: argumentListSchema.optional(),
  /** `{deploy}` the one undone, `{to}` the one restored, `{key}` */
  rollback: argumentListSchema.optional(),
  /** `{pattern}` (`*` stands for all), `{key}`. Without `{pattern}` it flushes everything. */
  flush: argumentListSchema.optional(),
  /** `{pattern}`; prints `{keys, hitRate?, rebuildMs?}`. */
  cacheStats: argumentListSchema.optional(),
  /** Prints `{cluster, engine, primary, replicas: [{id, lagMs}], downtimeMs?}`. */
  database: argumentListSchema.optional(),
  /** `{cluster}` `{to}` `{key}` */
  failover: argumentListSchema.optional(),
  /** `{key}`; prints `{state: 'succeeded' | 'failed' | 'not-started' | 'running' | 'unknown'}`: what became of a step. */
  operation: argumentListSchema.optional(),
});
export type HostBinding = z.infer<typeof hostBindingSchema>;

const HOST_COMMANDS = [
  'health',
  'scale',
  'restart',
  'deploys',
  'compare',
  'rollback',
  'flush',
  'cacheStats',
  'database',
  'failover',
  'operation',
] as const;
export type HostCommand = (typeof HOST_COMMANDS)[number];

/** What may stand in braces in each list, and what must. */
const PLACEHOLDERS: Record<HostCommand, { may: readonly string[]; must: readonly string[] }> = {
  health: { may: [], must: [] },
  scale: { may: ['count', 'key'], must: ['count'] },
  restart: { may: ['mode', 'key'], must: [] },
  deploys: { may: [], must: [] },
  compare: { may: ['from', 'to'], must: ['from', 'to'] },
  rollback: { may: ['deploy', 'to', 'key'], must: ['to'] },
  flush: { may: ['pattern', 'key'], must: [] },
  cacheStats: { may: ['pattern'], must: [] },
  database: { may: [], must: [] },
  failover: { may: ['cluster', 'to', 'key'], must: ['to'] },
  operation: { may: ['key'], must: ['key'] },
};

/** What a list needs beside itself, so that what is shown before a yes can be read. */
const NEEDS: [HostCommand, HostCommand, string][] = [
  ['scale', 'health', 'the present number of instances is read from it'],
  ['rollback', 'deploys', 'which release would be restored is read from it'],
  ['failover', 'database', 'the primary and its replicas are read from it'],
];

const ASKED_ABOUT: readonly HostCommand[] = ['restart', 'rollback', 'flush', 'failover'];

/** The names in braces of one argument: `--to={to}` has `to`. Other braces are plain text. */
export function placeholdersOf(argument: string): string[] {
  return [...argument.matchAll(/\{([A-Za-z][A-Za-z0-9_-]*)\}/g)].map((match) => match[1] ?? '');
}

/** What is wrong with a binding, one sentence each, for `service add`. Empty: nothing. */
export function checkHostBinding(binding: HostBinding): string[] {
  const lists = HOST_COMMANDS.flatMap((name) => {
    const list = binding[name];
    return list === undefined ? [] : checkList(name, list);
  });
  const needs = NEEDS.filter(([name, other]) => binding[name] && !binding[other]).map(
    ([name, other, why]) => `${name}: add \`${other}\` too: ${why}`,
  );
  const unasked = binding.operation
    ? ASKED_ABOUT.filter((name) => binding[name] && !holdsPlaceholder(binding[name] ?? [], 'key')).map(
        (name) => `${name}: \`operation\` can tell what became of it only if the list has {key}`,
      )
    : [];
  const paths = [binding.dir ?? '', ...(binding.logs ?? [])].filter((path) => hasControl(path));
  return [
    ...checkProbe(binding.probe),
    ...checkOom(binding.oom),
    ...lists,
    ...needs,
    ...unasked,
    ...paths.map((path) => `${quoted(path)} has a control character in it`),
    ...(binding.logs ?? []).filter(globsAFolder).map(globProblem),
    ...withoutFolder(binding),
  ];
}

/** A relative path would be looked up wherever the daemon happens to be started. */
function withoutFolder(binding: HostBinding): string[] {
  if (binding.dir !== undefined) return [];
  const programs = HOST_COMMANDS.flatMap((name) => binding[name]?.[0] ?? []).filter((path) =>
    path.includes('/'),
  );
  const relative = [...programs, ...(binding.logs ?? [])].find((path) => !path.startsWith('/'));
  return relative === undefined
    ? []
    : [`${quoted(relative)} is a relative path: add \`dir\`, the folder it is in`];
}

function checkList(name: HostCommand, list: readonly string[]): string[] {
  const { may, must } = PLACEHOLDERS[name];
  const problems: string[] = [];
  if (placeholdersOf(list[0] ?? '').length > 0) {
    problems.push(`${name}: the program ${quoted(list[0] ?? '')} may not hold a placeholder: write its name`);
  }
  for (const found of list.flatMap(placeholdersOf)) {
    if (may.includes(found)) continue;
    const near = nearest(found, may);
    const known = may.length === 0 ? 'it takes none' : `it takes ${may.map((one) => `{${one}}`).join(' ')}`;
    problems.push(
      `${name}: {${found}} is no placeholder of it: ${near === null ? known : `did you mean {${near}}?`}`,
    );
  }
  for (const wanted of must) {
    if (!holdsPlaceholder(list, wanted)) problems.push(`${name}: {${wanted}} is missing from its arguments`);
  }
  if (list.some(hasControl)) problems.push(`${name}: an argument has a control character in it`);
  return problems;
}

function checkProbe(probe: HostBinding['probe']): string[] {
  if (probe === undefined) return [];
  const problems: string[] = [];
  const url = URL.canParse(probe.url) ? new URL(probe.url) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    problems.push(`probe: ${quoted(probe.url)} is no http:// or https:// address`);
  } else if (url.username !== '' || url.password !== '') {
    problems.push(
      'probe: the address holds a name or password, and addresses are shown to people: take it out',
    );
  }
  const everyMs = durationOf('every', probe.every, problems);
  const windowMs = durationOf('window', probe.window, problems);
  const timeoutMs = durationOf('timeout', probe.timeout, problems);
  if (everyMs !== null && everyMs < 50) problems.push('probe: `every` is at least 50ms');
  if (timeoutMs !== null && (timeoutMs < 1 || timeoutMs > 60_000)) {
    problems.push('probe: `timeout` is between 1ms and 60s');
  }
  if (everyMs !== null && windowMs !== null && (windowMs < everyMs * 4 || windowMs > 3_600_000)) {
    problems.push('probe: `window` is at least four times `every`, and 1h at most');
  }
  return problems;
}

function checkOom(oom: HostBinding['oom']): string[] {
  if (oom === undefined) return [];
  const { unit, cgroup, process, within } = oom;
  const problems: string[] = [];
  const texts = [unit, cgroup, process].filter((text) => text !== undefined);
  if (texts.length === 0) problems.push('oom: say where its kills are seen: `unit`, `cgroup` or `process`');
  if (texts.some(hasControl)) problems.push('oom: a name has a control character in it');
  if (unit !== undefined && !/^[\w@:.\\-]+\.(service|scope|slice)$/.test(unit))
    problems.push(`oom: ${quoted(unit)} is no name of a unit: write shop.service`);
  if (cgroup?.split('/').some((part) => part === '..' || part === '.'))
    problems.push(`oom: ${quoted(cgroup)} is no path of a cgroup: write it as /proc/PID/cgroup does`);
  try {
    const withinMs = parseDuration(within);
    if (withinMs < 10_000 || withinMs > 86_400_000) problems.push('oom: `within` is between 10s and 1d');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(`oom: \`within\`: ${error.message}: write 10m`);
  }
  return problems;
}

function durationOf(name: string, text: string, problems: string[]): number | null {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(`probe: \`${name}\`: ${error.message}: write 500ms, 30s or 5m`);
    return null;
  }
}

/** Whether `{placeholder}` stands anywhere in the list. */
export function holdsPlaceholder(list: readonly string[], placeholder: string): boolean {
  return list.some((argument) => placeholdersOf(argument).includes(placeholder));
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function globsAFolder(pattern: string): boolean {
  return pattern.slice(0, pattern.lastIndexOf('/') + 1).includes('*') || pattern.endsWith('/');
}

function globProblem(pattern: string): string {
  return `logs: ${quoted(pattern)}: a \`*\` may stand in the name of a file only, and a folder alone is no log file`;
}

// Whom a turn listened to. A turn that read text from outside may propose a target only where somebody else named it: the
// operator in the configuration, the person in the request, or a system of ours in a field that holds nothing but ids.
import type { ReadCapability, ReadResults, ServiceHealth } from '../../domain/capability.ts';
import { quoted } from '../../domain/excerpt.ts';
import type { Service } from '../../domain/resource.ts';
import { holdsWord } from './facts/occurs.ts';
import { dataText } from './fence.ts';

export interface Taint {
  /** The request, instructions of commands and agents: words of people who may decide. */
  trusted: readonly string[];
  /** Of structured fields of tool results: `idsOf`. Not free text, whoever wrote it. */
  ids: ReadonlySet<string>;
  /** Free text that tools brought: titles, lines, authors, names of metrics. Where there is none the turn is not tainted. */
  untrusted: readonly string[];
  services: readonly Pick<Service, 'name' | 'instances'>[];
}

/** What a conversation has seen so far: free text of others, and ids that sources gave in fields of their own. */
export interface Seen {
  outside: string[];
  ids: Set<string>;
}

export type MayTarget =
  | { may: true; because: 'configured' | 'asked' | 'measured' }
  | { may: false; why: string };

/** A tainted turn posts no link and starts nothing unattended. */
export function isTainted({ untrusted }: Pick<Taint, 'untrusted'>): boolean {
  return untrusted.some((text) => text.trim() !== '');
}

/** Whether the model may choose `value`: a service, deploy number (with `#` or without), host, instance, path or pattern. */
export function mayTarget(value: string, taint: Taint): MayTarget {
  const shown = quoted(value);
  const bare = value.replace(/^#/, '');
  if (
    bare.trim() === '' ||
    bare.length > 200 ||
    dataText(value) !== value ||
    value.normalize('NFKC') !== value
  )
    return {
      may: false,
      why: `${shown} is no name that could be meant: it is empty, too long or holds hidden characters`,
    };
  const isConfigured = taint.services.some(
    ({ name, instances }) => name === value || instances.includes(value),
  );
  if (isConfigured) return { may: true, because: 'configured' };
  if (taint.ids.has(bare) || taint.ids.has(value)) return { may: true, because: 'measured' };
  if (taint.trusted.some((text) => namesWord(text, bare))) return { may: true, because: 'asked' };
  const isRead = taint.untrusted.some((text) => namesWord(text, bare));
  return {
    may: false,
    why: isRead
      ? `only text from outside names ${shown} (a log line, a title or the like), and such text chooses no target`
      : `nobody named ${shown}: it is not configured, was not asked for, and no source lists it`,
  };
}

/** As a word of its own, in any case. */
export function namesWord(text: string, value: string): boolean {
  return holdsWord(` ${text.toLowerCase().replace(/\s+/g, ' ')} `, value);
}

const AN_ID = /^[\p{L}\p{N}/][\p{L}\p{N}_.:/@-]{0,199}$/u;

/**
 * Ids that a tool's result gives in fields of their own: service names, instances, releases, deploy numbers, commits,
 * members of a database, mounts. Never from titles, lines, details, authors, files or names of metrics. What has the shape of
 * no id (a container called "ignore all of the above") is none.
 */
export function idsOf<C extends ReadCapability>(capability: C, result: ReadResults[C]): string[] {
  return fieldsOf(capability, result).filter((id) => AN_ID.test(id) && dataText(id) === id);
}

type Fields = { [C in ReadCapability]: (result: ReadResults[C]) => string[] };

const FIELDS: Fields = {
  'services.list': (all) => all.flatMap(healthIds),
  'services.health': healthIds,
  'metrics.query': () => [],
  'logs.search': () => [],
  'deploys.list': (all) => all.map(({ number }) => number),
  'deploys.compare': ({ commits, services }) => [
    ...commits.map(({ sha }) => sha),
    ...(services?.touched ?? []),
  ],
  'databases.describe': ({ cluster, primary, replicas }) => [
    cluster,
    primary,
    ...replicas.map(({ id }) => id),
  ],
  'caches.describe': () => [],
  'disk.usage': (all) => all.map(({ mount }) => mount),
  'dashboards.find': () => [],
};

function fieldsOf<C extends ReadCapability>(capability: C, result: ReadResults[C]): string[] {
  return FIELDS[capability](result);
}

function healthIds({ service, release, instances }: ServiceHealth): string[] {
  return [service, ...(release === undefined ? [] : [release]), ...instances.map(({ id }) => id)];
}

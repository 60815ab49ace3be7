// What the logs of a service say, group by group: what kind of trouble, since when, about whom.
import type { LogLine } from '../../domain/capability.ts';
import { instanceOf } from '../../domain/service-name.ts';
import { compareText } from '../../domain/text/compare.ts';
import { groupLogs, type LogGroup, readLine } from '../log-groups.ts';
import { logText } from '../log-text.ts';
import { HARMLESS } from './forms/harmless.ts';
import { hostsIn, interfaceIn, isForeign } from './forms/hosts.ts';
import type { Onset } from './onset.ts';
import type { Readings, ServiceReadings } from './readings.ts';
import { SIGNATURES, type Signature } from './signatures.ts';
import { type Known, speakerOf } from './speaker.ts';

export interface LogFact {
  service: string;
  /** Its first line, without time and level. As it was written: to be quoted with care. */
  message: string;
  level: LogGroup['level'];
  count: number;
  /** Null: no line has a time. */
  firstAt: number | null;
  lastAt: number | null;
  /**
   * `new`: not there in the quiet time before. `usual`: was there all the time. `late`: began when the trouble was there
   * already. `unknown`: the lines do not reach back far enough.
   */
  since: 'new' | 'usual' | 'late' | 'unknown';
  /** All of its lines come from one instance; null: several. */
  only: string | null;
  signature: Signature | null;
  /** The configured service, or the host of another one, that it is about; null: not said. */
  about: { service: string } | { host: string } | null;
  /** What it needs whose words these are; null: nobody's, or not to be told. */
  speaker: string | null;
  /** All of that line, as it was written: to be searched, not to be shown. */
  text: string;
}

const MOST_GROUPS = 40;
const READ_CHARACTERS = 2_000;
/** What is new shows within this time before the effect is seen: the first errors are few. */
const BEFORE_ONSET_MS = 10 * 60_000;
/** Machines' clocks differ, and lines are written a moment after what they tell of. */
export const WRITTEN_LATE_MS = 30_000;
/** Shorter than this, a stretch without a line proves nothing. */
const QUIET_MS = 60_000;

export function logEvidence(readings: Readings, onset: Onset): LogFact[] {
  const services = withNames(readings);
  return readings.about.flatMap((one) => factsOf(one, services, onset));
}

function factsOf(one: ServiceReadings, services: readonly Known[], onset: Onset): LogFact[] {
  const lines = [...one.lines].sort(byTime);
  return groupLogs(lines)
    .map((group): LogFact => {
      const message = logText(readLine(group.sample).message.slice(0, READ_CHARACTERS));
      const text = logText(group.sample.text.slice(0, READ_CHARACTERS));
      const signature = signatureOf(text);
      const { firstAt, from } = beginningOf(group, one);
      return {
        service: one.service,
        message,
        level: group.level,
        count: group.count,
        firstAt,
        lastAt: group.lastAt,
        since: sinceOf(firstAt, from, onset),
        only: group.instances.length === 1 ? (group.instances[0] ?? null) : null,
        signature,
        about:
          signature === null
            ? interfaceOf(text, one.service, services)
            : aboutOf(text, one.service, services),
        speaker: signature === null ? null : speakerOf(text, one.service, services),
        text,
      };
    })
    .filter(({ level, signature }) => level === 'error' || level === 'warn' || signature !== null)
    .sort(
      (a, b) =>
        Number(b.level === 'error') - Number(a.level === 'error') ||
        b.count - a.count ||
        (a.firstAt ?? 0) - (b.firstAt ?? 0) ||
        compareText(a.message, b.message),
    )
    .slice(0, MOST_GROUPS);
}

function byTime(a: LogLine, b: LogLine): number {
  return (a.at ?? 0) - (b.at ?? 0) || compareText(a.instance, b.instance) || compareText(a.text, b.text);
}

export function signatureOf(text: string): Signature | null {
  if (HARMLESS.some((form) => form.test(text))) return null;
  return SIGNATURES.find(({ says }) => says.some((form) => form.test(text))) ?? null;
}

/** Since when it is there, and since when that is known: a search for its words may reach further back. */
function beginningOf(
  { firstAt, sample }: LogGroup,
  { linesFrom, searches = [] }: ServiceReadings,
): { firstAt: number | null; from: number | null } {
  const sampled = sample.text.toLowerCase();
  const search = searches.find(({ text }) => sampled.includes(text.toLowerCase()));
  const times = (search?.lines ?? []).flatMap(({ at }) => (at === null ? [] : [at]));
  if (!search || search.from === null || times.length === 0) return { firstAt, from: linesFrom };
  if (linesFrom !== null && search.from > linesFrom) return { firstAt, from: linesFrom };
  return { firstAt: times.reduce((min, at) => Math.min(min, at), firstAt ?? Infinity), from: search.from };
}

function sinceOf(firstAt: number | null, linesFrom: number | null, onset: Onset): LogFact['since'] {
  if (firstAt === null || linesFrom === null) return 'unknown';
  const longBefore = onset.at - BEFORE_ONSET_MS;
  // There from the first line that was read: it began then or at any time before.
  if (firstAt - linesFrom < QUIET_MS) return linesFrom <= longBefore ? 'usual' : 'unknown';
  if (firstAt > onset.by + WRITTEN_LATE_MS) return 'late';
  return firstAt < longBefore ? 'usual' : 'new';
}

/** A service of ours that the line names, else the first host of somebody else. */
function aboutOf(text: string, own: string, services: readonly Known[]): LogFact['about'] {
  const hosts = hostsIn(text);
  const known = hosts
    .map((host) => services.find((service) => service.name !== own && isHostOf(host, service)))
    .find((service) => service !== undefined);
  if (known) return { service: known.name };
  const itself = services.find(({ name }) => name === own);
  const host = hosts.find((each) => isForeign(each) && !(itself && isHostOf(each, itself)));
  return host === undefined ? null : { host };
}

/** Of an error in words that nobody knows: only an address of somebody else's interface says whom it is about. */
function interfaceOf(text: string, own: string, services: readonly Known[]): LogFact['about'] {
  if (interfaceIn(text) === null) return null;
  const about = aboutOf(text, own, services);
  return about !== null && 'host' in about ? { host: interfaceIn(text) ?? about.host } : null;
}

function isHostOf(host: string, { name, instances }: Known): boolean {
  const lower = name.toLowerCase();
  const all = { instances: instances.map((each) => each.toLowerCase()) };
  return (
    host === lower ||
    host.startsWith(`${lower}.`) ||
    instanceOf(all, host) ||
    instanceOf(all, host.split('.')[0] ?? host)
  );
}

/** With the names its database has where it runs: they are in its addresses. */
function withNames({ services, about }: Readings): Known[] {
  return services.map((service) => {
    const { database = null } = about.find((one) => one.service === service.name) ?? {};
    const names =
      database === null ? [] : [database.cluster, database.primary, ...database.replicas.map(({ id }) => id)];
    return { ...service, instances: [...service.instances, ...names.filter((each) => each.length > 3)] };
  });
}

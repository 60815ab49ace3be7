// The part of `doctor` that needs what the daemon has: secrets, adapters, rotations. Changes nothing.
import type { Clock } from '../domain/clock.ts';
import type { Finding } from '../domain/finding.ts';
import type { KnownSchedule } from '../domain/on-call-answer.ts';
import type { Principal } from '../domain/principal.ts';
import { KINDS, type Kind, type Resource } from '../domain/resource.ts';
import type { Store } from '../store/store.ts';
import { examineFixes } from './examine/fixes.ts';
import { examineModel } from './examine/model.ts';
import { examinePagers } from './examine/pagers.ts';
import { examinePeople } from './examine/people.ts';
import { examineSecrets } from './examine/secrets.ts';
import { examineShifts } from './examine/shifts.ts';
import { examineSources } from './examine/sources.ts';
import { examineSpace } from './examine/space.ts';
import { examineTargets } from './examine/targets.ts';

export interface Examination {
  store: Store;
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  /** Who asks. */
  person: Principal;
  /** What pagers said of their schedules last. */
  schedules: readonly KnownSchedule[];
  /** Everything that is enabled. */
  all<K extends Kind>(kind: K): Resource<K>[];
}

export async function examineConfiguration(
  given: Pick<Examination, 'store' | 'clock' | 'env' | 'person'>,
): Promise<Finding[]> {
  const schedules = await given.store.read.settings.get('schedules');
  const examination: Examination = { ...given, schedules, all: await enabledOf(given.store) };
  return [
    ...examinePeople(examination),
    ...(await examineSecrets(examination)),
    ...(await examineSources(examination)),
    ...(await examinePagers(examination)),
    ...(await examineSpace(given.store.file)),
    ...(await examineModel(examination)),
    ...examineTargets(examination),
    ...examineShifts(examination),
    ...examineFixes(examination),
  ];
}

/** Who would not be told, by what is configured alone: nothing outside is asked. */
export async function examineOnCall(given: Pick<Examination, 'store' | 'clock'>): Promise<Finding[]> {
  const schedules = await given.store.read.settings.get('schedules');
  const examination = { ...given, schedules, all: await enabledOf(given.store) };
  return [...examineTargets(examination), ...examineShifts(examination)];
}

export async function enabledOf(store: Store): Promise<Examination['all']> {
  const enabled: Resource[] = [];
  for (const kind of KINDS) {
    enabled.push(...(await store.read.resources.list(kind)).filter((one) => one.enabled));
  }
  return <K extends Kind>(kind: K) => enabled.filter((one): one is Resource<K> => one.kind === kind);
}

// What an engineer would type next, in that order. A table by cause: the words of each line are filled from the scene.

import { typedWord } from '../../domain/typed-word.ts';
import { canBeUndone } from '../deploy-correlation.ts';
import type { Candidate, CauseKind } from './candidate.ts';
import { STAMPEDE } from './candidates/deploy-evidence.ts';
import type { Diagnosis } from './diagnose.ts';
import { newTroubles, saturatedMetrics, saysSaturated } from './mechanism.ts';
import { isPool } from './metric-evidence.ts';

export interface Remedy {
  /** Whose trigger is typed. */
  playbook: string;
  /** What stands behind the trigger; empty: nothing. */
  args: string;
  why: string;
  /** Whom it changes or looks at; null: no service. */
  service: string | null;
}

type Step =
  | 'rollback'
  | 'scale-up'
  | 'scale-back'
  | 'logs'
  | 'logs-of-it'
  | 'metrics'
  | 'metrics-of-it'
  | 'metrics-of-needs'
  | 'memory'
  | 'restart'
  | 'restart-it'
  | 'failover-it'
  | 'clean-disk';

const LOOK: readonly Step[] = ['logs', 'metrics', 'metrics-of-needs'];

const STEPS: Readonly<Record<CauseKind | 'unknown' | 'healthy', readonly Step[]>> = {
  deploy: ['rollback', 'scale-up', ...LOOK, 'metrics-of-it'],
  change: ['logs', 'restart', 'metrics', 'metrics-of-needs', 'scale-up'],
  action: ['scale-back', ...LOOK, 'scale-up'],
  scaling: ['scale-up', ...LOOK, 'metrics-of-it'],
  traffic: ['scale-up', 'metrics', 'metrics-of-needs', 'logs'],
  neighbour: ['metrics-of-needs', 'metrics-of-it', 'logs-of-it', 'logs', 'metrics'],
  saturation: ['metrics-of-it', 'logs-of-it', 'logs', 'metrics', 'restart'],
  'dependency-down': ['logs-of-it', 'metrics-of-it', 'failover-it', 'restart-it', 'logs', 'metrics'],
  provider: ['logs', 'metrics'],
  failover: ['logs', 'restart', 'metrics-of-it', 'metrics'],
  cache: ['metrics-of-needs', 'metrics', 'scale-up', 'logs'],
  'disk-full': ['clean-disk', 'logs-of-it', 'metrics-of-it', 'logs'],
  'out-of-memory': ['restart-it', 'memory', 'rollback', 'scale-up', 'logs', 'metrics'],
  certificate: ['logs', 'metrics'],
  trust: ['logs', 'metrics'],
  'clock-skew': ['logs', 'metrics'],
  dns: LOOK,
  'rate-limit': ['logs', 'metrics'],
  credentials: ['logs', 'restart', 'metrics'],
  configuration: ['rollback', 'logs', 'metrics'],
  schema: ['rollback', ...LOOK],
  'read-only': LOOK,
  'file-descriptors': ['restart-it', 'logs', 'metrics'],
  locks: ['metrics-of-it', 'logs-of-it', 'logs', 'metrics', 'restart'],
  code: ['rollback', ...LOOK],
  unknown: [...LOOK, 'rollback', 'restart', 'failover-it'],
  healthy: ['metrics', 'logs'],
};

/** Not more: on a phone the rest is not read. */
const MOST = 6;

export function remediesFor(diagnosis: Diagnosis): Remedy[] {
  const { cause, verdict } = diagnosis;
  const steps = STEPS[cause?.kind ?? (verdict === 'healthy' ? 'healthy' : 'unknown')];
  const all = steps.flatMap((step) => remedyOf(step, diagnosis));
  const seen = new Set<string>();
  return all
    .filter(({ playbook, args }) => !seen.has(`${playbook} ${args}`) && seen.add(`${playbook} ${args}`))
    .slice(0, MOST);
}

function remedyOf(step: Step, { cause, candidates, scene }: Diagnosis): Remedy[] {
  const { own, needed } = scene;
  const kindOf = (service: string) => scene.readings.services.find(({ name }) => name === service)?.kind;
  const known = (service: string | undefined): service is string =>
    service !== undefined && kindOf(service) !== undefined;
  const it = cause && known(cause.subject) ? cause.subject : own;
  const isDatabase = (service: string) => kindOf(service) === 'database';
  const read = (playbook: string, service: string, why: string, metric?: string): Remedy[] =>
    playbook === 'metrics' && isUnmeasured(scene, service)
      ? []
      : [
          {
            playbook,
            args: [service, ...(metric === undefined ? [] : [metric])].map(typedWord).join(' '),
            why,
            service,
          },
        ];
  switch (step) {
    case 'rollback': {
      const deploy = cause?.kind === 'deploy' ? cause : candidates.find(({ kind }) => kind === 'deploy');
      return deploy && isUndoable(deploy, scene)
        ? [
            {
              playbook: 'rollback',
              args: `${deploy.subject === own ? '' : `${typedWord(deploy.subject)} `}${typedWord(`#${deploy.which}`)}`,
              why: deploy.claims.some(({ text }) => text.startsWith(STAMPEDE))
                ? 'revert the cache change'
                : 'revert the last change',
              service: deploy.subject,
            },
          ]
        : [];
    }
    case 'scale-up': {
      const count = scene.about(own)?.health?.desired ?? 0;
      // Twice what there is: within the cap, so it needs no reason.
      return count > 0 && !isDatabase(own)
        ? [
            {
              playbook: 'scale',
              args: `${typedWord(own)} ${count * 2}`,
              why: 'add capacity while investigating',
              service: own,
            },
          ]
        : [];
    }
    case 'scale-back': {
      const scaling = scene.readings.doings.find(
        ({ capability, at, service }) =>
          capability === cause?.which && at === cause?.at && service === cause?.subject,
      )?.scaled;
      const now = scene.about(it)?.health?.desired ?? null;
      // No further than the cap allows without a reason.
      return scaling && scaling.from > scaling.to && now !== null && now < scaling.from
        ? [
            {
              playbook: 'scale',
              args: `${typedWord(it)} ${Math.min(scaling.from, Math.max(1, now) * 3)}`,
              why: `back to ${scaling.from <= Math.max(1, now) * 3 ? 'what it was' : 'as much as it may at once'}`,
              service: it,
            },
          ]
        : [];
    }
    case 'logs':
      return read('logs', own, 'check error details');
    case 'logs-of-it':
      return read('logs', it, it === own ? 'check error details' : `what ${it} itself says`);
    case 'metrics':
      return read('metrics', own, 'see all measured values');
    case 'memory':
      return scene.metric(it, 'memory_usage')
        ? read('metrics', it, 'since when its memory grows', 'memory_usage')
        : [];
    case 'metrics-of-it':
      return read('metrics', it, it === own ? 'see all measured values' : `what ${it} measures`);
    case 'metrics-of-needs': {
      const pool = newTroubles(scene, own).some(({ signature }) => signature?.trouble === 'pool');
      const database = needed.find(isDatabase);
      const first = (pool && database) || directNeed(scene);
      if (!known(first)) return [];
      const connections =
        pool && first === database ? scene.metrics(first).find(({ metric }) => isPool(metric)) : undefined;
      if (connections) return read('metrics', first, 'check DB connection pool', connections.metric);
      // What it says of itself and no measurement shows: the measurements would say that all is as usual.
      return saysSaturated(scene, first) !== null && saturatedMetrics(scene, first).length === 0
        ? read('logs', first, `what ${first} itself says`)
        : read('metrics', first, `check what ${own} depends on`);
    }
    case 'restart':
      return isDatabase(own) ? [] : read('restart', own, 'rolling restart');
    case 'restart-it':
      return isDatabase(it) ? [] : read('restart', it, 'rolling restart');
    case 'failover-it':
      return isDatabase(it) ? read('db-failover', it, 'make a replica the primary') : [];
    case 'clean-disk':
      return it === own
        ? [
            {
              playbook: 'disk-cleanup',
              args: '',
              why: 'make room on the disk, each part measured first',
              service: null,
            },
          ]
        : [];
  }
}

/** Its sources answered, and none measures it: `/metrics` would have nothing to show. */
function isUnmeasured({ about, readings }: Diagnosis['scene'], service: string): boolean {
  return (
    about(service)?.series.length === 0 &&
    !readings.silent.some(({ what }) => what === `metrics of ${service}`)
  );
}

/** The first in the order it is configured in. */
function directNeed({ readings, own }: Diagnosis['scene']): string | undefined {
  return readings.services.find(({ name }) => name === own)?.dependsOn[0];
}

function isUndoable(deploy: Candidate, { about }: Diagnosis['scene']): boolean {
  const all = about(deploy.subject)?.deploys ?? [];
  const own = all.find(({ number }) => number === deploy.which);
  return own !== undefined && canBeUndone(own, all);
}

// `services.restart`: an instance refresh of an Auto Scaling group, new tasks of an ECS service.
import type { ChangeTool } from '../../domain/tool.ts';
import { findPlace } from './find-place.ts';
import { SHOWN_AFTER_MS } from './follow.ts';
import { RUNNING_KINDS } from './health.ts';
import { servesKinds } from './place.ts';
import type { Readers } from './readers.ts';
import {
  inspectContainerRestart,
  reconcileContainerRestart,
  restartContainers,
} from './restart-containers.ts';
import { inspectGroupRestart, reconcileGroupRestart, restartGroup } from './restart-group.ts';
import type { AwsSession } from './session.ts';

export function restartTool(session: AwsSession, readers: Readers): ChangeTool<'services.restart'> {
  const parts = { session, readers };
  return {
    kind: 'change',
    capability: 'services.restart',
    source: session.source,
    version: 1,
    shownAfterMs: SHOWN_AFTER_MS,
    serves: servesKinds(session.source, RUNNING_KINDS),
    inspect: async ({ mode }, service, call) => {
      const place = await findPlace(session, service, RUNNING_KINDS, call);
      const asked = { mode, name: service?.name ?? '' };
      return place.kind === 'asg'
        ? inspectGroupRestart(parts, place.name, asked, call)
        : inspectContainerRestart(parts, place, asked, call);
    },
    run: async ({ mode }, service, facts, call) => {
      const place = await findPlace(session, service, RUNNING_KINDS, call);
      const asked = { mode, name: service?.name ?? '' };
      return place.kind === 'asg'
        ? restartGroup(parts, place.name, asked, call)
        : restartContainers(parts, place, { ...asked, facts }, call);
    },
    reconcile: async ({ mode }, service, facts, call) => {
      const place = await findPlace(session, service, RUNNING_KINDS, call);
      return place.kind === 'asg'
        ? reconcileGroupRestart(parts, place.name, facts, call)
        : reconcileContainerRestart(parts, place, { mode, facts }, call);
    },
  };
}

// `deploys.list`, `deploys.compare` and `deploys.rollback` of ECS services and Auto Scaling groups.
import type { Comparison } from '../../domain/capability.ts';
import type { ChangeTool, ReadTool } from '../../domain/tool.ts';
import {
  compareDefinitions,
  containerDeploys,
  inspectContainerRollback,
  reconcileContainerRollback,
  rollBackContainers,
} from './deploys-containers.ts';
import {
  compareTemplates,
  groupDeploys,
  inspectGroupRollback,
  reconcileGroupRollback,
  rollBackGroup,
} from './deploys-group.ts';
import { findPlace } from './find-place.ts';
import { SHOWN_AFTER_MS } from './follow.ts';
import { RUNNING_KINDS } from './health.ts';
import { servesKinds } from './place.ts';
import type { Readers } from './readers.ts';
import type { AwsSession } from './session.ts';

export function deploysTool(session: AwsSession, readers: Readers): ReadTool<'deploys.list'> {
  return {
    kind: 'read',
    capability: 'deploys.list',
    source: session.source,
    serves: servesKinds(session.source, RUNNING_KINDS),
    read: async ({ limit }, service, call) => {
      const place = await findPlace(session, service, RUNNING_KINDS, call);
      return place.kind === 'asg'
        ? groupDeploys({ session, readers }, place.name, limit, call)
        : containerDeploys({ session, readers }, place, limit, call);
    },
  };
}

/** AWS knows what runs, not the commits behind it. */
export function compareTool(session: AwsSession, readers: Readers): ReadTool<'deploys.compare'> {
  return {
    kind: 'read',
    capability: 'deploys.compare',
    source: session.source,
    serves: servesKinds(session.source, RUNNING_KINDS),
    read: async ({ from, to }, service, call): Promise<Comparison> => {
      const place = await findPlace(session, service, RUNNING_KINDS, call);
      const changes =
        place.kind === 'asg'
          ? await compareTemplates({ session, readers }, place.name, { from, to }, call)
          : await compareDefinitions({ session, readers }, place, { from, to }, call);
      return { commits: [], files: [], migrations: null, changes };
    },
  };
}

export function rollbackTool(session: AwsSession, readers: Readers): ChangeTool<'deploys.rollback'> {
  const parts = { session, readers };
  return {
    kind: 'change',
    capability: 'deploys.rollback',
    source: session.source,
    version: 1,
    shownAfterMs: SHOWN_AFTER_MS,
    serves: servesKinds(session.source, RUNNING_KINDS),
    inspect: async ({ deploy }, service, call) => {
      const place = await findPlace(session, service, RUNNING_KINDS, call);
      const name = service?.name ?? '';
      return place.kind === 'asg'
        ? inspectGroupRollback(parts, place.name, { deploy, label: name }, call)
        : inspectContainerRollback(parts, place, { deploy, name }, call);
    },
    run: async ({ deploy }, service, facts, call) => {
      const place = await findPlace(session, service, RUNNING_KINDS, call);
      const name = service?.name ?? '';
      return place.kind === 'asg'
        ? rollBackGroup(parts, place.name, { deploy, label: name, facts }, call)
        : rollBackContainers(parts, place, { deploy, name, facts }, call);
    },
    reconcile: async (_args, service, facts, call) => {
      const place = await findPlace(session, service, RUNNING_KINDS, call);
      return place.kind === 'asg'
        ? reconcileGroupRollback(parts, place.name, facts, call)
        : reconcileContainerRollback(parts, place, facts, call);
    },
  };
}

import type { Playbook } from '../domain/playbook.ts';
import { dbFailover } from './db-failover.ts';
import { diskCleanup } from './disk-cleanup.ts';
import { flushCache } from './flush-cache.ts';
import { logs } from './logs.ts';
import { metrics } from './metrics.ts';
import { restart } from './restart.ts';
import { rollback } from './rollback.ts';
import { scale } from './scale.ts';
import { status } from './status.ts';

/** In the order `/help` shows them: looking first, then changing, the gravest last. */
export const PLAYBOOKS: readonly Playbook[] = [
  status,
  logs,
  metrics,
  rollback,
  scale,
  restart,
  flushCache,
  diskCleanup,
  dbFailover,
];

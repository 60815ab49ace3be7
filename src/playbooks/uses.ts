// What each playbook asks of its sources, so that a source's rights can be said before it is used. A test compares
// this table with the playbooks themselves.
import type { Capability } from '../domain/capability.ts';

/** What every source is asked for whatever the commands are: an incident's context, `/status`, the conditions. */
export const ALWAYS_USED: readonly Capability[] = [
  'services.health',
  'deploys.list',
  'deploys.compare',
  'logs.search',
  'metrics.query',
  'dashboards.find',
  // Of the databases and caches that it depends on.
  'databases.describe',
  'caches.describe',
  'disk.usage',
];

/** By the playbook's name. */
export const USES: Readonly<Record<string, readonly Capability[]>> = {
  status: ['services.health', 'databases.describe'],
  logs: ['logs.search', 'deploys.list', 'metrics.query'],
  metrics: ['metrics.query', 'deploys.list', 'services.health', 'databases.describe'],
  rollback: ['deploys.list', 'deploys.compare', 'deploys.rollback', 'metrics.query', 'services.health'],
  scale: ['services.health', 'databases.describe', 'services.scale'],
  restart: ['services.health', 'databases.describe', 'services.restart'],
  'flush-cache': ['caches.describe', 'caches.flush', 'metrics.query', 'services.health'],
  'disk-cleanup': ['disk.usage', 'disk.prune-docker', 'disk.vacuum-journal', 'disk.remove-old-files'],
  'db-failover': ['databases.describe', 'databases.failover', 'metrics.query', 'services.health'],
};

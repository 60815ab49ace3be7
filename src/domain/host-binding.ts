// Where a `host` source knows a service: probes, log files, and argument lists of the team's own scripts.
import { z } from 'zod';

/**
 * An argument list. Placeholders are whole or part of one argument and are always passed as single
 * arguments; no shell reads them. The first word may not hold one.
 */
export const argumentListSchema = z.array(z.string().min(1).max(4096)).min(1).max(64);

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
  /** Paths or globs (`*` within one folder) of log files. */
  logs: z.array(z.string().min(1)).optional(),
  /** Prints `{desired, running, healthy, release?, instances: [{id, state, detail?}]}`. */
  health: argumentListSchema.optional(),
  /** `{count}` */
  scale: argumentListSchema.optional(),
  /** `{mode}` rolling or full, `{key}` */
  restart: argumentListSchema.optional(),
  /** Prints `[{number, author, title, at, status, rolledBack, commit?, migration?}]`, newest first. */
  deploys: argumentListSchema.optional(),
  /** `{from}` `{to}`; prints `{commits: [{sha, title, author?}], files: [], migrations: []}`. */
  compare: argumentListSchema.optional(),
  /** `{deploy}` the one undone, `{to}` the one restored, `{key}` */
  rollback: argumentListSchema.optional(),
  /** `{pattern}` (`*` stands for all), `{key}` */
  flush: argumentListSchema.optional(),
  /** Prints `{keys, hitRate?, rebuildMs?}`. */
  cacheStats: argumentListSchema.optional(),
  /** Prints `{cluster, engine, primary, replicas: [{id, lagMs}], downtimeMs?}`. */
  database: argumentListSchema.optional(),
  /** `{cluster}` `{to}` `{key}` */
  failover: argumentListSchema.optional(),
  /** `{key}`; prints `{state: 'succeeded' | 'failed' | 'running' | 'unknown'}`: what became of a started step. */
  operation: argumentListSchema.optional(),
});
export type HostBinding = z.infer<typeof hostBindingSchema>;

// What each read promises to give: the types of `src/domain/capability.ts`, with the bounds a screen and a prompt need.
import { z } from 'zod';
import type { ReadCapability } from '../../../src/domain/capability.ts';

const HIDDEN = /[\p{Cc}\p{Surrogate}\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u;

/** Without what moves a cursor, hides, or turns the direction. */
export const clean = (max: number) =>
  z
    .string()
    .max(max)
    .refine(
      (text) => !HIDDEN.test(text),
      'holds a control character, a hidden one, or one that turns the direction',
    );
const name = clean(300).min(1);
const count = z.number().int().min(0).nullable();
const instant = z.number().int().min(Date.parse('2000-01-01')).max(Date.parse('2100-01-01'));
const optional = <T extends z.ZodType>(schema: T) => schema.optional();

const health = z.strictObject({
  service: name,
  desired: count,
  running: count,
  healthy: count,
  release: optional(clean(200)),
  instances: z
    .array(
      z.strictObject({
        id: name,
        state: z.enum(['healthy', 'unhealthy', 'starting', 'unknown']),
        detail: optional(clean(500)),
      }),
    )
    .max(2_000),
  notes: optional(z.array(clean(300)).max(10)),
});

const deploy = z.strictObject({
  number: clean(255).min(1).regex(/^[^#]/),
  author: name,
  title: clean(300),
  at: instant,
  status: z.enum(['succeeded', 'failed', 'in-progress']),
  rolledBack: z.boolean(),
  stoppable: optional(z.boolean()),
});

const oldestFirst = (max: number) =>
  z
    .array(z.strictObject({ at: instant, value: z.number() }))
    .max(max)
    .refine(
      (points) => points.every(({ at }, index) => at >= (points[index - 1]?.at ?? at)),
      'is not oldest first',
    );

export const SHAPES: Record<ReadCapability, z.ZodType> = {
  'services.list': z.array(health).max(2_000),
  'services.health': health,
  'metrics.query': z
    .array(
      z.strictObject({
        metric: name,
        unit: z.enum(['%', 'ms', 'bytes', 'bytes/s', '/s', 'count', 'boolean', '']),
        current: z.number().nullable(),
        points: oldestFirst(20_000),
        sameHour: optional(oldestFirst(60)),
        note: optional(clean(500)),
      }),
    )
    .max(1_000),
  'logs.search': z.strictObject({
    lines: z
      .array(
        z.strictObject({
          at: instant.nullable(),
          level: z.enum(['error', 'warn', 'info', 'debug', 'unknown']),
          // As it was written: who shows it makes it safe.
          text: z.string().max(20_000),
          instance: name,
        }),
      )
      .max(10_000),
    truncated: z.boolean(),
    bytes: optional(z.number().int().min(0)),
    read: optional(z.number().int().min(0)),
  }),
  'deploys.list': z
    .array(deploy)
    .max(100)
    .refine(
      (list) => list.every(({ at }, index) => at <= (list[index - 1]?.at ?? at)),
      'is not newest first',
    ),
  'deploys.compare': z.strictObject({
    commits: z
      .array(z.strictObject({ sha: name, title: clean(300), author: optional(clean(100)) }))
      .max(2_000),
    files: z.array(clean(1_000)).max(20_000),
    migrations: z.array(clean(1_000)).max(2_000).nullable(),
    services: optional(z.strictObject({ touched: z.array(clean(200)).max(500), elsewhere: count })),
    changes: optional(z.array(clean(500)).max(200)),
  }),
  'dashboards.find': z
    .array(
      z.strictObject({
        title: name,
        href: clean(2_000).regex(/^https?:\/\//),
      }),
    )
    .max(100),
  'databases.describe': z.strictObject({
    cluster: name,
    engine: name,
    primary: name,
    replicas: z.array(z.strictObject({ id: name, lagMs: z.number().min(0).nullable() })).max(100),
    downtimeMs: z.number().min(0).nullable(),
    status: optional(clean(200)),
    downtimeFrom: optional(clean(200)),
    events: optional(z.array(z.strictObject({ at: instant, text: clean(300) })).max(50)),
  }),
  'caches.describe': z.strictObject({
    keys: count,
    keysEstimated: optional(z.boolean()),
    hitRate: z.number().min(0).nullable(),
    rebuildMs: z.number().min(0).nullable(),
  }),
  'disk.usage': z
    .array(
      z.strictObject({
        mount: name,
        totalBytes: z.number().min(0),
        usedBytes: z.number().min(0),
        percent: z.number().min(0).max(100),
      }),
    )
    .max(1_000),
};

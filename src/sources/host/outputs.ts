// What a team's scripts print, checked. Unknown fields are left out; a wrong type is an error that names the field.
import { z } from 'zod';
import { onOneLine } from '../../domain/excerpt.ts';

const MAX_ITEMS = 2_000;

/** One line for people: control characters, which could move a cursor, become spaces. */
const line = (max: number) =>
  z
    .string()
    .max(20_000)
    .transform((text) => onOneLine(text).trim().slice(0, max));

/** May be passed on to another list as one argument. */
const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/, 'is no plain name (letters, digits, . _ -)');

const count = z.number().int().min(0).max(1_000_000);
const amount = z.number().min(0);

/** ISO 8601 with its zone, or a number: seconds or milliseconds since 1970. Becomes milliseconds. */
const instant = z.union([
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  z
    .number()
    .min(0)
    .max(8.64e15)
    .transform((at) => (at < 1e11 ? Math.round(at * 1000) : Math.round(at))),
]);

export const healthOutput = z.object({
  desired: count.nullable().default(null),
  running: count.nullable().default(null),
  healthy: count.nullable().default(null),
  release: z
    .union([line(100), z.number().transform(String)])
    .nullish()
    .transform((release) => release ?? undefined),
  instances: z
    .array(
      z.object({
        id: line(200).refine((id) => id !== '', 'is blank'),
        state: z.enum(['healthy', 'unhealthy', 'starting', 'unknown']),
        detail: line(300)
          .nullish()
          .transform((detail) => detail ?? undefined),
      }),
    )
    .max(MAX_ITEMS)
    .default([])
    .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'names an instance twice'),
});

export const deploysOutput = z
  .array(
    z.object({
      number: z
        .union([z.string(), z.number().int().min(0).transform(String)])
        .transform((number) => number.replace(/^#/, ''))
        .pipe(name),
      author: line(100)
        .nullish()
        .transform((author) => author || 'unknown'),
      title: line(300)
        .nullish()
        .transform((title) => title ?? ''),
      at: instant,
      status: z.enum(['succeeded', 'failed', 'in-progress']),
      rolledBack: z.boolean().default(false),
      commit: line(100).nullish(),
      /** True, or the migration's name. */
      migration: z.union([z.boolean(), line(200)]).nullish(),
    }),
  )
  .max(MAX_ITEMS);
export type PrintedDeploy = z.infer<typeof deploysOutput>[number];

export const compareOutput = z.object({
  commits: z
    .array(
      z.object({
        sha: line(100),
        title: line(300),
        author: line(100)
          .nullish()
          .transform((author) => author ?? undefined),
      }),
    )
    .max(MAX_ITEMS)
    .default([]),
  files: z.array(line(1_000)).max(20_000).default([]),
  // Required: a forgotten list must not read as "no migration".
  migrations: z.array(line(300)).max(MAX_ITEMS),
  // A script may mean something else by this word, and a rollback does not fail for want of its picture.
  changes: z
    .array(z.object({ path: line(1_000), patch: z.string().nullish() }))
    .default([])
    .catch([]),
});

export const cacheOutput = z.object({
  keys: count.or(z.number().int().min(0)).nullable().default(null),
  hitRate: amount.nullish().transform((rate) => rate ?? null),
  rebuildMs: amount.nullish().transform((ms) => ms ?? null),
});

export const databaseOutput = z.object({
  cluster: name,
  engine: line(100),
  primary: name,
  replicas: z
    .array(z.object({ id: name, lagMs: amount.nullable() }))
    .max(100)
    .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'names a replica twice'),
  downtimeMs: amount.nullish().transform((ms) => ms ?? null),
});

export const operationOutput = z.object({
  state: z.enum(['succeeded', 'failed', 'not-started', 'running', 'unknown']),
});

// The bundle of an incident, read as if anybody had written it: whole, of a form we know, and nothing in it believed.
import { z } from 'zod';
import type { TalkRequest, Turn } from './assistant.ts';
import { digestOf, type Json } from './digest.ts';
import { usageError } from './errors.ts';
import { clipped } from './excerpt.ts';
import { BUNDLE_FORMAT, BUNDLE_VERSION, type BundledEntry } from './incident-bundle.ts';
import type { Plan } from './plan.ts';

const MAKE_ANOTHER = 'make it anew: openclaw incident export NUMBER --out FILE';

const text = z.string();
const number = z.number();
const list = z.array(z.unknown());
const severity = z.enum(['critical', 'warning', 'info']);

const question = z.object({
  purpose: z.enum(['command', 'speech', 'remarks', 'narrative', 'closing', 'compile']),
  agent: z.object({ name: text, instructions: text, model: text.nullable() }),
  command: z.object({ name: text, trigger: text, instructions: text }).nullable(),
  words: text,
  incident: z
    .object({
      id: number,
      title: text,
      severity,
      service: text.nullable(),
      startedAt: number.min(0).max(8.64e15),
      goal: z
        .object({ metric: text, op: z.enum(['>', '>=', '<', '<=']), value: number, unit: text })
        .nullable(),
    })
    .nullable(),
  known: z.array(z.object({ label: text, text, trusted: z.boolean().optional() })),
  commands: z.array(z.object({ name: text, trigger: text, playbook: text.nullable() })),
});

const service = z.object({
  name: text,
  kind: z.enum(['app', 'database', 'cache', 'queue']),
  bindings: z.object({}),
  instances: z.array(text),
  dependsOn: z.array(text),
  hourlyCost: number.optional(),
});

const request = z.object({
  model: text,
  system: z.unknown(),
  tools: z.unknown(),
  user: text,
  nonce: text.min(1),
  question,
  kit: z.object({
    now: number.min(0).max(8.64e15),
    zone: text,
    services: z.array(service),
    sources: z.array(text),
    commands: z.array(z.object({ playbook: text, trigger: text })).nullable(),
    changers: z.array(z.object({ capability: text, service: text.nullable(), source: text })),
  }),
});

const turn = z.object({
  answer: z.unknown(),
  results: z.unknown(),
  stop: text.nullable().optional(),
  outputTokens: number.optional(),
  sent: text.optional(),
  seen: z.object({ ids: z.array(text), services: z.array(text) }).optional(),
  planned: z.array(z.object({ capability: text, args: z.unknown(), answers: list })).optional(),
});

const talk = z.object({
  id: number,
  at: number,
  purpose: text,
  agent: text,
  command: text.nullable(),
  request: request.nullable(),
  pruned: z.boolean().default(false),
  turns: z.array(turn),
  outcome: z.unknown(),
});

const entry = z.object({
  id: number,
  incident: number.nullable(),
  at: number,
  kind: text,
  actor: text,
  text,
  data: text,
  hash: text.nullable(),
  previous: text.nullable(),
});

const bundle = z.object({
  digest: text,
  madeBy: text,
  madeAt: number,
  incident: z.object({ id: number, title: text, severity: text, service: text.nullable(), state: text }),
  timeline: z.array(entry),
  plans: z.array(
    z.object({ plan: z.looseObject({ id: number, title: text, digest: text }), approvals: list }),
  ),
  conversations: z.array(talk),
});

export interface ReadTalk {
  id: number;
  at: number;
  purpose: string;
  agent: string;
  command: string | null;
  request: TalkRequest | null;
  /** Asked and answered, and kept no more. */
  pruned: boolean;
  turns: Turn[];
  outcome: unknown;
}

export interface ReadBundle {
  digest: string;
  madeBy: string;
  madeAt: number;
  incident: { id: number; title: string; severity: string; service: string | null; state: string };
  timeline: BundledEntry[];
  /** As they stand there; `isIntact` says whether one is what its digest names. */
  plans: { plan: Plan; approvals: { digest?: unknown; state?: unknown }[] }[];
  conversations: ReadTalk[];
}

/** Errors: UserError 'usage', one sentence on what is wrong with it. */
export function readBundle(source: string): ReadBundle {
  const value = parse(source);
  const { digest, ...rest } = value;
  if (rest.format !== BUNDLE_FORMAT)
    throw usageError(
      'this is no export of an incident',
      'openclaw incident export NUMBER --out FILE makes one',
    );
  if (rest.version !== BUNDLE_VERSION)
    throw usageError(
      `this export has version ${clipped(JSON.stringify(rest.version) ?? 'none', 40)}, and this openclaw reads ${BUNDLE_VERSION}`,
      'replay it with the openclaw that made it, or a newer one',
    );
  if (digest !== digestOfAll(rest))
    throw usageError(
      'this export is not what was written: its digest does not fit, so it was edited or damaged',
      MAKE_ANOTHER,
    );
  const read = readShape(value);
  if (read.ok) return read.bundle;
  throw usageError(`this export is not of the form it should be: ${read.why}`, MAKE_ANOTHER);
}

function parse(source: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    throw usageError(
      'this is no whole export of an incident: it is no JSON, or its end is missing',
      MAKE_ANOTHER,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usageError(
      'this is no export of an incident',
      'openclaw incident export NUMBER --out FILE makes one',
    );
  return value as Record<string, unknown>;
}

/** Null: nested too deep, or not of JSON. */
function digestOfAll(rest: Record<string, unknown>): string | null {
  try {
    return digestOf(rest as { [key: string]: Json });
  } catch {
    return null;
  }
}

function readShape(value: unknown): { ok: true; bundle: ReadBundle } | { ok: false; why: string } {
  const read = bundle.safeParse(value);
  // Plans are looked at by their digests alone, and those of no plan at all do not fit.
  if (read.success) return { ok: true, bundle: read.data as unknown as ReadBundle };
  const [issue] = read.error.issues;
  return {
    ok: false,
    why: clipped(`${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not understood'}`, 300),
  };
}

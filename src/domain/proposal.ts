// What a planner hands back, read as if an adversary wrote it: shapes, lengths and numbers are checked, control
// characters go, and a button is never the planner's to offer.
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { clipped } from './excerpt.ts';
import { MAX_STEPS } from './guardrails.ts';
import type { Proposal } from './playbook.ts';

const LONGEST_LINE = 2_000;
const LONGEST_TEXT = 40_000;
const LONGEST_FILE = 100_000;
const MOST_LINES = 500;

const CONTROL_BUT_LINES = /(?![\n\t])[\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

const line = z.string().transform((text) => cleanLine(text, LONGEST_LINE));
const text = z.string().transform((value) => cleanText(value, LONGEST_TEXT));
const title = z.string().transform((value) => cleanLine(value, 300) || 'without a title');
/** Becomes the title of a message. */
const sentence = z.string().transform((value) => cleanLine(value, 1_000));
const lines = z.array(line).max(MOST_LINES);
const name = z.string().min(1).max(200);
const number = z.number();

const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text }),
  z.strictObject({ type: z.literal('code'), text }),
  z.strictObject({
    type: z.literal('fields'),
    fields: z.array(z.strictObject({ label: line, value: line })).max(MOST_LINES),
  }),
  z.strictObject({ type: z.literal('section'), heading: line, lines }),
  z.strictObject({ type: z.literal('table'), columns: lines, rows: z.array(lines).max(MOST_LINES) }),
]);

const instant = z.number().min(0).max(8.64e15);
const limit = number.nullable();

const attachment = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text'),
    title,
    text: z.string().transform((value) => cleanText(value, LONGEST_FILE)),
  }),
  z.strictObject({
    type: z.literal('chart'),
    chart: z.strictObject({
      title,
      from: instant,
      until: instant,
      zone: z.string().refine((zone) => IANAZone.isValidZone(zone), 'no time zone'),
      marks: z.array(z.strictObject({ at: instant, label: line })).max(20),
      panels: z
        .array(
          z.strictObject({
            metric: line,
            unit: z.string().max(20),
            points: z.array(z.strictObject({ at: instant, value: number })).max(1_000),
            now: limit.optional(),
            normal: limit,
            band: z.strictObject({ low: number, high: number }).nullable().optional(),
            onsetAt: instant.nullable().optional(),
            threshold: limit,
          }),
        )
        .max(20),
    }),
  }),
]);

const success = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('metric'),
    service: name,
    metric: name,
    unit: z.string().max(20),
    before: number.nullable(),
    goal: z.strictObject({ op: z.enum(['<', '<=', '>', '>=']), value: number }).nullable(),
  }),
  z.strictObject({ kind: z.literal('healthy'), service: name, count: number.nullable() }),
  z.strictObject({
    kind: z.literal('disk'),
    source: name,
    mount: z.string().max(4096),
    beforePercent: number,
  }),
  z.strictObject({ kind: z.literal('none') }),
]);

const proposal = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('answer'),
    message: z.strictObject({
      title,
      tone: z.enum(['critical', 'warning', 'info', 'ok', 'neutral']),
      blocks: z.array(block).max(MOST_LINES),
      attachments: z.array(attachment).min(1).max(5).optional(),
    }),
  }),
  z.strictObject({ kind: z.literal('refusal'), why: line, detail: sentence, instead: sentence }),
  z.strictObject({ kind: z.literal('question'), question: sentence, choices: lines }),
  z.strictObject({
    kind: z.literal('steps'),
    title,
    service: name.nullable(),
    // The arguments themselves are parsed by their capability's own schema.
    steps: z
      .array(z.strictObject({ capability: z.string(), args: z.record(z.string(), z.unknown()) }))
      .max(MAX_STEPS, `more steps than a person can check on one card (at most ${MAX_STEPS})`),
    notes: z.array(z.strictObject({ heading: line, lines, code: z.literal(true).optional() })).max(50),
    success,
  }),
]);

/** Null with the reason: it is not a proposal. */
export function readProposal(value: unknown): { proposal: Proposal } | { proposal: null; why: string } {
  const read = proposal.safeParse(value);
  if (read.success) return { proposal: read.data };
  const [issue] = read.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  return {
    proposal: null,
    why: clipped(`${where ? `${where}: ` : ''}${issue?.message ?? 'not understood'}`, 300),
  };
}

function cleanLine(value: string, longest: number): string {
  return clipped(value, longest).trim();
}

function cleanText(value: string, longest: number): string {
  return wellFormed(value.slice(0, longest)).replace(CONTROL_BUT_LINES, ' ');
}

/** Half a surrogate pair is no character, and no JSON. */
function wellFormed(value: string): string {
  return value.replace(/\p{Surrogate}/gu, '\ufffd');
}

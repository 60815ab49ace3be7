// An incident in one file: all that came in, was said, decided and done, so that it can be looked at and run again elsewhere.
import type { TalkRequest, Turn } from './assistant.ts';
import { canonicalJson, digestOf, type Json } from './digest.ts';
import type { ChainedEntry } from './record.ts';
import { redact, redactJson } from './redact.ts';

export const BUNDLE_FORMAT = 'openclaw-incident';
export const BUNDLE_VERSION = 1;

/** A conversation with a model. */
export interface BundledTalk {
  id: number;
  at: number;
  purpose: string;
  agent: string;
  command: string | null;
  /** Null: nothing was asked, or it is kept no more. */
  request: TalkRequest | null;
  /** Its requests and answers went after the time that such things are kept. */
  pruned: boolean;
  turns: Turn[];
  outcome: unknown;
  tokens: number;
  microDollars: number;
}

/** `previous`: the hash of the entry before it, of whatever incident. */
export type BundledEntry = ChainedEntry & { hash: string | null; previous: string | null };

export interface BundleBody {
  /** Of openclaw. */
  madeBy: string;
  madeAt: number;
  incident: object;
  alerts: readonly object[];
  /** What arrived for it, as it was read: alerts and what people typed. */
  inputs: readonly object[];
  timeline: readonly BundledEntry[];
  posts: readonly object[];
  plans: readonly {
    plan: { id: number; digest: string };
    approvals: readonly object[];
    [more: string]: unknown;
  }[];
  conversations: readonly BundledTalk[];
  configuration: Readonly<Record<string, readonly object[]>>;
}

/**
 * The file: canonical JSON (RFC 8785) and a line end, with `digest`, the SHA-256 of all else in it. The digest finds damage
 * and careless edits; whoever edits on purpose can compute another. Secrets are taken out of every text. Errors: TypeError
 * where a value is none that JSON has.
 */
export function sealBundle(body: BundleBody): string {
  const plain = JSON.parse(JSON.stringify(body)) as BundleBody;
  const redacted = withNames(redactJson(plain), plain);
  const sealed = { format: BUNDLE_FORMAT, version: BUNDLE_VERSION, ...redacted } as unknown as {
    [key: string]: Json;
  };
  return `${canonicalJson({ ...sealed, digest: digestOf(sealed) })}\n`;
}

/** Hashes of ours, which may look like keys to whoever looks for keys. */
function withNames(redacted: BundleBody, plain: BundleBody): BundleBody {
  return {
    ...redacted,
    timeline: redacted.timeline.map((entry, at) => ({
      ...entry,
      data: redact(entry.data),
      hash: plain.timeline[at]?.hash ?? null,
      previous: plain.timeline[at]?.previous ?? null,
    })),
    plans: redacted.plans.map((each, at) => ({
      ...each,
      plan: { ...each.plan, digest: plain.plans[at]?.plan.digest ?? '' },
    })),
    conversations: redacted.conversations.map((talk, at) => ({
      ...talk,
      turns: talk.turns.map((turn, index) => {
        const sent = plain.conversations[at]?.turns[index]?.sent;
        return sent === undefined ? turn : { ...turn, sent };
      }),
    })),
  };
}

// What a candidate for the cause is: what, where, since when, and what speaks for and against it.
import type { Trouble } from './signatures.ts';

export type CauseKind =
  | 'deploy'
  | 'change'
  | 'action'
  | 'scaling'
  | 'traffic'
  | 'neighbour'
  | 'saturation'
  | 'dependency-down'
  | 'provider'
  | 'failover'
  | 'cache'
  | Exclude<Trouble, 'pool' | 'cache-miss' | 'saturated' | 'refused' | 'unavailable' | 'timeout'>;

/** One reason, with the reading it rests on. */
export interface Claim {
  /** `"connection pool exhausted" first seen at 03:01, 20 s after it`; clean, of one line, without secrets. */
  text: string;
  /** For it where positive, against it where negative. */
  weight: number;
  /** What was read: `logs of api`, `metric cpu_usage of orders-db`, `deploys of api`. */
  from: string;
  /** It would hardly be there, were something else the cause; nearness in time is there for many. Default: false. */
  specific?: boolean;
}

export interface Candidate {
  kind: CauseKind;
  /** Where it lies: a service's name, or the host of somebody else. */
  subject: string;
  /** What exactly, where there are several of a kind at a place: a deploy's number, a capability. */
  which: string | null;
  /** As a sentence would begin: `deploy #492 ("fix: cache TTL update")`. */
  title: string;
  /** When it began; null: not known, but before the effect. Never after it. */
  at: number | null;
  /** Something that happened, which may be behind what is merely seen. */
  trigger: boolean;
  claims: readonly Claim[];
}

export function scoreOf({ claims }: Candidate): number {
  return claims.reduce((sum, { weight }) => sum + weight, 0);
}

/** Whether more speaks for it than that it was near. */
export function hasOwnEvidence({ claims }: Candidate): boolean {
  return claims.some(({ specific = false, weight }) => specific && weight >= 1);
}

/** `deploy api #492`, `disk-full orders-db`: what it is, without words. */
export function labelOf({ kind, subject, which }: Pick<Candidate, 'kind' | 'subject' | 'which'>): string {
  if (kind === 'deploy') return `deploy ${subject} #${which}`;
  return kind === 'action' ? `action ${which} ${subject}` : `${kind} ${subject}`;
}

// From what was read to what is probably the cause, or to what it is not. Pure: the same readings, the same answer.

import { compareText } from '../../domain/text/compare.ts';
import { type Candidate, hasOwnEvidence, labelOf, scoreOf } from './candidate.ts';
import { actionCandidates, toldCandidates } from './candidates/changes.ts';
import { deployCandidates, deployRuledOut, SLOW_WITHIN_MS } from './candidates/deploys.ts';
import { downCandidates, loadCandidates } from './candidates/needs.ts';
import { scalingCandidates } from './candidates/scaling.ts';
import { troubleCandidates } from './candidates/troubles.ts';
import { looksHealthy } from './healthy.ts';
import type { Onset } from './onset.ts';
import type { Readings } from './readings.ts';
import { ruledOut } from './ruled-out.ts';
import { type Scene, sceneOf } from './scene.ts';

export interface Diagnosis {
  verdict: 'cause' | 'healthy' | 'unknown';
  /** How sure; null: no cause is named. */
  confidence: 'likely' | 'possible' | null;
  onset: Onset;
  cause: Candidate | null;
  /** All of them, the likeliest first; the cause is the first. */
  candidates: readonly Candidate[];
  /** A sentence each: what was looked at and is not it. */
  ruledOut: readonly string[];
  /** What could not be read: "logs of api (AWS Production)". */
  missing: readonly string[];
  scene: Scene;
}

/** What is named at all, and what is named without "not certain". */
const NAMED = 2.5;
const CERTAIN = 4.5;
/** Where nothing was done or deployed that may be behind it, what explains itself needs less. */
const PLAIN = 4;
/** Two that are this close leave it open. */
const AHEAD = 1.5;
/** What is merely seen stands behind what happened and explains it. */
const EXPLAINED = 2;
const A_BIT = 0.01;

export function diagnose(readings: Readings): Diagnosis {
  const scene = sceneOf(readings);
  const found = [
    ...deployCandidates(scene),
    ...toldCandidates(scene),
    ...actionCandidates(scene),
    ...scalingCandidates(scene),
    ...troubleCandidates(scene),
    ...downCandidates(scene),
    ...loadCandidates(scene),
  ];
  // Never a cause that began after the effect, wherever it comes from.
  const candidates = ranked(found.filter(({ at }) => at === null || at <= scene.onset.by));
  const [first] = candidates;
  const score = first ? scoreOf(first) : 0;
  const rival = candidates.slice(1).find((other) => first && !isOneStory(first, other));
  const enough = candidates.some(({ trigger }) => trigger) ? CERTAIN : PLAIN;
  const certain =
    score >= enough &&
    (!rival || score - scoreOf(rival) >= AHEAD) &&
    first !== undefined &&
    standsAlone(scene, first);
  const common = {
    onset: scene.onset,
    candidates,
    missing: missingOf(readings),
    scene,
  };
  if (looksHealthy(scene, candidates))
    return { ...common, verdict: 'healthy', confidence: null, cause: null, ruledOut: ruledOut(scene, null) };
  if (!first || score < NAMED)
    return { ...common, verdict: 'unknown', confidence: null, cause: null, ruledOut: ruledOut(scene, null) };
  return {
    ...common,
    verdict: 'cause',
    confidence: certain ? 'likely' : 'possible',
    cause: first,
    ruledOut: ruledOut(scene, first),
  };
}

/** `healthy`, `unknown`, or the label of the cause. */
export function answerOf({ verdict, cause }: Diagnosis): string {
  return verdict === 'cause' && cause ? labelOf(cause) : verdict;
}

/** What is merely seen of a load has something behind it, and a deploy may just have been near. */
function standsAlone(scene: Scene, first: Candidate): boolean {
  switch (first.kind) {
    case 'deploy':
    case 'change':
      return hasOwnEvidence(first);
    case 'saturation':
    case 'cache':
    case 'code':
      return false;
    case 'out-of-memory':
      return !mayHaveBroughtIt(scene, first.subject);
    default:
      return true;
  }
}

/** A deploy of the hours before, of what ran out of memory: leaks are slow. */
function mayHaveBroughtIt(scene: Scene, service: string): boolean {
  const { deploys = [] } = scene.about(service) ?? {};
  return deploys.some(
    (deploy) =>
      scene.onset.at - deploy.at <= SLOW_WITHIN_MS && deployRuledOut(scene, service, deploy) === null,
  );
}

function ranked(candidates: readonly Candidate[]): Candidate[] {
  const strong = candidates.filter((each) => scoreOf(each) >= NAMED);
  return candidates
    .map((each) => {
      const behind = strong.find((trigger) => explains(trigger, each));
      const why = strong
        .filter((one) => tellsWhyDown(one, each))
        .reduce((most, one) => Math.max(most, scoreOf(one)), -Infinity);
      const score = scoreOf(each) - (behind ? EXPLAINED : 0);
      // That it is down may be said ten times: why it is, once, says more.
      return { each, score: why === -Infinity ? score : Math.min(score, why - A_BIT) };
    })
    .sort(
      (a, b) =>
        b.score - a.score ||
        Number(b.each.trigger) - Number(a.each.trigger) ||
        (b.each.at ?? 0) - (a.each.at ?? 0) ||
        compareText(labelOf(a.each), labelOf(b.each)),
    )
    .map(({ each }) => each);
}

/** What is seen of a load, wherever it is; and what else a deploy brings, at the service it went to. */
const LOADS: readonly Candidate['kind'][] = ['saturation', 'cache', 'locks'];
const FAULTS: readonly Candidate['kind'][] = [
  'code',
  'configuration',
  'schema',
  'out-of-memory',
  'file-descriptors',
  'credentials',
  'read-only',
  'locks',
];

/** Why something does not answer, where the same one has it. */
const WHY_DOWN: readonly Candidate['kind'][] = [
  'failover',
  'disk-full',
  'out-of-memory',
  'configuration',
  'certificate',
  'clock-skew',
  'file-descriptors',
  'read-only',
];

/** What happened to it or what it lacks, where the other is only that it does not answer. */
function tellsWhyDown(one: Candidate, seen: Candidate): boolean {
  if (seen.kind !== 'dependency-down' || one.subject !== seen.subject) return false;
  return one.kind === 'deploy' ? hasOwnEvidence(one) : WHY_DOWN.includes(one.kind);
}

const TRAFFIC: readonly Candidate['kind'][] = ['traffic', 'neighbour'];

/** What happened may be behind what is seen: then they are one story, not two. */
function explains(trigger: Candidate, seen: Candidate): boolean {
  if (!trigger.trigger || seen.trigger) return false;
  if (trigger.kind === 'deploy' && !hasOwnEvidence(trigger)) return false;
  if (LOADS.includes(seen.kind)) return true;
  // What another service needs to stand is seldom broken by a deploy of this one.
  if (seen.kind === 'dependency-down')
    return seen.subject === trigger.subject || TRAFFIC.includes(trigger.kind);
  return FAULTS.includes(seen.kind) && (seen.subject === trigger.subject || trigger.kind === 'failover');
}

/** Two words for the same: what happened and what is seen of it, or two sights of one place. */
function isOneStory(first: Candidate, other: Candidate): boolean {
  const sights: readonly Candidate['kind'][] = ['saturation', 'locks', 'dependency-down', 'cache'];
  return (
    explains(first, other) ||
    tellsWhyDown(first, other) ||
    // Its own traffic, and whose it is.
    (TRAFFIC.includes(first.kind) && TRAFFIC.includes(other.kind)) ||
    (first.subject === other.subject && sights.includes(first.kind) && sights.includes(other.kind))
  );
}

function missingOf({ silent }: Readings): string[] {
  return [...new Set(silent.map(({ source, what }) => `${what} (${source})`))].sort(compareText);
}

// What explains itself: a full disk, memory, a certificate, a name, a quota; and third parties that fail.
import type { Candidate, CauseKind, Claim } from '../candidate.ts';
import { type LogFact, signatureOf } from '../log-evidence.ts';
import {
  fullDisk,
  isKilledForMemory,
  killedNote,
  newTroubles,
  saysMuch,
  waitsForLocks,
} from '../mechanism.ts';
import { isNearlyFull } from '../metric-evidence.ts';
import { bare, quote, type Scene, timesText } from '../scene.ts';
import { SIGNATURES, type Trouble } from '../signatures.ts';
import { deployRuledOut, nearness } from './deploys.ts';
import { placeOf } from './place.ts';

/** What happened to a database is behind what happens soon after. */
const EVENT_WITHIN_MS = 15 * 60_000;
const SYMPTOMS_OF_OTHERS: readonly Trouble[] = ['timeout', 'unavailable', 'refused'];

export function troubleCandidates(scene: Scene): Candidate[] {
  const found = new Map<string, { kind: CauseKind; subject: string; claims: Claim[]; at: number | null }>();
  const add = (kind: CauseKind, subject: string, at: number | null, ...claims: Claim[]) => {
    const key = `${kind} ${subject}`;
    const known = found.get(key) ?? { kind, subject, claims: [], at: null };
    known.claims.push(...claims);
    if (at !== null && at <= scene.onset.by && (known.at === null || at < known.at)) known.at = at;
    found.set(key, known);
  };
  const places = [scene.own, ...scene.needed];
  for (const place of places) {
    const said = new Set<string>();
    const all = newTroubles(scene, place);
    for (const fact of all) {
      const found = troubleOf(scene, place, fact);
      if (!found || said.has(`${found.kind} ${found.subject}`)) continue;
      said.add(`${found.kind} ${found.subject}`);
      add(found.kind, found.subject, fact.firstAt, claimOf(scene, fact, place, all));
    }
    if (place !== scene.own && waitsForLocks(scene, place)) {
      const pool = newTroubles(scene, scene.own).find(({ signature }) => signature?.trouble === 'pool');
      if (pool)
        add('locks', place, null, {
          text: `${quote(pool.message)} in the logs of ${scene.own}`,
          weight: 1.5,
          from: `logs of ${scene.own}`,
        });
    }
    for (const state of statesOf(scene, place)) add(state.kind, place, state.at, state.claim);
    if (found.has(`failover ${place}`)) add('failover', place, null, ...sinceFailover(scene));
  }
  return [...found.values()].map(({ kind, subject, claims, at }) => ({
    kind,
    subject,
    which: null,
    title: titleOf(kind, subject, scene),
    at,
    trigger: kind === 'failover',
    claims,
  }));
}

function troubleOf(scene: Scene, place: string, fact: LogFact): Pick<Candidate, 'kind' | 'subject'> | null {
  const { signature, about, level } = fact;
  if (!signature)
    return about !== null && 'host' in about && level === 'error'
      ? { kind: 'provider', subject: about.host }
      : null;
  const { trouble, role } = signature;
  // Applications and jobs speak of failovers too; those that matter are of what keeps data.
  if (trouble === 'failover' && kindOf(scene, place) === 'app') return null;
  if (role === 'root') return { kind: trouble as CauseKind, subject: placeOf(scene, place, trouble, fact) };
  if (about && 'host' in about && SYMPTOMS_OF_OTHERS.includes(trouble))
    return { kind: 'provider', subject: about.host };
  return trouble === 'code' && place === scene.own ? { kind: 'code', subject: place } : null;
}

function kindOf(scene: Scene, place: string): string | null {
  return scene.readings.services.find(({ name }) => name === place)?.kind ?? null;
}

/** What one meets who still speaks to the old primary, or finds none. */
function sinceFailover(scene: Scene): Claim[] {
  const met = newTroubles(scene, scene.own).find(({ signature }) =>
    ['read-only', 'refused', 'unavailable', 'timeout'].includes(signature?.trouble ?? ''),
  );
  return met
    ? [
        {
          text: `${quote(met.message)} in the logs of ${scene.own}`,
          weight: 2.5,
          from: `logs of ${scene.own}`,
        },
      ]
    : [];
}

function claimOf(scene: Scene, fact: LogFact, place: string, beside: readonly LogFact[]): Claim {
  const only = fact.only === null ? '' : ` (only on ${bare(fact.only)})`;
  const known = fact.since === 'new' ? 1 : 0.75;
  return {
    text: `${quote(fact.message)} ${timesText(fact.count)} in the logs of ${place}${only}`,
    weight: certainty(scene, fact) * known * saysMuch(fact, beside),
    from: `logs of ${place}`,
  };
}

/** How surely such words name the cause: what no deploy brings, and what a third party says, stands for itself. */
function certainty(scene: Scene, { signature, about, service }: LogFact): number {
  // It fails where somebody else is asked, nobody knows why.
  if (signature === null) return 2.6;
  if (signature.trouble === 'failover') return 3.5;
  if (signature.role === 'symptom') return signature.trouble === 'code' ? 2.5 : 5;
  if (signature.byDeploy === 'seldom') return 5.5;
  // Where a deploy may be behind it, the deploy is what to name; without one it stands for itself.
  if (signature.byDeploy === 'usual') return isDeployedLately(scene, service) ? 2 : 4;
  return about !== null && 'host' in about ? 5 : 4;
}

function isDeployedLately(scene: Scene, service: string): boolean {
  const { deploys = [] } = scene.about(service) ?? {};
  return deploys.some(
    (deploy) => deployRuledOut(scene, service, deploy) === null && nearness(scene, deploy.at) !== null,
  );
}

interface State {
  kind: CauseKind;
  at: number | null;
  claim: Claim;
}

/** What measurements and health say by themselves. */
function statesOf(scene: Scene, place: string): State[] {
  const out: State[] = [];
  const { health = null, database = null } = scene.about(place) ?? {};
  const disk = fullDisk(scene, place);
  if (disk && (disk.since === null || disk.since <= scene.onset.by))
    out.push({
      kind: 'disk-full',
      at: disk.since,
      claim: {
        text: `disk_usage of ${place} is ${Math.round(disk.current ?? 0)}%`,
        weight: 2,
        from: `metric disk_usage of ${place}`,
      },
    });
  const [mount] = [...scene.readings.disks].sort(
    (a, b) => b.percent - a.percent || (a.mount < b.mount ? -1 : 1),
  );
  if (place === scene.own && mount && mount.percent >= 97)
    out.push({
      kind: 'disk-full',
      at: null,
      claim: {
        text: `${bare(mount.mount)} is ${Math.round(mount.percent)}% full`,
        weight: 2,
        from: 'disks',
      },
    });
  const killed = scene.metric(place, 'service_oom_killed');
  if (killed && Number(killed.current) > 0 && (killed.since === null || killed.since <= scene.onset.by))
    out.push({
      kind: 'out-of-memory',
      at: killed.since,
      claim: {
        text: `the kernel killed a process of ${place} for memory`,
        weight: 3,
        from: `metric service_oom_killed of ${place}`,
      },
    });
  const memory = scene.metric(place, 'memory_usage');
  if (
    memory &&
    isNearlyFull(memory) &&
    !memory.shared &&
    memory.since !== null &&
    memory.since <= scene.onset.by
  )
    out.push({
      kind: 'out-of-memory',
      at: memory.since,
      claim: {
        text: `memory_usage of ${place} is ${Math.round(memory.current ?? 0)}%`,
        weight: isKilledForMemory(scene, place) ? 4.5 : 3,
        from: `metric memory_usage of ${place}`,
      },
    });
  const note = killedNote(health);
  if (note !== null)
    out.push({
      kind: 'out-of-memory',
      at: null,
      claim: { text: quote(note), weight: 2, from: `health of ${place}` },
    });
  const lately = (database?.events ?? []).filter(
    ({ at }) => at <= scene.onset.by && scene.onset.at - at <= EVENT_WITHIN_MS,
  );
  const event = lately.findLast(({ text }) => /fail(?:ed)? ?over|promot/i.test(text));
  if (event)
    out.push({
      kind: 'failover',
      at: event.at,
      claim: { text: quote(event.text), weight: 3.5, from: `database ${place}` },
    });
  return [...out, ...toldStates(scene, place, lately)];
}

/** What those who run it say in words: a reason of Kubernetes, the status of a rented database, its events. */
function toldStates(scene: Scene, place: string, events: readonly { at: number; text: string }[]): State[] {
  const { health = null, database = null } = scene.about(place) ?? {};
  const told = [
    ...[...(health?.notes ?? []), ...(health?.instances ?? []).map(({ detail = '' }) => detail)].map(
      (text) => ({
        text,
        at: null,
        from: `health of ${place}`,
      }),
    ),
    ...[{ text: database?.status ?? '', at: null }, ...events].map((each) => ({
      ...each,
      from: `database ${place}`,
    })),
  ];
  const seen = new Set<string>();
  return told.flatMap(({ text, at, from }): State[] => {
    const signature = signatureOf(text);
    const trouble = signature?.role === 'root' ? signature.trouble : null;
    // Those have readings of their own.
    if (trouble === null || trouble === 'failover' || trouble === 'out-of-memory' || seen.has(trouble))
      return [];
    seen.add(trouble);
    return [{ kind: trouble as CauseKind, at, claim: { text: quote(text), weight: 2.5, from } }];
  });
}

function titleOf(kind: CauseKind, subject: string, scene: Scene): string {
  const own = subject === scene.own;
  const of = own ? '' : ` of ${subject}`;
  switch (kind) {
    case 'disk-full':
      return `the disk${of} is full`;
    case 'out-of-memory':
      return `${subject} runs out of memory`;
    case 'certificate':
      return `the certificate${of} has expired`;
    case 'trust':
      return `the certificate${of} is not trusted`;
    case 'clock-skew':
      return `a clock${own ? '' : ` of ${subject}`} is wrong`;
    case 'dns':
      return own ? 'names do not resolve' : `the name ${subject} does not resolve`;
    case 'rate-limit':
      return own ? 'it is limited in how often it may ask' : `${subject} limits how often it may be asked`;
    case 'provider':
      return `${subject} does not answer as it should`;
    case 'failover':
      return `the database ${subject} failed over`;
    case 'code':
      return 'an error in its own code';
    default: {
      const words = SIGNATURES.find(({ trouble }) => trouble === kind)?.words ?? kind;
      return own ? words : `${subject}: ${words}`;
    }
  }
}

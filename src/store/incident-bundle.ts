// Reads all that belongs in the bundle of an incident.

import { agentFor } from '../domain/agent-for.ts';
import type { Incident } from '../domain/incident.ts';
import type { BundleBody, BundledEntry } from '../domain/incident-bundle.ts';
import { NO_ENTRY } from '../domain/record.ts';
import type { Kind } from '../domain/resource.ts';
import { withoutSource, withoutSourceNotes } from '../domain/source-text.ts';
import type { InboxEntry } from './inbox.ts';
import type { Tables } from './tables.ts';

const AROUND_MS = 3_600_000;
const BATCH = 2_000;
/** Of what arrived the newest; a storm has more, and says the same in each. */
const MOST_INPUTS = 5_000;
const CONFIGURED = ['command', 'agent', 'auto-fix', 'service', 'source'] as const satisfies readonly Kind[];

/** Not cleaned of secrets yet. Changed lines of code are in it only where the agent of the incident may pass them on. */
export async function incidentBundle(
  read: Tables,
  incident: Incident,
  { madeBy, now }: { madeBy: string; now: number },
): Promise<BundleBody> {
  const { id } = incident;
  const alerts = await read.alerts.ofIncident(id);
  const conversations = await read.modelTalks.ofIncident(id);
  const source = await maySource(read, incident);
  const posts = await read.posts.ofIncident(id);
  return {
    madeBy,
    madeAt: now,
    incident,
    alerts,
    inputs: await inputsOf(read, incident, { alerts, now }),
    timeline: await timelineOf(read, id),
    posts: source ? posts : posts.map((post) => ({ ...post, message: withoutSource(post.message) })),
    plans: await plansOf(read, id, source),
    conversations,
    configuration: await configurationOf(read),
  };
}

async function inputsOf(
  { inbox }: Tables,
  { id, openedAt, resolvedAt }: Incident,
  { alerts, now }: { alerts: readonly { source: string; fingerprint: string }[]; now: number },
): Promise<InboxEntry[]> {
  const ours = new Set(alerts.map(({ source, fingerprint }) => JSON.stringify([source, fingerprint])));
  const found: InboxEntry[] = [];
  const range = { from: openedAt - AROUND_MS, until: (resolvedAt ?? now) + AROUND_MS };
  for (let after = 0; ; ) {
    const entries = await inbox.between(range, after, BATCH);
    found.push(...entries.filter((entry) => isOurs(entry, id, ours)));
    if (found.length > MOST_INPUTS) found.splice(0, found.length - MOST_INPUTS);
    const last = entries.at(-1);
    if (last === undefined) return found;
    after = last.id;
  }
}

function isOurs({ kind, source, body }: InboxEntry, id: number, alerts: ReadonlySet<string>): boolean {
  if (typeof body !== 'object' || body === null) return false;
  if (kind === 'chat') return 'incidentId' in body && body.incidentId === id;
  return 'fingerprint' in body && alerts.has(JSON.stringify([source, body.fingerprint]));
}

async function timelineOf({ timeline }: Tables, id: number): Promise<BundledEntry[]> {
  const entries: BundledEntry[] = [];
  for (const { id: number } of await timeline.ofIncident(id)) {
    const before = await timeline.before(number);
    const [entry] = await timeline.chained(number - 1, 1);
    if (entry) entries.push({ ...entry, previous: before === null ? NO_ENTRY : before.hash });
  }
  return entries;
}

async function maySource({ resources }: Tables, incident: Incident): Promise<boolean> {
  const agents = (await resources.list('agent')).filter(({ enabled }) => enabled).map(({ spec }) => spec);
  return agentFor(agents, incident).sourceText ?? false;
}

async function plansOf(read: Tables, incidentId: number, source: boolean): Promise<BundleBody['plans']> {
  const plans: BundleBody['plans'][number][] = [];
  for (const plan of await read.plans.ofIncident(incidentId))
    plans.push({
      plan: source ? plan : { ...plan, notes: withoutSourceNotes(plan.notes) },
      approvals: await read.approvals.allOfPlan(plan.id),
      executions: await read.executions.ofPlan(plan.id),
      verdict: await read.plans.verdict(plan.id),
    });
  return plans;
}

/** As it is now. Of secrets only what they are called. */
async function configurationOf({ resources }: Tables): Promise<BundleBody['configuration']> {
  const all: Record<string, object[]> = {};
  for (const kind of CONFIGURED)
    all[kind] = (await resources.list(kind)).map(({ name, enabled, revision, spec }) => ({
      name,
      enabled,
      revision,
      spec: 'secrets' in spec ? { ...spec, secrets: Object.keys(spec.secrets) } : spec,
    }));
  return all;
}

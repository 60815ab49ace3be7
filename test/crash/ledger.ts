// What a state file says after a life, in a form that two runs can be compared by.

import type { Alert } from '../../src/domain/alert.ts';
import type { Post } from '../../src/domain/channel.ts';
import type { Execution } from '../../src/domain/execution.ts';
import type { Incident, TimelineEntry } from '../../src/domain/incident.ts';
import { PLAN_STATES, type Plan } from '../../src/domain/plan.ts';
import type { StoredApproval } from '../../src/store/approvals.ts';
import type { InboxEntry } from '../../src/store/inbox.ts';
import type { Job } from '../../src/store/jobs.ts';
import { openStore } from '../../src/store/store.ts';
import type { Tables } from '../../src/store/tables.ts';
import { type Remains, readRemains } from '../support/durable-world.ts';
import { SENDERS, STARTS_AT } from './flow.ts';
import { databaseOf } from './live.ts';

export interface Ledger extends Remains {
  plans: (Plan & { verdict: string | null; approval: StoredApproval | null; executions: Execution[] })[];
  incidents: (Incident & { clearing: boolean })[];
  /** Firing, and over at an instant of their own. */
  ending: Alert[];
  timeline: TimelineEntry[];
  stored: Post[];
  jobs: (Job & { state: string })[];
  inbox: InboxEntry[];
  frozen: boolean;
}

export async function readLedger(folder: string): Promise<Ledger> {
  const remains = readRemains(folder, STARTS_AT);
  const store = await openStore({ file: databaseOf(folder), clock: { now: () => remains.now } });
  try {
    const { read } = store;
    const plans = await read.plans.inStates(PLAN_STATES);
    return {
      ...remains,
      plans: await Promise.all(
        plans.map(async (plan) => ({
          ...plan,
          verdict: await read.plans.verdict(plan.id),
          approval: await read.approvals.ofPlan(plan.id),
          executions: await read.executions.ofPlan(plan.id),
        })),
      ),
      incidents: await allIncidents(read),
      ending: (await read.alerts.ended(Number.MAX_SAFE_INTEGER)).map(({ alert }) => alert),
      timeline: (await read.timeline.recent(100_000)).reverse(),
      stored: await read.posts.changedSince(0, 100_000),
      jobs: await read.jobs.list(),
      inbox: [...(await read.inbox.chatAfter(0, 100_000)), ...(await deliveries(read, remains))],
      frozen: (await read.settings.get('freeze')) !== null,
    };
  } finally {
    await store.close();
  }
}

async function allIncidents(read: Tables): Promise<Ledger['incidents']> {
  const all: Ledger['incidents'] = [];
  for (let id = 1; ; id += 1) {
    const incident = await read.incidents.find(id);
    if (!incident) return all;
    const alerts = await read.alerts.ofIncident(id);
    const clearing = alerts.length > 0 && alerts.every(({ status }) => status === 'resolved');
    all.push({ ...incident, clearing });
  }
}

/** What was acknowledged, and what is not handled yet, whoever wrote it. */
async function deliveries(read: Tables, { acknowledged }: Remains): Promise<InboxEntry[]> {
  const kinds = ['alert', 'notice'] as const;
  const asked = kinds.flatMap((kind) =>
    acknowledged
      .filter((key) => key.startsWith(`${kind} `))
      .map((key) => read.inbox.find(SENDERS[kind], key)),
  );
  const waiting = kinds.map((kind) => read.inbox.unhandled(kind, 100_000));
  const found = [...(await Promise.all(asked)), ...(await Promise.all(waiting)).flat()];
  return [...new Map(found.flatMap((entry) => (entry ? [[entry.id, entry]] : []))).values()];
}

// One object per aggregate, all over the same connection or transaction.
import type { Clock } from '../domain/clock.ts';
import type { Principal } from '../domain/principal.ts';
import { alertTable } from './alerts.ts';
import { approvalTable } from './approvals.ts';
import { createAtEnd } from './at-end.ts';
import { conditionTable } from './conditions.ts';
import { deliveryTable } from './deliveries.ts';
import type { Db } from './driver.ts';
import { executionTable } from './executions.ts';
import { heardTable } from './heard.ts';
import { inboxTable } from './inbox.ts';
import { incidentTable } from './incidents.ts';
import { jobTable } from './jobs.ts';
import { markerTable } from './markers.ts';
import { modelTalkTable } from './model-talks.ts';
import { planTable } from './plans.ts';
import { postTable } from './posts.ts';
import { reasonTable } from './reasons.ts';
import { changeEntry, recorded } from './resource-changes.ts';
import { resourceTable } from './resources.ts';
import { rootTable } from './roots.ts';
import { sampleTable } from './samples.ts';
import { settingTable } from './settings.ts';
import { timelineTable } from './timeline.ts';
import { trafficTable } from './traffic.ts';

/** `who`: whose changes of the configuration are recorded. */
export function createTables(db: Db, clock: Clock, who?: () => Principal) {
  const timeline = timelineTable(db, clock);
  const resources = resourceTable(db, clock);
  return {
    alerts: alertTable(db),
    approvals: approvalTable(db, clock),
    /** Of a commit alone: outside of one nothing would run it. */
    atEnd: createAtEnd(),
    conditions: conditionTable(db),
    deliveries: deliveryTable(db),
    executions: executionTable(db),
    heard: heardTable(db),
    inbox: inboxTable(db),
    incidents: incidentTable(db),
    jobs: jobTable(db, clock),
    markers: markerTable(db),
    modelTalks: modelTalkTable(db, clock),
    plans: planTable(db, clock),
    posts: postTable(db, clock),
    reasons: reasonTable(db),
    resources: who
      ? recorded(resources, async (change, contacts) => {
          const entry = changeEntry(who(), change, contacts);
          if (entry) await timeline.add(entry);
        })
      : resources,
    roots: rootTable(db, clock),
    samples: sampleTable(db),
    settings: settingTable(db, clock),
    timeline,
    traffic: trafficTable(db),
  };
}
export type Tables = ReturnType<typeof createTables>;

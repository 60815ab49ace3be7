import type { Selectable } from 'kysely';
import type { Clock } from '../domain/clock.ts';
import { OPEN_PLAN_STATES, type Plan, type PlanState } from '../domain/plan.ts';
import { approvalTable } from './approvals.ts';
import type { Db } from './driver.ts';
import type { PlanTable } from './schema.ts';

export type Verdict = 'better' | 'same' | 'worse' | 'unknown';

/** What is in columns; the rest of a plan is its body. */
type Body = Omit<
  Plan,
  'id' | 'state' | 'incidentId' | 'command' | 'autoFix' | 'digest' | 'expiresAt' | 'createdAt' | 'reason'
>;

/** The auto-fix that made a plan, and what its limits count per. */
export interface FixOfPlan {
  target: string;
  revision: number;
}

/** One plan of an auto-fix with what became of it. */
export interface FixPlan {
  plan: Plan;
  fixTarget: string;
  verdict: Verdict | null;
  measuredAfter: number | null;
  /** The fix as it was then; null: from before that was kept. */
  revision: number | null;
}

/** One that began its first step. */
export interface FixPlanRun extends FixPlan {
  startedAt: number;
}

export function planTable(db: Db, clock: Clock) {
  const approvals = approvalTable(db, clock);

  /** What a card says of a yes is what became of it. A no is said by the decision itself. */
  async function showOutcome(id: number): Promise<void> {
    const approval = await approvals.ofPlan(id);
    if (approval?.state === 'approved') await approvals.showAgain(approval.id);
  }

  return {
    async insert(plan: Omit<Plan, 'id'>, fix: FixOfPlan | null = null): Promise<Plan> {
      const row = await db.query
        .insertInto('plan')
        .values({
          state: plan.state,
          incident_id: plan.incidentId,
          command: plan.command,
          auto_fix: plan.autoFix,
          fix_target: fix?.target ?? null,
          fix_revision: fix?.revision ?? null,
          digest: plan.digest,
          expires_at: plan.expiresAt,
          created_at: plan.createdAt,
          reason: plan.reason,
          verdict: null,
          measured_after: null,
          body_json: JSON.stringify(bodyOf(plan)),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return fromRow(row);
    },
    async find(id: number): Promise<Plan | null> {
      const row = await db.query.selectFrom('plan').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? fromRow(row) : null;
    },
    /** False: it was in another state, and nothing changed. */
    async move(id: number, from: readonly PlanState[], to: PlanState, reason?: string): Promise<boolean> {
      const { numUpdatedRows } = await db.query
        .updateTable('plan')
        .set({ state: to, ...(reason === undefined ? {} : { reason }) })
        .where('id', '=', id)
        .where('state', 'in', from)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) return false;
      if (!OPEN_PLAN_STATES.includes(to)) await showOutcome(id);
      return true;
    },
    /** Null: no auto-fix made it. */
    async fixOf(id: number): Promise<FixOfPlan | null> {
      const row = await db.query
        .selectFrom('plan')
        .select(['fix_target as target', 'fix_revision as revision'])
        .where('id', '=', id)
        .executeTakeFirst();
      return row && row.target !== null ? { target: row.target, revision: row.revision ?? 0 } : null;
    },
    async setVerdict(id: number, verdict: Verdict, measuredAfter?: number): Promise<void> {
      await db.query
        .updateTable('plan')
        .set({ verdict, measured_after: measuredAfter ?? null })
        .where('id', '=', id)
        .execute();
    },
    async verdict(id: number): Promise<Verdict | null> {
      const row = await db.query.selectFrom('plan').select('verdict').where('id', '=', id).executeTakeFirst();
      return (row?.verdict ?? null) as Verdict | null;
    },
    /** Waiting ones of this fix that were made before its last edit. */
    async outdatedOfAutoFix(autoFix: string, revision: number): Promise<Plan[]> {
      const rows = await db.query
        .selectFrom('plan')
        .selectAll()
        .where('auto_fix', '=', autoFix)
        .where('state', '=', 'waiting')
        .where('fix_revision', '<>', revision)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    async inStates(states: readonly PlanState[]): Promise<Plan[]> {
      const rows = await db.query
        .selectFrom('plan')
        .selectAll()
        .where('state', 'in', states)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    async openOfIncident(incidentId: number): Promise<Plan[]> {
      const rows = await db.query
        .selectFrom('plan')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .where('state', 'in', OPEN_PLAN_STATES)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    async ofIncident(incidentId: number): Promise<Plan[]> {
      const rows = await db.query
        .selectFrom('plan')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    /** Plans of a fix, newest first; `fixTarget` null: for every target. */
    async ofAutoFix(autoFix: string, fixTarget: string | null, limit: number): Promise<FixPlan[]> {
      let query = db.query.selectFrom('plan').selectAll().where('auto_fix', '=', autoFix);
      if (fixTarget !== null) query = query.where('fix_target', '=', fixTarget);
      const rows = await query.orderBy('id', 'desc').limit(limit).execute();
      return rows.map(fixPlan);
    },
    /** Those of them that began a step. */
    async runsOfAutoFix(autoFix: string, fixTarget: string, limit: number): Promise<FixPlanRun[]> {
      const rows = await db.query
        .selectFrom('plan')
        .innerJoin('execution', 'execution.plan_id', 'plan.id')
        .selectAll('plan')
        .select(({ fn }) => fn.min<number>('execution.started_at').as('first_started_at'))
        .where('plan.auto_fix', '=', autoFix)
        .where('plan.fix_target', '=', fixTarget)
        .groupBy('plan.id')
        .orderBy('plan.id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...fixPlan(row), startedAt: row.first_started_at }));
    },
  };
}

function bodyOf(plan: Omit<Plan, 'id'>): Body {
  const { state, incidentId, command, autoFix, digest, expiresAt, createdAt, reason, ...body } = plan;
  const { id, ...rest } = body as Body & { id?: number };
  return rest;
}

function fixPlan(row: Selectable<PlanTable>): FixPlan {
  return {
    plan: fromRow(row),
    fixTarget: row.fix_target ?? '',
    verdict: row.verdict as Verdict | null,
    measuredAfter: row.measured_after,
    revision: row.fix_revision,
  };
}

function fromRow(row: Selectable<PlanTable>): Plan {
  return {
    ...(JSON.parse(row.body_json) as Body),
    id: row.id,
    state: row.state as PlanState,
    incidentId: row.incident_id,
    command: row.command,
    autoFix: row.auto_fix,
    digest: row.digest,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    reason: row.reason,
  };
}

import type { Kysely, Selectable } from 'kysely';
import { OPEN_PLAN_STATES, type Plan, type PlanState } from '../domain/plan.ts';
import type { Database, PlanTable } from './schema.ts';

export type Verdict = 'better' | 'same' | 'worse' | 'unknown';

/** What is in columns; the rest of a plan is its body. */
type Body = Omit<
  Plan,
  'id' | 'state' | 'incidentId' | 'command' | 'autoFix' | 'digest' | 'expiresAt' | 'createdAt' | 'reason'
>;

export function planTable(db: Kysely<Database>) {
  return {
    async insert(plan: Omit<Plan, 'id'>, fixTarget: string | null = null): Promise<Plan> {
      const row = await db
        .insertInto('plan')
        .values({
          state: plan.state,
          incident_id: plan.incidentId,
          command: plan.command,
          auto_fix: plan.autoFix,
          fix_target: fixTarget,
          digest: plan.digest,
          expires_at: plan.expiresAt,
          created_at: plan.createdAt,
          reason: plan.reason,
          verdict: null,
          body_json: JSON.stringify(bodyOf(plan)),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return fromRow(row);
    },
    async find(id: number): Promise<Plan | null> {
      const row = await db.selectFrom('plan').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? fromRow(row) : null;
    },
    /** False: it was in another state, and nothing changed. */
    async move(id: number, from: readonly PlanState[], to: PlanState, reason?: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('plan')
        .set({ state: to, ...(reason === undefined ? {} : { reason }) })
        .where('id', '=', id)
        .where('state', 'in', from)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    /** What an auto-fix's limits count per; null: no auto-fix made it. */
    async fixTarget(id: number): Promise<string | null> {
      const row = await db.selectFrom('plan').select('fix_target').where('id', '=', id).executeTakeFirst();
      return row?.fix_target ?? null;
    },
    async setVerdict(id: number, verdict: Verdict): Promise<void> {
      await db.updateTable('plan').set({ verdict }).where('id', '=', id).execute();
    },
    async verdict(id: number): Promise<Verdict | null> {
      const row = await db.selectFrom('plan').select('verdict').where('id', '=', id).executeTakeFirst();
      return (row?.verdict ?? null) as Verdict | null;
    },
    async inStates(states: readonly PlanState[]): Promise<Plan[]> {
      const rows = await db
        .selectFrom('plan')
        .selectAll()
        .where('state', 'in', states)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    async openOfIncident(incidentId: number): Promise<Plan[]> {
      const rows = await db
        .selectFrom('plan')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .where('state', 'in', OPEN_PLAN_STATES)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    async ofIncident(incidentId: number): Promise<Plan[]> {
      const rows = await db
        .selectFrom('plan')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    /** Runs of a fix on a target, newest first. */
    async ofAutoFix(
      autoFix: string,
      fixTarget: string,
      limit: number,
    ): Promise<{ plan: Plan; verdict: Verdict | null }[]> {
      const rows = await db
        .selectFrom('plan')
        .selectAll()
        .where('auto_fix', '=', autoFix)
        .where('fix_target', '=', fixTarget)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ plan: fromRow(row), verdict: row.verdict as Verdict | null }));
    },
  };
}

function bodyOf(plan: Omit<Plan, 'id'>): Body {
  const { state, incidentId, command, autoFix, digest, expiresAt, createdAt, reason, ...body } = plan;
  const { id, ...rest } = body as Body & { id?: number };
  return rest;
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

// One attempt at one step each. The row is written before the effect: it is the intent, the lock and the count.
import type { Selectable } from 'kysely';
import type { Execution, ExecutionState } from '../domain/execution.ts';
import type { Db } from './driver.ts';
import type { ExecutionTable } from './schema.ts';

/** When a plan of an auto-fix began its first step. */
export interface FixRun {
  planId: number;
  startedAt: number;
}

export function executionTable(db: Db) {
  return {
    /** False: another execution holds the target, or this id was started before. */
    async start(
      execution: Omit<Execution, 'state' | 'summary' | 'settledBy' | 'freedBytes' | 'endedAt'>,
    ): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db.query
        .insertInto('execution')
        .values({
          id: execution.id,
          plan_id: execution.planId,
          step: execution.step,
          state: 'started',
          capability: execution.capability,
          source: execution.source,
          target: execution.target,
          auto_fix: execution.autoFix,
          args_json: JSON.stringify(execution.args),
          facts_json: JSON.stringify(execution.facts),
          summary: null,
          settled_by: null,
          freed_bytes: null,
          started_at: execution.startedAt,
          ended_at: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    /** False: it had already ended. */
    async end(
      id: string,
      end: {
        state: Exclude<ExecutionState, 'started'>;
        summary: string;
        at: number;
        from?: readonly ExecutionState[];
        settledBy?: string;
        freedBytes?: number | undefined;
      },
    ): Promise<boolean> {
      const { numUpdatedRows } = await db.query
        .updateTable('execution')
        .set({
          state: end.state,
          summary: end.summary,
          ended_at: end.at,
          ...(end.settledBy ? { settled_by: end.settledBy } : {}),
          ...(end.freedBytes === undefined ? {} : { freed_bytes: end.freedBytes }),
        })
        .where('id', '=', id)
        .where('state', 'in', end.from ?? ['started'])
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async ofPlan(planId: number): Promise<Execution[]> {
      const rows = await db.query
        .selectFrom('execution')
        .selectAll()
        .where('plan_id', '=', planId)
        .orderBy('step')
        .orderBy('started_at')
        .execute();
      return rows.map(fromRow);
    },
    async started(): Promise<Execution[]> {
      const rows = await db.query
        .selectFrom('execution')
        .selectAll()
        .where('state', '=', 'started')
        .orderBy('started_at')
        .execute();
      return rows.map(fromRow);
    },
    async holder(target: string): Promise<Execution | null> {
      const row = await db.query
        .selectFrom('execution')
        .selectAll()
        .where('target', '=', target)
        .where('state', '=', 'started')
        .executeTakeFirst();
      return row ? fromRow(row) : null;
    },
    /** Oldest first: what the caps of a target are counted from. */
    async ofTarget(target: string, since: number): Promise<Execution[]> {
      const rows = await db.query
        .selectFrom('execution')
        .selectAll()
        .where('target', '=', target)
        .where('started_at', '>=', since)
        .orderBy('started_at')
        .execute();
      return rows.map(fromRow);
    },
    /** Of any target, oldest first, the newest `most` of them. */
    async since(at: number, most: number): Promise<Execution[]> {
      const rows = await db.query
        .selectFrom('execution')
        .selectAll()
        .where('started_at', '>=', at)
        .orderBy('started_at', 'desc')
        .limit(most)
        .execute();
      return rows.map(fromRow).reverse();
    },
    /** Plans an auto-fix started since then, each once, oldest first; `autoFix` null: of any; no `fixTarget`: anywhere. */
    async countFixRuns(since: number, autoFix: string | null, fixTarget?: string): Promise<FixRun[]> {
      let query = db.query
        .selectFrom('execution')
        .select(({ fn }) => ['plan_id as planId', fn.min<number>('started_at').as('startedAt')])
        .where('auto_fix', 'is not', null)
        .where('started_at', '>=', since)
        .groupBy('plan_id')
        .orderBy('plan_id');
      if (autoFix !== null) query = query.where('auto_fix', '=', autoFix);
      if (fixTarget !== undefined)
        query = query.where(({ exists, selectFrom }) =>
          exists(
            selectFrom('plan')
              .select('plan.id')
              .whereRef('plan.id', '=', 'execution.plan_id')
              .where('plan.fix_target', '=', fixTarget),
          ),
        );
      return query.execute();
    },
  };
}

function fromRow(row: Selectable<ExecutionTable>): Execution {
  return {
    id: row.id,
    planId: row.plan_id,
    step: row.step,
    state: row.state as ExecutionState,
    capability: row.capability,
    source: row.source,
    target: row.target,
    autoFix: row.auto_fix,
    args: JSON.parse(row.args_json) as Record<string, unknown>,
    facts: JSON.parse(row.facts_json) as Record<string, unknown>,
    summary: row.summary,
    settledBy: row.settled_by,
    freedBytes: row.freed_bytes,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

import type { Selectable } from 'kysely';
import type { Approval, ApprovalState } from '../domain/approval.ts';
import type { Clock } from '../domain/clock.ts';
import type { Destination } from '../domain/destination.ts';
import type { Db } from './driver.ts';
import { jobTable } from './jobs.ts';
import type { ApprovalTable } from './schema.ts';

export type StoredApproval = Approval & { destination: Destination };

export function approvalTable(db: Db, clock: Clock) {
  const jobs = jobTable(db, clock);
  /** In every room where its cards stand. */
  async function showAgain(id: number): Promise<void> {
    await jobs.set('card', { approvalId: id, at: clock.now() }, { key: `card:${id}`, priority: 1 });
  }

  return {
    async insert(approval: Omit<StoredApproval, 'id'>): Promise<StoredApproval> {
      const row = await db.query
        .insertInto('approval')
        .values({
          plan_id: approval.planId,
          digest: approval.digest,
          state: approval.state,
          confirm_word: approval.confirmWord,
          first_by: approval.firstBy,
          decided_by: approval.decidedBy,
          decided_at: approval.decidedAt,
          standing: approval.standing,
          channel: approval.destination.channel,
          conversation: approval.destination.conversation,
          incident_id: approval.destination.incidentId,
          expires_at: approval.expiresAt,
          created_at: approval.createdAt,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return fromRow(row);
    },
    async find(id: number): Promise<StoredApproval | null> {
      const row = await db.query.selectFrom('approval').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? fromRow(row) : null;
    },
    async ofPlan(planId: number): Promise<StoredApproval | null> {
      const row = await db.query
        .selectFrom('approval')
        .selectAll()
        .where('plan_id', '=', planId)
        .orderBy('id', 'desc')
        .executeTakeFirst();
      return row ? fromRow(row) : null;
    },
    /** Oldest first. */
    async allOfPlan(planId: number): Promise<StoredApproval[]> {
      const rows = await db.query
        .selectFrom('approval')
        .selectAll()
        .where('plan_id', '=', planId)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    /** Those a person can still decide, oldest first. */
    async pending(): Promise<StoredApproval[]> {
      const rows = await db.query
        .selectFrom('approval')
        .selectAll()
        .where('state', 'in', ['waiting', 'confirming'])
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    /** The first decision wins: false when it already left `from`. The cards that ask for it follow by themselves. */
    async move(
      id: number,
      from: readonly ApprovalState[],
      to: ApprovalState,
      by?: { first?: string; decided?: string },
    ): Promise<boolean> {
      const { numUpdatedRows } = await db.query
        .updateTable('approval')
        .set({
          state: to,
          ...(by?.first ? { first_by: by.first } : {}),
          ...(by?.decided ? { decided_by: by.decided, decided_at: clock.now() } : {}),
        })
        .where('id', '=', id)
        .where('state', 'in', from)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) return false;
      await showAgain(id);
      return true;
    },
    showAgain,
  };
}

function fromRow(row: Selectable<ApprovalTable>): StoredApproval {
  return {
    id: row.id,
    planId: row.plan_id,
    digest: row.digest,
    state: row.state as ApprovalState,
    confirmWord: row.confirm_word,
    firstBy: row.first_by,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    standing: row.standing,
    destination: { channel: row.channel, conversation: row.conversation, incidentId: row.incident_id },
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}

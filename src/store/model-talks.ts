// What was said with a model, request by request, and what it cost: kept before it is asked and after each answer, so that a
// budget holds across a crash and an incident can be told again without a model.
import type { Selectable } from 'kysely';
import type { KeptRead, Purpose, TalkRequest, Turn } from '../domain/assistant.ts';
import type { Clock } from '../domain/clock.ts';
import type { Allowance } from '../domain/model-budget.ts';
import type { Db } from './driver.ts';
import type { ModelTalkTable } from './schema.ts';

export interface NewTalk {
  purpose: Purpose;
  agent: string;
  /** Null: of none. */
  command: string | null;
  incidentId: number | null;
  /** Who asked; null: nobody, it is about an incident. */
  actor: string | null;
}

export interface Talk extends NewTalk {
  id: number;
  at: number;
  model: string | null;
  /** What went out first. Null: nothing did, or it was pruned. */
  request: TalkRequest | null;
  /** Its requests and answers are kept no more. */
  pruned: boolean;
  turns: Turn[];
  outcome: unknown;
  tokens: number;
  microDollars: number;
}

/** Whoever writes here has taken the secrets out: a short command is not to load what that takes. */
export function modelTalkTable(db: Db, clock: Clock) {
  return {
    async begin({ purpose, agent, command, incidentId, actor }: NewTalk): Promise<number> {
      const row = await db.query
        .insertInto('model_talk')
        .values({
          at: clock.now(),
          purpose,
          agent,
          command,
          incident_id: incidentId,
          actor,
          model: null,
          request_json: 'null',
          turns_json: '[]',
          outcome_json: 'null',
          tokens: 0,
          micro_dollars: 0,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return row.id;
    },

    async asked(id: number, request: TalkRequest): Promise<void> {
      await db.query
        .updateTable('model_talk')
        .set({ model: request.model, request_json: JSON.stringify(request) })
        .where('id', '=', id)
        .execute();
    },

    async turn(id: number, turn: Turn): Promise<void> {
      const { turns } = await this.get(id);
      await db.query
        .updateTable('model_talk')
        .set({ turns_json: JSON.stringify([...turns, turn]) })
        .where('id', '=', id)
        .execute();
    },

    /** Of the last turn. */
    async planned(id: number, reads: readonly KeptRead[]): Promise<void> {
      const { turns } = await this.get(id);
      const last = turns.at(-1);
      if (!last) return;
      const kept = [...turns.slice(0, -1), { ...last, planned: reads }];
      await db.query
        .updateTable('model_talk')
        .set({ turns_json: JSON.stringify(kept) })
        .where('id', '=', id)
        .execute();
    },

    /** Counted beside what is counted already; below nothing: given back. */
    async spend(id: number, { tokens, microDollars }: Allowance): Promise<void> {
      await db.query
        .updateTable('model_talk')
        .set(({ eb }) => ({
          tokens: eb('tokens', '+', tokens),
          micro_dollars: eb('micro_dollars', '+', microDollars),
        }))
        .where('id', '=', id)
        .execute();
    },

    async end(id: number, outcome: unknown): Promise<void> {
      await db.query
        .updateTable('model_talk')
        .set({ outcome_json: JSON.stringify(outcome) })
        .where('id', '=', id)
        .execute();
    },

    async get(id: number): Promise<Talk> {
      const row = await db.query
        .selectFrom('model_talk')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return fromRow(row);
    },

    /** Oldest first. */
    async ofIncident(incidentId: number): Promise<Talk[]> {
      const rows = await db.query
        .selectFrom('model_talk')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },

    /** Of one talk, of all of an incident, or of all since an instant, whichever agent it was. */
    async used(of: { id: number } | { incidentId: number } | { since: number }): Promise<Allowance> {
      const sums = db.query
        .selectFrom('model_talk')
        .select(({ fn }) => [
          fn.sum<number>('tokens').as('tokens'),
          fn.sum<number>('micro_dollars').as('money'),
        ]);
      const chosen =
        'id' in of
          ? sums.where('id', '=', of.id)
          : 'incidentId' in of
            ? sums.where('incident_id', '=', of.incidentId)
            : sums.where('at', '>=', of.since);
      const { tokens, money } = await chosen.executeTakeFirstOrThrow();
      return { tokens: Number(tokens ?? 0), microDollars: Number(money ?? 0) };
    },

    /** What was asked and answered goes, what came of it and what it cost stays. Gives how many there were. */
    async prune(before: number, limit: number): Promise<number> {
      const { numUpdatedRows } = await db.query
        .updateTable('model_talk')
        .set({ request_json: 'null', turns_json: '[]' })
        .where('id', 'in', ({ selectFrom }) =>
          selectFrom('model_talk')
            .select('id')
            .where('at', '<', before)
            .where('request_json', '!=', 'null')
            .limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },
  };
}

function fromRow(row: Selectable<ModelTalkTable>): Talk {
  const request = JSON.parse(row.request_json) as TalkRequest | null;
  return {
    id: row.id,
    at: row.at,
    purpose: row.purpose as Purpose,
    agent: row.agent,
    command: row.command,
    incidentId: row.incident_id,
    actor: row.actor,
    model: row.model,
    request,
    // The model is written down with the request.
    pruned: request === null && row.model !== null,
    turns: JSON.parse(row.turns_json) as Turn[],
    outcome: JSON.parse(row.outcome_json),
    tokens: row.tokens,
    microDollars: row.micro_dollars,
  };
}

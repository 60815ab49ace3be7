// A conversation with a model as it is kept: written down before it is asked, and what it cost before it is asked again.
import type { Question, TalkRecord } from '../../domain/assistant.ts';
import {
  type Allowance,
  addAllowance,
  type ModelSpending,
  roomFor,
  type Span,
} from '../../domain/model-budget.ts';
import { limitsOf } from '../../domain/model-limits.ts';
import { redactJson } from '../../domain/redact.ts';
import { replyWithoutSource, withoutPatches } from '../../domain/source-text.ts';
import { calendarDay, wallInstant } from '../../domain/wall-clock.ts';
import type { Engine } from '../engine.ts';
import { noteModel } from './note.ts';

export interface OpenTalk extends TalkRecord {
  end(outcome: unknown): Promise<void>;
}

/** What is to be counted still; below nothing: given back. */
function restOf(spending: ModelSpending | null, reserved: Allowance | null): Allowance {
  const cost = spending ? addAllowance(NOTHING, spending) : NOTHING;
  const counted = reserved ?? NOTHING;
  return {
    tokens: cost.tokens - counted.tokens,
    microDollars: cost.microDollars - counted.microDollars,
  };
}

const NOTHING: Allowance = { tokens: 0, microDollars: 0 };

/** `actor`: principal key of who asked; null: nobody. `budget`: the agent's. `sourceText`: whether changed lines of code are kept. */
export async function openTalk(
  engine: Pick<Engine, 'store' | 'clock' | 'zone' | 'assistant'>,
  question: Question,
  {
    actor,
    budget,
    sourceText,
  }: { actor: string | null; budget: Record<string, string> | undefined; sourceText: boolean },
): Promise<OpenTalk> {
  const { store, clock, zone } = engine;
  const incidentId = question.incident?.id ?? null;
  const id = await store.write((tx) =>
    tx.modelTalks.begin({
      purpose: question.purpose,
      agent: question.agent.name,
      command: question.command?.name ?? null,
      incidentId,
      actor,
    }),
  );
  const limits = limitsOf(budget);
  /** Of the request under way. A life that ends here leaves it counted as spent: nobody knows what it cost. */
  let reserved: Allowance | null = null;
  return {
    async room(most) {
      const now = clock.now();
      const since = wallInstant(calendarDay(now, zone), 0, zone);
      const room = await store.write(async ({ modelTalks }) => {
        const used = {
          command: await modelTalks.used({ id }),
          ...(incidentId === null ? {} : { incident: await modelTalks.used({ incidentId }) }),
          day: await modelTalks.used({ since }),
        } satisfies Partial<Record<Span, unknown>>;
        const found = roomFor(limits, used, { now, zone });
        if (found.ok) await modelTalks.spend(id, most);
        return found;
      });
      if (room.ok) reserved = most;
      return room;
    },
    async spent(spending) {
      const before = reserved;
      await store.write((tx) => tx.modelTalks.spend(id, restOf(spending, before)));
      reserved = null;
    },
    // Its texts passed the strict redaction before they came here; this one is for what stands beside them.
    began: (request) => store.write((tx) => tx.modelTalks.asked(id, redactJson(request))),
    turn: (turn) => store.write((tx) => tx.modelTalks.turn(id, redactJson(turn))),
    planned: (reads) =>
      store.write((tx) => tx.modelTalks.planned(id, redactJson(sourceText ? reads : withoutPatches(reads)))),
    end: (outcome) =>
      store.write(async (tx) => {
        await tx.modelTalks.end(id, redactJson(sourceText ? outcome : replyWithoutSource(outcome)));
        if (engine.assistant) await noteModel(tx, engine);
      }),
  };
}

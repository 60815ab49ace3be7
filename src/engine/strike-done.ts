// A change of ours went through: the headers and threads of the incidents it was for offer it no more. Called inside a commit.
import { afterChange } from '../domain/after-change.ts';
import type { Plan, Step } from '../domain/plan.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';
import { refreshHeader } from './incident-state.ts';
import { strikeOffers } from './offers.ts';

export async function strikeDone(
  tx: Tables,
  plan: Plan,
  step: Step,
  at: number,
  engine: Engine,
): Promise<void> {
  for (const { id, service, context } of await tx.incidents.listOpen()) {
    if (id !== plan.incidentId && (service === null || service !== step.service)) continue;
    const after = afterChange(context, plan, step, at);
    const done = context.actions.map(({ command }) => command);
    const left = new Set(after.actions.map(({ command }) => command));
    await tx.incidents.update(id, { context: after });
    await strikeOffers(
      tx,
      id,
      done.filter((command) => !left.has(command)),
      { done: true },
    );
    refreshHeader(tx, id, engine);
  }
}

// Tells a pager that keeps incidents of its own what became of one of ours: acknowledged, over. It reads what is true
// when it runs, so several turns are one, and it may be repeated after a crash or a lost answer.

import { ToolError } from '../../domain/errors.ts';
import type { Incident } from '../../domain/incident.ts';
import { dedupKeyOf, type PagerAction, type ToldData, turnFor } from '../../domain/paged-incident.ts';
import type { Tables } from '../../store/tables.ts';
import { type Engine, type Handler, nothing, type Run } from '../engine.ts';
import { installationOf, pagerCalled, pagersOf } from '../pager-record.ts';
import { whyNotDone } from '../repeatable-call.ts';
import { tellThread } from '../thread-of.ts';

export const pagerTurn: Handler = async (run, engine) => {
  const id = Number(run.job.payload.incidentId);
  let again: ToolError | null = null;
  // One that does not work must not keep another from hearing of it.
  for (const pager of await pagersOf(engine.store.read)) {
    try {
      await tell(pager, id, run, engine);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      again = error;
    }
  }
  if (again) throw again;
  return nothing;
};

/** By its key a repeat is the same event, so what is in doubt is sent again as well. Errors: ToolError to be tried again. */
async function tell(pager: string, id: number, run: Run, engine: Engine): Promise<void> {
  const { read } = engine.store;
  const incident = await read.incidents.find(id);
  const action = incident && turnFor(incident, await read.timeline.ofIncident(id), pager);
  if (!incident || action === null) return;
  const dedupKey = dedupKeyOf(await run.commit(installationOf), incident);
  const why = await whyNotDone(run, engine, async (signal) => {
    const channel = engine.adapters().channels.find(({ name }) => name === pager);
    if (!channel?.follow) throw new ToolError('retry', `${pager} does not work at the moment`);
    await channel.follow({ action, dedupKey }, { signal });
  });
  if (why !== null) {
    engine.log({ level: 'warn', event: 'pager-not-told', channel: pager, incident: id, error: why });
    await run.commit((tx) => sayRefused(tx, incident, { pager, action, why }));
    return;
  }
  await run.commit(async (tx) =>
    tx.timeline.add({
      incidentId: id,
      kind: 'system',
      text: `${action === 'resolve' ? 'Resolved' : 'Acknowledged'} in ${await pagerCalled(tx, pager)} too`,
      data: { pager, told: action } satisfies ToldData,
    }),
  );
}

async function sayRefused(
  tx: Tables,
  incident: Incident,
  { pager, action, why }: { pager: string; action: PagerAction; why: string },
): Promise<void> {
  const called = await pagerCalled(tx, pager);
  const text = `${called} did not take that #${incident.id} is ${action === 'resolve' ? 'over' : 'acknowledged'}: ${why}`;
  await tx.timeline.add({
    incidentId: incident.id,
    kind: 'system',
    text,
    // Told all the same, as far as we are concerned: it is not tried again.
    data: { pager, told: action, refused: true },
  });
  await tellThread(tx, incident, `⚠️ ${text}. ${action === 'resolve' ? 'Resolve' : 'Acknowledge'} it there.`, {
    tone: 'warning',
  });
}

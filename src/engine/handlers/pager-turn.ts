// Tells a pager that keeps incidents of its own what became of one of ours: acknowledged, over. It reads what is true
// when it runs, so several turns are one, and it may be repeated after a crash or a lost answer.
import { ToolError } from '../../domain/errors.ts';
import type { Incident } from '../../domain/incident.ts';
import { dedupKeyOf, type PagerAction, type ToldData, turnFor } from '../../domain/paged-incident.ts';
import { redact } from '../../domain/redact.ts';
import type { Tables } from '../../store/tables.ts';
import { type Engine, type Handler, nothing, type Run } from '../engine.ts';
import { tellThread } from '../incident-state.ts';
import { installationOf, pagerCalled, pagersOf } from '../pager-record.ts';
import { withDeadline } from '../toolbox.ts';

const DEADLINE_MS = 10_000;
/** After that nobody there waits for it. */
const GIVE_UP_MS = 24 * 3_600_000;

export const pagerTurn: Handler = async (run, engine) => {
  const id = Number(run.job.payload.incidentId);
  let again: ToolError | null = null;
  // One that does not work must not keep another from hearing of it.
  for (const pager of await pagersOf(engine.store.read)) {
    const failed = await tell(pager, id, run, engine);
    if (failed) again = failed;
  }
  if (again) throw again;
  return nothing;
};

/** Gives why it has to be tried again; null: it is told, or there is nothing to tell. */
async function tell(pager: string, id: number, run: Run, engine: Engine): Promise<ToolError | null> {
  const { read } = engine.store;
  const incident = await read.incidents.find(id);
  const action = incident && turnFor(incident, await read.timeline.ofIncident(id), pager);
  if (!incident || action === null) return null;
  const dedupKey = dedupKeyOf(await run.commit(installationOf), incident);
  try {
    const channel = engine.adapters().channels.find(({ name }) => name === pager);
    if (!channel?.follow) throw new ToolError('retry', `${pager} does not work at the moment`);
    await withDeadline(DEADLINE_MS, run.signal, async (signal) =>
      channel.follow?.({ action, dedupKey }, { signal }),
    );
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const tooLate = engine.clock.now() - run.job.createdAt > GIVE_UP_MS;
    if (error.outcome !== 'failed' && !tooLate) return inRetry(error);
    engine.log({
      level: 'warn',
      event: 'pager-not-told',
      channel: pager,
      incident: id,
      error: redact(error.message),
    });
    await run.commit((tx) => sayRefused(tx, incident, { pager, action, why: redact(error.message) }));
    return null;
  }
  await run.commit(async (tx) =>
    tx.timeline.add({
      incidentId: id,
      kind: 'system',
      text: `${action === 'resolve' ? 'Resolved' : 'Acknowledged'} in ${await pagerCalled(tx, pager)} too`,
      data: { pager, told: action } satisfies ToldData,
    }),
  );
  return null;
}

/** By its key a repeat is the same event, so what is in doubt is sent again as well. */
function inRetry(error: ToolError): ToolError {
  const { retryAfterMs } = error;
  return new ToolError('retry', error.message, {
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
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

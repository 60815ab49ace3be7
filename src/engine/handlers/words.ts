// A model's words about a plan, an answer, an incident or its end, shown while they are written. Where it is silent nothing is
// said: all of it is there without.
import type { Message } from '../../domain/message.ts';
import { principalKey } from '../../domain/principal.ts';
import type { Tables } from '../../store/tables.ts';
import { progressOf } from '../chat/progress.ts';
import type { Handler } from '../engine.ts';
import { incidentContext } from '../incident-context.ts';
import { kitFor, sourceNames } from '../kit-for.ts';
import { consult } from '../model/consult.ts';
import { saidMessage, uncheckedText } from '../model/said.ts';
import { CAME_TO_NOTHING, type WordsPayload, wordsKey } from '../model/words-job.ts';
import { tellThread, threadOf } from '../thread-of.ts';

const TITLES = {
  remarks: '🤖 Remarks',
  narrative: '🤖 What this looks like',
  closing: '🤖 Looking back, and what to fix for good',
} as const;
const TIMELINE_ENTRIES = 80;
/** In place of what was shown and is not to stand. */
const TOO_LATE = '🤖 A model was writing here; it is not needed any more.';

export const words: Handler = async (run, engine) => {
  const payload = run.job.payload as unknown as WordsPayload;
  const { purpose, incidentId, about, source, event } = payload;
  const { read } = engine.store;
  const progress = progressOf(
    { key: wordsKey(run.job.id), post: (tx, said) => post(tx, payload, said, run.job.id) },
    run,
    engine,
  );
  if (!(await isWanted(payload, read))) return progress.giveUp(TOO_LATE);
  const command = payload.command ? await read.resources.find('command', payload.command) : null;
  const incident = incidentId === null ? null : await incidentContext(read, incidentId);
  const timeline =
    incidentId === null ? [] : (await read.timeline.ofIncident(incidentId)).slice(-TIMELINE_ENTRIES);
  const reply = await consult(
    {
      purpose,
      command: command && {
        name: command.name,
        trigger: command.spec.trigger,
        instructions: command.spec.message,
      },
      words: event?.text ?? '',
      incident,
      known: [
        { label: 'what people were shown', text: about },
        ...(timeline.length === 0
          ? []
          : [
              {
                label: 'timeline',
                text: timeline.map(({ at, text }) => `${new Date(at).toISOString()} ${text}`).join('\n'),
              },
            ]),
      ],
      commands: [],
      source,
      actor: event ? principalKey(event.principal) : null,
      onText: (soFar) => progress.say(uncheckedText(soFar)),
    },
    await kitFor(engine, run, {
      channel: event?.channel ?? null,
      names: sourceNames(command?.spec.sources ?? [], engine),
    }),
    engine,
    run,
  );
  const gone = await progress.giveUp(reply?.kind === 'said' ? TOO_LATE : CAME_TO_NOTHING);
  if (reply?.kind !== 'said') return gone;
  const told = await progress.become(saidMessage(TITLES[purpose], reply));
  return async (tx) => {
    await ((await isWanted(payload, tx)) ? told : gone)(tx);
  };
};

/** What it is about may be over by the time there are words for it. */
async function isWanted({ purpose, planId, incidentId }: WordsPayload, tables: Tables): Promise<boolean> {
  if (planId !== undefined) return (await tables.plans.find(planId))?.state === 'waiting';
  if (purpose !== 'narrative' || incidentId === null) return true;
  return (await tables.incidents.find(incidentId))?.state === 'open';
}

async function post(
  tx: Tables,
  { event, incidentId }: WordsPayload,
  message: Message,
  jobId: number,
): Promise<void> {
  const answers = wordsKey(jobId);
  if (!event) {
    const incident = incidentId === null ? null : await tx.incidents.find(incidentId);
    if (incident) await tellThread(tx, incident, message, { answers });
    return;
  }
  await tx.posts.add({
    channel: event.channel,
    conversation: event.conversation,
    ...(await threadOf(tx, event)),
    lane: 'thread',
    message,
    answers,
  });
}

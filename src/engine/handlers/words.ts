// A model's words about a plan, an answer, an incident or its end. Where it is silent nothing is said: all of it is there without.

import type { Message } from '../../domain/message.ts';
import { principalKey } from '../../domain/principal.ts';
import type { Tables } from '../../store/tables.ts';
import { type Commit, type Handler, nothing } from '../engine.ts';
import { incidentContext } from '../incident-context.ts';
import { tellThread } from '../incident-state.ts';
import { kitFor, sourceNames } from '../kit-for.ts';
import { consult } from '../model/consult.ts';
import { saidMessage } from '../model/said.ts';
import type { WordsPayload } from '../model/words-job.ts';
import { threadOf } from '../thread-of.ts';

const TITLES = {
  remarks: '🤖 Remarks',
  narrative: '🤖 What this looks like',
  closing: '🤖 Looking back, and what to fix for good',
} as const;
const TIMELINE_ENTRIES = 80;

export const words: Handler = async (run, engine) => {
  const payload = run.job.payload as unknown as WordsPayload;
  const { purpose, incidentId, about, event } = payload;
  const { read } = engine.store;
  if (!(await isWanted(payload, read))) return nothing;
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
      actor: event ? principalKey(event.principal) : null,
    },
    await kitFor(engine, run, {
      channel: event?.channel ?? null,
      names: sourceNames(command?.spec.sources ?? [], engine),
    }),
    engine,
    run,
  );
  if (reply?.kind !== 'said') return nothing;
  const said = saidMessage(TITLES[purpose], reply);
  return async (tx) => {
    if (await isWanted(payload, tx)) await post(payload, said)(tx);
  };
};

/** What it is about may be over by the time there are words for it. */
async function isWanted({ purpose, planId, incidentId }: WordsPayload, tables: Tables): Promise<boolean> {
  if (planId !== undefined) return (await tables.plans.find(planId))?.state === 'waiting';
  if (purpose !== 'narrative' || incidentId === null) return true;
  return (await tables.incidents.find(incidentId))?.state === 'open';
}

function post({ event, incidentId }: WordsPayload, message: Message): Commit {
  return async (tx) => {
    if (!event) {
      const incident = incidentId === null ? null : await tx.incidents.find(incidentId);
      if (incident) await tellThread(tx, incident, message);
      return;
    }
    await tx.posts.add({
      channel: event.channel,
      conversation: event.conversation,
      ...(await threadOf(tx, event)),
      lane: 'thread',
      message,
    });
  };
}

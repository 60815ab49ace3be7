// Several incidents are open, and a line says of none that it is about it: the person chooses.

import type { Incident } from '../../domain/incident.ts';
import { type Button, type Message, message } from '../../domain/message.ts';
import { instanceOf } from '../../domain/service-name.ts';
import { severityMark } from '../../domain/severity.ts';
import { typedWord } from '../../domain/typed-word.ts';
import type { Tables } from '../../store/tables.ts';
import type { Commit, Engine } from '../engine.ts';
import { answer, type ChatRequest } from './request.ts';

/** The others are found by `/status`. */
const SHOWN = 5;
const TITLE_MAX = 50;

/** For a verb that takes the incident's number after it. */
export async function whichIncident(request: ChatRequest, { store }: Engine, hint: string): Promise<Commit> {
  const open = await openHere(request, store.read);
  const typed = (id: number) => [request.trigger, `#${id}`, ...request.words.map(typedWord)].join(' ');
  const question: Message = message('which incident?', {
    tone: 'warning',
    blocks: [
      { type: 'text', text: hint },
      ...(open.length === 0
        ? []
        : [
            {
              type: 'section' as const,
              heading: 'One of these',
              lines: open.map((incident) => `${typed(incident.id)} — ${nameOf(incident)}`),
              offers: open.map(({ id }) => typed(id)),
            },
          ]),
    ],
  });
  return answer(request, question, { kind: 'refused', why: 'usage' });
}

/** For a command, which says by where it is said what it is about. Null: there is nothing to choose. */
export async function whichThread(request: ChatRequest, { store }: Engine): Promise<Commit | null> {
  const { event, incident, trigger, words } = request;
  if (event.incidentId !== null || incident !== null) return null;
  const here = (await openHere(request, store.read)).filter(
    ({ channel, conversation }) => channel === event.channel && conversation === event.conversation,
  );
  if (here.length < 2) return null;
  const services = (await store.read.resources.list('service')).map(({ spec }) => spec);
  // What it is about it says itself.
  if (words.some((word) => services.some((each) => each.name === word || instanceOf(each, word))))
    return null;
  const command = [trigger, ...words.map(typedWord)].join(' ');
  const buttons = here.map(
    (each): Button => ({ label: `#${each.id} ${each.title}`, command, incidentId: each.id }),
  );
  const question = message(`${here.length} incidents are open here: which one is ${command} about?`, {
    tone: 'warning',
    blocks: [
      {
        type: 'section',
        heading: 'Type it in its thread',
        lines: here.map((each) => `#${each.id}: ${nameOf(each)}`),
      },
      { type: 'buttons', buttons },
    ],
  });
  return answer(request, question, { kind: 'refused', why: 'question' });
}

/** Those of this room; where it has none, all. */
async function openHere({ event }: ChatRequest, tables: Tables): Promise<Incident[]> {
  const open = await tables.incidents.listOpen();
  const here = open.filter(
    ({ channel, conversation }) => channel === event.channel && conversation === event.conversation,
  );
  return (here.length > 0 ? here : open).slice(0, SHOWN);
}

function nameOf({ severity, title }: Incident): string {
  return `${severityMark(severity)} ${title.length <= TITLE_MAX ? title : `${title.slice(0, TITLE_MAX - 1)}…`}`;
}

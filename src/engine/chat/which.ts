// Several incidents are open, and a line says of none that it is about it: the person chooses.

import type { Incident } from '../../domain/incident.ts';
import { type Block, type Button, type Message, message } from '../../domain/message.ts';
import { instanceOf } from '../../domain/service-name.ts';
import { severityMark } from '../../domain/severity.ts';
import { typedWord } from '../../domain/typed-word.ts';
import type { Tables } from '../../store/tables.ts';
import type { Commit, Engine } from '../engine.ts';
import { answer, type ChatRequest } from './request.ts';

const SHOWN = 5;
const TITLE_MAX = 50;

/** For a verb that takes the incident's number after it. */
export async function whichIncident(request: ChatRequest, { store }: Engine, hint: string): Promise<Commit> {
  const all = await openHere(request, store.read);
  const open = newest(all);
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
            ...leftOut(all),
          ]),
    ],
  });
  return answer(request, question, { kind: 'refused', why: 'usage' });
}

/**
 * For a command in the main box of a room with several: the incident of the service that it names, a question, or null,
 * where it is about none. `reads`: it changes nothing.
 */
export async function whichThread(
  request: ChatRequest,
  { store }: Engine,
  { reads }: { reads: boolean },
): Promise<Incident | Commit | null> {
  const { event, incident, words } = request;
  // Said under a post of ours it is about that.
  if (event.incidentId !== null || incident !== null || event.rootPostId !== undefined) return null;
  const here = (await openHere(request, store.read)).filter(
    ({ channel, conversation }) => channel === event.channel && conversation === event.conversation,
  );
  if (here.length < 2) return null;
  const services = (await store.read.resources.list('service')).map(({ spec }) => spec);
  const named = services.filter((each) => words.some((word) => each.name === word || instanceOf(each, word)));
  const [its, ...others] = here.filter(({ service }) => named.some(({ name }) => name === service));
  if (its && others.length === 0) return its;
  if (reads && named.length > 0) return null;
  return askWhich(request, here);
}

function askWhich(request: ChatRequest, here: readonly Incident[]): Commit {
  const command = [request.trigger, ...request.words.map(typedWord)].join(' ');
  const shown = newest(here);
  const buttons = shown.map(
    (each): Button => ({ label: `#${each.id} ${each.title}`, command, incidentId: each.id }),
  );
  // A terminal has no threads but those of incidents.
  const elsewhere =
    request.event.channel === 'terminal'
      ? 'type it in another room (/join)'
      : 'reply to this message with it';
  const question = message(`${here.length} incidents are open here: which one is ${command} about?`, {
    tone: 'warning',
    blocks: [
      {
        type: 'section',
        heading: 'Type it in its thread',
        lines: shown.map((each) => `#${each.id}: ${nameOf(each)}`),
      },
      ...leftOut(here),
      { type: 'buttons', buttons },
      { type: 'text', text: `About none of them: ${elsewhere}.` },
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
  return here.length > 0 ? here : open;
}

/** What broke last is what most is typed about. */
const newest = (open: readonly Incident[]): readonly Incident[] => open.slice(-SHOWN);

function leftOut({ length }: readonly Incident[]): Block[] {
  return length <= SHOWN ? [] : [{ type: 'text', text: `${length - SHOWN} older ones: /status lists them` }];
}

function nameOf({ severity, title }: Incident): string {
  return `${severityMark(severity)} ${title.length <= TITLE_MAX ? title : `${title.slice(0, TITLE_MAX - 1)}…`}`;
}

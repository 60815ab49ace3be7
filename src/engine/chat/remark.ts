// Words that are no command: among people they are part of the record of their thread or room; said to us they are answered.
import type { ChatEvent } from '../../domain/chat.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Incident } from '../../domain/incident.ts';
import { message } from '../../domain/message.ts';
import { mention, principalKey } from '../../domain/principal.ts';
import { nearest } from '../../domain/similar.ts';
import { BUILT_IN_TRIGGERS } from '../../domain/verbs.ts';
import type { Tables } from '../../store/tables.ts';
import type { Commit, Engine } from '../engine.ts';
import { nothing } from '../engine.ts';
import { isRoomOf } from '../incident-room.ts';
import { type ChatRequest, postAnswer } from './request.ts';

const SHOWN_CHARACTERS = 80;
/** Of so few a wrong first one is a slip; of more it is speech. */
const FEW_WORDS = 3;

export async function remark(request: ChatRequest, engine: Engine): Promise<Commit> {
  const { event, incident: about } = request;
  const isOfIt = about !== null && (event.incidentId !== null || isRoomOf(about, event));
  const noted = isOfIt && event.text.trim() !== '' ? about : null;
  // Two bots that answer each other would go on all night.
  const asked = event.toUs === true && !event.bot;
  if (asked && engine.assistant && !(await isSlip(event.text, engine.store.read)))
    return speech(request, noted);
  const reply = asked ? await notUnderstood(event.text, noted, engine.store.read) : null;
  if (!noted && !reply) return nothing;
  return async (tx) => {
    if (noted) await note(tx, noted, event);
    if (reply) await postAnswer(tx, request, reply, { kind: 'refused', why: 'usage' });
  };
}

async function note(tx: Tables, { id }: Incident, { principal, text }: ChatEvent): Promise<void> {
  await tx.timeline.add({
    incidentId: id,
    kind: 'said',
    actor: principalKey(principal),
    text: `${mention(principal)}: ${text}`,
  });
}

/** Read by the model: whoever is in the room may ask, and what it makes of it is authorized as any command is. */
function speech({ event, key, incident }: ChatRequest, noted: Incident | null): Commit {
  return async (tx) => {
    if (noted) await note(tx, noted, event);
    await tx.jobs.add(
      'plan',
      { event, key, trigger: '', words: [], command: null, speech: true, incidentId: incident?.id ?? null },
      { priority: 1 },
    );
  };
}

async function isSlip(text: string, tables: Tables): Promise<boolean> {
  const words = text.trim().split(/\s+/);
  return words.length <= FEW_WORDS && (await nearestTrigger(words[0] ?? '', tables)) !== null;
}

async function nearestTrigger(word: string, tables: Tables): Promise<string | null> {
  const commands = (await tables.resources.list('command')).filter(({ enabled }) => enabled);
  const triggers = [...BUILT_IN_TRIGGERS, ...commands.map(({ spec }) => spec.trigger)];
  return nearest(`/${word.toLowerCase()}`, triggers) ?? null;
}

export async function notUnderstood(text: string, noted: Incident | null, tables: Tables) {
  const [first = '', ...rest] = text.trim().split(/\s+/);
  const close = await nearestTrigger(first, tables);
  const kept = noted ? ` It is kept as a note of incident #${noted.id}.` : '';
  const hint = close
    ? `Did you mean ${clipped([close, ...rest].join(' '), SHOWN_CHARACTERS)}? /help lists all.`
    : '/help lists what can be typed here.';
  return message(`"${clipped(text.trim(), SHOWN_CHARACTERS)}" is no command, so nothing was done.${kept}`, {
    tone: 'warning',
    blocks: [{ type: 'text', text: hint }],
  });
}

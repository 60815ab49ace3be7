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
import { type ChatRequest, postAnswer } from './request.ts';

const SHOWN_CHARACTERS = 80;

export async function remark(request: ChatRequest, engine: Engine): Promise<Commit> {
  const { event, incident: about } = request;
  const isOfIt = about !== null && (event.incidentId !== null || isRoomOf(about, event));
  const noted = isOfIt && event.text.trim() !== '' ? about : null;
  // Two bots that answer each other would go on all night.
  const reply = event.toUs && !event.bot ? await notUnderstood(event.text, noted, engine.store.read) : null;
  if (!noted && !reply) return nothing;
  return async (tx) => {
    if (noted) {
      await tx.timeline.add({
        incidentId: noted.id,
        kind: 'said',
        actor: principalKey(event.principal),
        text: `${mention(event.principal)}: ${event.text}`,
      });
    }
    if (reply) await postAnswer(tx, request, reply, { kind: 'refused', why: 'usage' });
  };
}

/** In the conversation that was opened for it. */
export function isRoomOf(
  { channel, context }: Pick<Incident, 'channel' | 'context'>,
  event: Pick<ChatEvent, 'channel' | 'conversation'>,
): boolean {
  return channel === event.channel && context.room?.conversation === event.conversation;
}

async function notUnderstood(text: string, noted: Incident | null, tables: Tables) {
  const [first = '', ...rest] = text.trim().split(/\s+/);
  const commands = (await tables.resources.list('command')).filter(({ enabled }) => enabled);
  const close = nearest(`/${first.toLowerCase()}`, [
    ...BUILT_IN_TRIGGERS,
    ...commands.map(({ spec }) => spec.trigger),
  ]);
  const kept = noted ? ` It is kept as a note of incident #${noted.id}.` : '';
  const hint = close
    ? `Did you mean ${clipped([close, ...rest].join(' '), SHOWN_CHARACTERS)}? /help lists all.`
    : '/help lists what can be typed here.';
  return message(`"${clipped(text.trim(), SHOWN_CHARACTERS)}" is no command, so nothing was done.${kept}`, {
    tone: 'warning',
    blocks: [{ type: 'text', text: hint }],
  });
}

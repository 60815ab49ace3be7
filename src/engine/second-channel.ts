// What the self-audit had to mend is said where people look besides the incident's own channel: that one may be
// the very thing that does not work. The log, `status` and `doctor` say it as well.
import { CRITICAL_ROOM } from '../domain/built-in.ts';
import type { Incident } from '../domain/incident.ts';
import { message } from '../domain/message.ts';
import type { Tables } from '../store/tables.ts';

export interface Mended {
  incident: Incident;
  what: string;
}

/** In these somebody reads along; the others only page. */
const CHATS = ['slack', 'terminal'];
const NAMED = 5;
/** Taken away by the audit after a day. */
export const MENDED_WARNING = 'mended';

/** In another chat than the incidents' own; where there is none, in the terminals. One post, however many they are. */
export async function tellElsewhere(tx: Tables, mended: readonly Mended[]): Promise<void> {
  const [first] = mended;
  if (!first) return;
  const own = new Set(mended.map(({ incident }) => incident.channel));
  const chats = (await tx.resources.list('channel')).filter(
    ({ name, enabled, spec }) => enabled && CHATS.includes(spec.type) && !own.has(name),
  );
  const lines = mended
    .slice(0, NAMED)
    .map(({ incident, what }) => `#${incident.id} ${incident.title}: ${what}`);
  const left = mended.length - lines.length;
  if (left > 0) lines.push(`and ${left} more: openclaw incident list`);
  await tx.posts.add({
    channel: chats[0]?.name ?? 'terminal',
    conversation: CRITICAL_ROOM,
    incidentId: null,
    threadPostId: null,
    lane: 'page',
    message: message(
      mended.length === 1
        ? '🚨 The self-audit found an incident that nothing would have escalated or ended'
        : `🚨 The self-audit found ${mended.length} incidents that nothing would have escalated or ended`,
      {
        tone: 'critical',
        blocks: [
          { type: 'section', heading: 'They go on now', lines },
          {
            type: 'text',
            text: `Whether anybody was told meanwhile: openclaw why incident ${first.incident.id}`,
          },
        ],
      },
    ),
  });
  await tx.settings.warn(MENDED_WARNING, `the self-audit had to mend ${lines.join('; ')}`);
}

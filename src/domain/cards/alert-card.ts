// An alert that opens no incident: one post, edited as it repeats and clears.
import type { Alert } from '../alert.ts';
import { formatDurationWords } from '../duration.ts';
import { type Message, message } from '../message.ts';
import { severityMark } from '../severity.ts';
import { clockTimeWithZone } from '../time.ts';

export function alertCard(alert: Omit<Alert, 'id'>, notes: readonly string[], zone: string): Message {
  const { clearedAt, count, startsAt, lastSeenAt, severity, title } = alert;
  const over = clearedAt === null ? null : formatDurationWords(Math.max(0, clearedAt - startsAt));
  const lines = [
    alert.description,
    ...notes,
    over !== null && clearedAt !== null
      ? `Cleared at ${clockTimeWithZone(clearedAt, zone)} after ${over}.`
      : '',
    clearedAt === null && count > 1
      ? `Seen ${count} times since ${clockTimeWithZone(startsAt, zone)}, last at ${clockTimeWithZone(lastSeenAt, zone)}.`
      : '',
  ];
  return message(`${clearedAt === null ? severityMark(severity) : '✅'} ${title}`, {
    tone: clearedAt === null ? severity : 'ok',
    blocks: lines.filter((line) => line !== '').map((text) => ({ type: 'text', text })),
  });
}

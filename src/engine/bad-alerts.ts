// Alerts that our own code fails on: kept as dead letters and said loudly, while all others go on.

import { type DeadLetter, RAW_MAX } from '../domain/dead-letter.ts';
import { message } from '../domain/message.ts';
import { redact } from '../domain/redact.ts';
import { StoreError } from '../store/errors.ts';
import type { InboxEntry } from '../store/inbox.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';

export interface BadAlert {
  entry: InboxEntry;
  why: string;
}

/** Named in the post; the rest are counted. */
const NAMED = 5;

/** The error as text. Errors: one of the store is not the alert's fault and is thrown again. */
export function whyNot(error: unknown): string {
  if (error instanceof StoreError) throw error;
  return harmless(error instanceof Error ? error.message : String(error));
}

export async function setAside(
  tx: Tables,
  bad: readonly BadAlert[],
  channel: string,
  engine: Engine,
): Promise<void> {
  if (bad.length === 0) return;
  for (const { entry, why } of bad) {
    const raw = JSON.stringify(entry.body);
    await tx.inbox.setAside(entry.id, {
      reason: `an error in openclaw: ${why}`,
      where: 'alert',
      raw: harmless(raw.slice(0, RAW_MAX)),
      bytes: Buffer.byteLength(raw),
      read: true,
    } satisfies DeadLetter);
    engine.log({
      level: 'error',
      event: 'alert-set-aside',
      inbox: entry.id,
      source: entry.source,
      error: why,
    });
  }
  const lines = bad.slice(0, NAMED).map(({ entry, why }) => `${entry.source}: ${titleOf(entry)} (${why})`);
  if (bad.length > NAMED) lines.push(`and ${bad.length - NAMED} more; the log names them`);
  await tx.posts.add({
    channel,
    conversation: '#ops-critical',
    incidentId: null,
    threadPostId: null,
    lane: 'page',
    message: message(
      bad.length === 1
        ? '🚨 An alert came in that openclaw could not read, and nobody was paged for it'
        : `🚨 ${bad.length} alerts came in that openclaw could not read, and nobody was paged for them`,
      {
        tone: 'critical',
        blocks: [
          { type: 'section', heading: 'Look at their monitoring systems', lines },
          {
            type: 'text',
            text: 'If it is real: /incident open TITLE. Once mended: openclaw source dead-letters list. Other alerts are taken in as usual.',
          },
        ],
      },
    ),
  });
}

function titleOf(entry: InboxEntry): string {
  const { title } = Object(entry.body) as { title?: unknown };
  return typeof title === 'string' && title !== '' ? harmless(title.slice(0, 200)) : '(no title)';
}

/** The text that breaks everything may break this too. */
function harmless(text: string): string {
  try {
    return redact(text);
  } catch {
    return '(cannot be shown)';
  }
}

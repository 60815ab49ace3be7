// Takes what could not be read once more: by the format of today, into the same inbox, as if it came now.
import type { IncomingAlert } from '../domain/alert.ts';
import type { Clock } from '../domain/clock.ts';
import { type DeadLetter, isCutOff } from '../domain/dead-letter.ts';
import { readAgain } from '../http/read-again.ts';
import type { InboxEntry, NewInboxEntry } from '../store/inbox.ts';
import { receiveAlerts } from '../store/receive.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

export interface Replayed {
  id: number;
  source: string;
  /** Alerts that were in it, and how many of them were here already. */
  alerts: number;
  duplicates: number;
  /** Null: it is taken in. Else it stays, for this reason. */
  why: string | null;
}

/** Each in its own commit: what cannot be read holds back no other. The daemon need not run. */
export async function replayDeadLetters(
  store: Store,
  ids: readonly number[],
  clock: Clock,
): Promise<Replayed[]> {
  const done: Replayed[] = [];
  for (const id of ids) done.push(await store.write((tx) => replay(tx, id, clock)));
  return done;
}

async function replay(tx: Tables, id: number, clock: Clock): Promise<Replayed> {
  const entry = await tx.inbox.findById(id);
  if (entry?.kind !== 'dead-letter') return { id, source: '', alerts: 0, duplicates: 0, why: 'it is gone' };
  const stays = (why: string): Replayed => ({ id, source: entry.source, alerts: 0, duplicates: 0, why });
  if (entry.handledAt !== null) return stays('it was replayed before');
  const letter = entry.body as DeadLetter;
  if (isCutOff(letter))
    return stays(`only the first 64 kB of its ${letter.bytes} bytes were kept: have it sent again`);
  if (letter.read) return putBack(tx, entry, letter);
  const source = await tx.resources.find('source', entry.source);
  if (!source) return stays(`there is no source "${entry.source}" any more`);
  // The same instant and the same name each time: a second try makes the same keys.
  const context = {
    source: entry.source,
    receivedAt: entry.receivedAt,
    deliveryId: `dead-letter:${id}`,
    settings: source.spec.settings,
  };
  const { alerts, problems, notices = [] } = readAgain(source.spec.type, letter, context);
  const [first] = problems;
  if (first) return stays(first.where === 'body' ? first.what : `${first.where} ${first.what}`);
  const receivedAt = clock.now();
  await receiveAlerts(
    tx,
    notices.map(({ key, notice }) => ({
      source: entry.source,
      key,
      kind: 'notice',
      body: notice,
      receivedAt,
    })),
  );
  const added = await receiveAlerts(
    tx,
    alerts.map(
      (alert): NewInboxEntry => ({
        source: entry.source,
        key: alert.deliveryKey,
        kind: 'alert',
        body: alert,
        receivedAt,
      }),
    ),
  );
  await tx.inbox.markHandled([id], clock.now());
  return { id, source: entry.source, alerts: alerts.length, duplicates: alerts.length - added, why: null };
}

/** It was read and an error of ours kept it out: the very row goes back to where it was. */
async function putBack(tx: Tables, { id, source }: InboxEntry, letter: DeadLetter): Promise<Replayed> {
  const alert = parsed(letter.raw);
  if (alert === null) {
    const why = 'what is kept of it was redacted and is no alert any more: have it sent again';
    return { id, source, alerts: 0, duplicates: 0, why };
  }
  await tx.inbox.putBack(id, alert);
  await tx.jobs.add('alert', {}, { key: 'alerts', lane: 'alerts', priority: 1 });
  return { id, source, alerts: 1, duplicates: 0, why: null };
}

function parsed(raw: string): IncomingAlert | null {
  try {
    const value = JSON.parse(raw) as Partial<IncomingAlert> | null;
    const known = typeof value?.fingerprint === 'string' && typeof value.title === 'string';
    return known ? (value as IncomingAlert) : null;
  } catch {
    return null;
  }
}

// The history of a shop: one line of JSON per event, only ever appended, on the disk before anything follows from it.
// An operation is a "started" line and later a "succeeded" or "failed" line with the same operation id.
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

/**
 * Reads the file as it is now.
 * @returns operations in order; deploys() newest last; releases() newest first, each number once, by its newest deploy
 * that did not fail; live() the deploy that serves; desired() the last scale or null
 */
export function readHistory(path) {
  const operations = new Map();
  for (const event of readEvents(path)) apply(operations, event);
  const all = () => [...operations.values()];

  const deploys = () => {
    const undone = new Map();
    for (const one of all()) {
      if (one.kind === 'rollback' && one.status === 'succeeded') undone.set(one.args.undoes, one.endedAt);
    }
    const list = all()
      .filter((one) => one.kind === 'deploy')
      .map((one) => ({
        number: one.args.release,
        author: one.args.author,
        title: one.args.title,
        at: one.startedAt,
        finishedAt: one.endedAt,
        status: one.status,
        rolledBack: undone.has(one.id),
        rolledBackAt: undone.get(one.id) ?? null,
        live: false,
        id: one.id,
      }));
    const serving = list.findLast((one) => one.status === 'succeeded' && !one.rolledBack);
    if (serving) serving.live = true;
    return list;
  };

  const releases = () => {
    const chosen = new Map();
    for (const one of deploys()) {
      if (one.status !== 'failed' || (chosen.get(one.number)?.status ?? 'failed') === 'failed')
        chosen.set(one.number, one);
    }
    const newestLast = deploys().filter((one) => chosen.get(one.number)?.id === one.id);
    return newestLast.reverse();
  };

  return {
    operations: all,
    deploys,
    releases,
    live: () => deploys().find((one) => one.live) ?? null,
    desired: () =>
      all().findLast((one) => one.kind === 'scale' && one.status === 'succeeded')?.args.count ?? null,
    operation: (key) => all().find((one) => one.key === key) ?? null,
  };
}

/** What became of the operation with this key; running: the word for one that has no end yet. */
export function describeOperation(key, found, { running }) {
  if (!found) return { ok: true, key, state: 'not-started' };
  const { id, kind, args, status, startedAt, endedAt, result, error } = found;
  const state = status === 'started' ? running : status;
  return { ok: true, key, state, operation: id, kind, args, startedAt, endedAt, result, error };
}

/** Appends one event and returns only when it is on the disk. Throws when it is not (a full disk, say). */
export function appendEvent(path, event) {
  const file = openSync(path, 'a+', 0o600);
  try {
    // A crash may have left half a line: close it, so that it spoils itself alone.
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    const torn = size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
    const line = Buffer.from(`${torn ? '\n' : ''}${JSON.stringify(event)}\n`);
    if (writeSync(file, line) !== line.length) throw new Error('the history could not be written whole');
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function* readEvents(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      yield JSON.parse(line);
    } catch {
      // Half a line of a crash: its event never took effect, because effects wait for the whole line.
    }
  }
}

function apply(operations, event) {
  if (event?.event === 'started') {
    const { id, kind, key = null, args, at } = event;
    operations.set(id, {
      id,
      kind,
      key,
      args,
      status: 'started',
      startedAt: at,
      endedAt: null,
      result: null,
    });
    return;
  }
  const one = operations.get(event?.id);
  if (one?.status !== 'started') return;
  one.status = event.event === 'succeeded' ? 'succeeded' : 'failed';
  one.endedAt = event.at;
  one.result = event.result ?? null;
  if (event.error !== undefined) one.error = event.error;
}

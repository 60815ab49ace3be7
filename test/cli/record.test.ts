// The record from the command line: its head, its check, and who changed what.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

const now = Date.parse('2026-11-23T03:30:00Z');
let folder: ReturnType<typeof temporaryStateDir>;

beforeEach(() => {
  folder = temporaryStateDir();
});
afterEach(() => folder.remove());

const run = (args: string[], at = now) => runCli(args, { stateDir: folder.stateDir, now: at });
const file = () => join(folder.stateDir, 'openclaw.db');

async function withIncident(): Promise<void> {
  const store = await openStore({ file: file(), clock: { now: () => now } });
  await store.write(async (tx) => {
    const { id } = await tx.incidents.open({
      key: 'shop',
      title: 'shop error rate critical',
      severity: 'critical',
      service: 'shop',
      startedAt: now,
      openedAt: now,
      channel: 'terminal',
      conversation: '#ops-critical',
      escalation: null,
      openedBy: 'test',
    });
    for (const text of ['Alert fired', 'Incident opened', '@sarah acknowledged'])
      await tx.timeline.add({ incidentId: id, kind: 'alert', text });
    await tx.timeline.add({ incidentId: null, kind: 'system', text: 'something else' });
  });
  await store.close();
}

function byHand(sql: string): void {
  const database = new Sqlite(file());
  database.exec(sql);
  database.close();
}

interface Verified {
  ok: boolean;
  entries: number;
  head: { entry: number; hash: string };
  flaws: { entry: number; what: string; text: string }[];
  error?: { type: string; message: string; hint: string };
}

describe('openclaw incident verify', () => {
  test('a whole record: how many, and the head to keep', async () => {
    await withIncident();
    const shown = await run(['incident', 'verify']);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/✓ the record is whole: 4 entries\nRecord: [0-9a-f]{12} \(entry 4\)\n/);
    const { ok, entries, head, flaws } = (await run(['incident', 'verify', '--json'])).json() as Verified;
    expect({ ok, entries, flaws }).toEqual({ ok: true, entries: 4, flaws: [] });
    expect(shown.stdout).toContain(head.hash.slice(0, 12));
    for (const kept of [head.hash, head.hash.slice(0, 12), `Record: ${head.hash.slice(0, 12)} (entry 4)`])
      expect((await run(['incident', 'verify', '--head', kept])).code).toBe(0);
  });

  test('an empty one is whole', async () => {
    expect(await run(['incident', 'verify'])).toMatchObject({
      code: 0,
      stdout: '✓ the record has no entry yet\n',
    });
  });

  test('an edited entry is named, with exit code 1', async () => {
    await withIncident();
    byHand("update timeline set text = 'nothing fired' where id = 1");
    const shown = await run(['incident', 'verify']);
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain('entry 1 is not what was written');
    const told = await run(['incident', 'verify', '--json']);
    expect(told.code).toBe(1);
    expect(told.json()).toMatchObject({
      ok: false,
      error: {
        type: 'failed',
        message: 'entry 1 is not what was written: it was changed, or put in by hand',
      },
      flaws: [{ entry: 1, what: 'changed' }],
    });
  });

  test('an end that is gone is found by a head that was kept', async () => {
    await withIncident();
    const { head } = (await run(['incident', 'verify', '--json'])).json() as Verified;
    byHand('delete from timeline where id > 2');
    byHand("update sqlite_sequence set seq = 2 where name = 'timeline'");
    expect((await run(['incident', 'verify'])).code).toBe(0);
    const shown = await run(['incident', 'verify', '--head', `${head.hash.slice(0, 12)} (entry 4)`]);
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain('(entry 4), and the record ends before it: its end was cut off');
  });

  test.each(['', 'abc', 'no head', '8f3a91c'])('"%s" is no head', async (head) => {
    expect(await run(['incident', 'verify', '--head', head])).toMatchObject({ code: 2 });
  });
});

test('an export carries the head of the last entry of its incident', async () => {
  await withIncident();
  const shown = await run(['incident', 'show', '1', '--markdown']);
  expect(shown.stdout).toMatch(/\nRecord: [0-9a-f]{12} \(entry 3\)\n$/);
  expect((await run(['incident', 'show', '1', '--markdown'])).stdout).toBe(shown.stdout);
  expect((await run(['incident', 'show', '1', '--json'])).json()).toMatchObject({ record: { entry: 3 } });
});

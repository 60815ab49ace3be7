// The record from the command line: its head, its check, and who changed what.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localPerson } from '../../src/cli/local-person.ts';
import { principalKey } from '../../src/domain/principal.ts';
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

describe('openclaw audit list', () => {
  const service = ['service', 'add', '--name', 'api', '--kind', 'app'];
  const texts = async (...flags: string[]) => {
    const shown = await run(['audit', 'list', ...flags, '--json']);
    return (shown.json() as { entries: { text: string }[] }).entries.map(({ text }) => text);
  };

  test('each change of the configuration is on record: who, what and which fields, but no value', async () => {
    const { username } = (await import('node:os')).userInfo();
    for (const args of [
      service,
      ['service', 'edit', 'api', '--depends-on', 'db'],
      ['service', 'edit', 'api', '--name', 'web'],
      ['service', 'disable', 'web'],
      ['service', 'disable', 'web'],
      ['service', 'enable', 'web'],
      ['service', 'remove', 'web', '--yes'],
      ['source', 'add', '--name', 'Hooks', '--type', 'generic', '--secret', 'token=env:MY_TOKEN'],
    ])
      expect((await run(args)).code, args.join(' ')).toBe(0);
    expect(await texts('--kind', 'configured')).toEqual(
      [
        'added service "api"',
        'changed service "api": dependsOn',
        'renamed service "api" to "web"',
        'disabled service "web"',
        'enabled service "web"',
        'removed service "web"',
        'added source "Hooks"',
      ].map((text) => `@${username} ${text}`),
    );
    const shown = await run(['audit', 'list', '--json']);
    expect(shown.stdout).not.toContain('MY_TOKEN');
    expect(shown.json()).toMatchObject({
      entries: [{ actor: expect.stringMatching(/^local:/), incidentId: null }, {}, {}, {}, {}, {}, {}],
      record: expect.stringMatching(/^Record: [0-9a-f]{12} \(entry 7\)$/),
    });
    expect((await run(['incident', 'verify'])).code).toBe(0);
  });

  test('a file applied is one entry for each resource it changes, and none for a dry run', async () => {
    const { writeFileSync } = await import('node:fs');
    const path = join(folder.stateDir, 'ops.yaml');
    const both = ['api', 'db'].map((name) => `  - { kind: service, name: ${name} }\n`);
    writeFileSync(path, `resources:\n${both.join('')}`);
    const dry = await run(['apply', '-f', path, '--dry-run']);
    expect(dry.code, dry.stderr).toBe(0);
    expect(await texts()).toEqual([]);
    await run(['apply', '-f', path]);
    await run(['apply', '-f', path]);
    expect((await texts()).map((text) => text.replace(/^@\S+ /, ''))).toEqual([
      'added service "api"',
      'added service "db"',
    ]);
  });

  test('one person is found by the name of the contact, the one that texts show, and the key', async () => {
    const me = localPerson();
    const key = principalKey(me);
    await run(['contact', 'add', '--name', 'sarah', '--id', `local=${me.userId}`]);
    for (const name of ['sarah', '@sarah', me.displayName, `@${me.displayName}`, key, `local:${me.userId}`]) {
      const found = await run(['audit', 'list', '--actor', name, '--json']);
      expect(found.code, name).toBe(0);
      expect(found.json()).toMatchObject({ entries: [{ actor: key, actorName: 'sarah' }] });
    }
  });

  test('narrowed by time, actor, incident and kind; the newest of too many', async () => {
    const store = await openStore({ file: file(), clock: { now: () => now } });
    await store.write(async (tx) => {
      await tx.resources.insert('contact', 'sarah', {
        name: 'sarah',
        ids: { slack: 'U1' },
        order: [],
        can: [],
        unattended: false,
      });
      const add = (text: string, at: string, actor: string, incidentId: number | null) =>
        tx.timeline.add({ incidentId, kind: 'said', text, actor, at: Date.parse(`2026-11-${at}Z`) });
      await add('one', '22T23:59', 'slack:T1:U1', 1);
      await add('two', '23T00:00', 'slack:T1:U2', 1);
      await add('three', '23T02:00', 'slack:T1:U1', 2);
      await add('four', '23T03:00', 'openclaw:self:openclaw', null);
    });
    await store.close();
    const cases: [string[], string[]][] = [
      [[], ['one', 'two', 'three', 'four']],
      [
        ['--since', '2h'],
        ['three', 'four'],
      ],
      [
        ['--since', '2026-11-23'],
        ['two', 'three', 'four'],
      ],
      [['--until', '2026-11-22'], ['one']],
      [
        ['--since', '2026-11-23T00:00Z', '--until', '2026-11-23T03:00Z'],
        ['two', 'three'],
      ],
      [
        ['--actor', '@sarah'],
        ['one', 'three'],
      ],
      [['--actor', 'slack:T1:U2'], ['two']],
      [['--actor', 'U2'], ['two']],
      [['--actor', 'openclaw'], ['four']],
      [
        ['--incident', '#1'],
        ['one', 'two'],
      ],
      [['--kind', 'note'], []],
      [
        ['--limit', '2'],
        ['three', 'four'],
      ],
    ];
    for (const [flags, told] of cases) expect(await texts(...flags), flags.join(' ')).toEqual(told);
    const { stdout } = await run(['audit', 'list', '--actor', 'sarah']);
    expect(stdout).toMatch(
      /TIME +ACTOR +INCIDENT +KIND +TEXT\n.* sarah +#1 +said +one\n.* sarah +#2 +said +three\n$/,
    );
  });

  test.each<[string[], number, string]>([
    [['--since', 'yesterday'], 2, '--since'],
    [['--since', ''], 2, '--since'],
    [['--until', '2026-02-30'], 2, '--until'],
    [['--kind', 'acknowleged'], 2, 'did you mean --kind acknowledged?'],
    [['--actor', ''], 2, '--actor sarah'],
    [['--actor', 'nobody'], 3, 'is on record'],
    [['--limit', '0'], 2, '--limit 100'],
    [['--incident', 'x'], 2, 'not the number of an incident'],
  ])('%j is refused', async (flags, code, said) => {
    const shown = await run(['audit', 'list', ...flags]);
    expect([shown.code, shown.stderr]).toEqual([code, expect.stringContaining(said)]);
  });
});

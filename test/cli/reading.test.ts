import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseListen } from '../../src/cli/run.ts';
import { message } from '../../src/domain/message.ts';
import { UNDELIVERED, undeliveredText } from '../../src/domain/undelivered.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

const now = Date.parse('2026-11-23T03:30:00Z');
let folder: ReturnType<typeof temporaryStateDir>;
let store: Store;

beforeEach(async () => {
  folder = temporaryStateDir();
  store = await openStore({ file: join(folder.stateDir, 'openclaw.db'), clock: { now: () => now } });
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const run = (args: string[], answers?: string[]) =>
  runCli(args, { stateDir: folder.stateDir, now, ...(answers ? { answers } : {}) });

const open = (key: string, title = `${key} error rate critical`) =>
  store.write(async (tx) => {
    const incident = await tx.incidents.open({
      key,
      title,
      severity: 'critical',
      service: key,
      startedAt: now - 16 * 60_000,
      openedAt: now - 16 * 60_000,
      channel: 'terminal',
      conversation: '#ops-critical',
      escalation: null,
      openedBy: 'test',
    });
    await tx.timeline.add({ incidentId: incident.id, kind: 'alert', text: 'Alert fired: error_rate > 5%' });
    return incident;
  });

describe('incidents, without a daemon', () => {
  test('none is said as none', async () => {
    expect(await run(['incident', 'list'])).toMatchObject({ code: 0, stdout: 'no open incidents\n' });
    expect((await run(['incident', 'list', '--json'])).json()).toEqual([]);
  });

  test('the list shows what is open, and with --all what was', async () => {
    const first = await open('shop');
    await open('api');
    await store.write((tx) => tx.incidents.update(first.id, { state: 'resolved', resolvedAt: now }));
    const listed = await run(['incident', 'list']);
    expect(listed.stdout).toContain('api error rate critical');
    expect(listed.stdout).not.toContain('shop');
    const all = (await run(['incident', 'list', '--all', '--json'])).json();
    expect(all).toMatchObject([{ key: 'api' }, { key: 'shop', state: 'resolved' }]);
  });

  test('one is shown with its timeline, and the next thing to type', async () => {
    await open('shop');
    const { code, stdout, stderr } = await run(['incident', 'show', '#1']);
    expect(code).toBe(0);
    expect(stdout).toContain('INCIDENT #1: shop error rate critical');
    expect(stdout).toContain('16 minutes');
    expect(stdout).toContain('Alert fired: error_rate > 5%');
    expect(stderr).toContain('openclaw incident ack 1');
  });

  test('as markdown it is the same bytes each time', async () => {
    await open('shop');
    const first = await run(['incident', 'show', '1', '--markdown']);
    expect(first.stdout).toContain('# Incident #1: shop error rate critical\n');
    expect((await run(['incident', 'show', '1', '--markdown'])).stdout).toBe(first.stdout);
  });

  test('one that is not there exits 3', async () => {
    const { code, stderr } = await run(['incident', 'show', '9']);
    expect(code).toBe(3);
    expect(stderr).toContain('there is no incident #9');
  });

  test('a title cannot take over the terminal', async () => {
    await open('shop', 'x\u001b[2J\u001b]0;gone\u0007\nINCIDENT #99');
    for (const args of [['incident', 'list'], ['incident', 'show', '1'], ['status']]) {
      const { stdout } = await run(args);
      expect(stdout).not.toContain('\u001b');
      expect(stdout).not.toContain('\u0007');
    }
  });
});

describe('freeze and thaw, without a daemon', () => {
  test('hold from then on, with who and why', async () => {
    expect(await run(['freeze', 'database', 'migration'])).toMatchObject({ code: 0 });
    expect(await store.read.settings.get('freeze')).toMatchObject({ reason: 'database migration', at: now });
    expect((await run(['status'])).stdout).toContain('database migration');
    expect(await run(['thaw'], [])).toMatchObject({ code: 0 });
    expect(await store.read.settings.get('freeze')).toBeNull();
    const told = (await store.read.timeline.recent(5)).map(({ text }) => text);
    expect(told[1]).toMatch(/^@.+ froze all changes: database migration$/);
  });

  test('a second freeze keeps the first reason', async () => {
    await run(['freeze', 'first']);
    expect((await run(['freeze', 'second'])).stdout).toContain('already frozen');
    expect(await store.read.settings.get('freeze')).toMatchObject({ reason: 'first' });
  });

  test('a script may freeze and may not thaw', async () => {
    await run(['freeze']);
    const { code, stderr } = await run(['thaw']);
    expect(code).toBe(4);
    expect(stderr).toContain('--unattended');
    expect(await store.read.settings.get('freeze')).not.toBeNull();
  });

  test('whoever has no right may not thaw, at a terminal neither', async () => {
    await store.write((tx) =>
      tx.resources.insert('contact', 'sarah', {
        name: 'sarah',
        ids: { slack: 'U1' },
        order: [],
        can: ['approve'],
        unattended: false,
      }),
    );
    await run(['freeze'], []);
    // Freezing needs the right as well; nothing was frozen.
    expect(await store.read.settings.get('freeze')).toBeNull();
    expect(await run(['thaw', '--json'], [])).toMatchObject({ code: 4 });
  });
});

describe('status', () => {
  test('says that no daemon runs and how to start one', async () => {
    const { code, stdout, stderr } = await run(['status']);
    expect(code).toBe(0);
    expect(stdout).toContain('no daemon runs');
    expect(stderr).toContain('openclaw run');
  });

  test('is one document with --json', async () => {
    await open('shop');
    expect((await run(['status', '--json'])).json()).toMatchObject({
      daemon: { running: false },
      freeze: null,
      incidents: [{ id: 1, key: 'shop' }],
      approvals: [],
    });
  });
});

test('messages nobody got are said once by status and by doctor, whatever the daemon warned of before', async () => {
  await store.write(async (tx) => {
    const place = {
      channel: 'slack',
      conversation: '#ops',
      incidentId: null,
      threadPostId: null,
      mentions: [],
    };
    const id = await tx.posts.add({ ...place, lane: 'answer', message: message('x') });
    await tx.posts.setState(id, 'failed', { error: 'gone' });
    await tx.settings.set('warnings', [{ key: UNDELIVERED, text: undeliveredText(1), since: now }]);
  });
  for (const command of ['status', 'doctor']) {
    const { stdout } = await run([command]);
    expect(stdout.match(/.*could not be delivered.*/g)).toEqual([
      expect.stringMatching(/ 1 message could not be delivered in the last 24 hours$/),
    ]);
  }
});

describe('where to listen', () => {
  const good: [string, string, number][] = [
    ['127.0.0.1:7353', '127.0.0.1', 7353],
    ['localhost:0', 'localhost', 0],
    ['[::1]:80', '::1', 80],
  ];
  test.each(good)('%s is understood', (text, host, port) => {
    expect(parseListen(text)).toEqual({ host, port });
  });

  test.each(['', ':80', 'host', 'host:', '::1:80', 'a b:1', '[1.2.3.4]:1', 'h:65536', 'http://h:1'])(
    '%j is refused',
    (text) => {
      expect(() => parseListen(text)).toThrow('--listen takes host:port');
    },
  );
});

test('a state folder below a file is an error with a way out', async () => {
  const file = join(mkdtempSync(join(folder.stateDir, 'x-')), 'openclaw.db');
  const { code, stderr } = await runCli(['status'], { stateDir: join(folder.stateDir, 'openclaw.db', file) });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: /);
  expect(stderr).not.toContain('bug');
});

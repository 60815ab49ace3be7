// Who is on call, who would be told, and whether a page arrives.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DaemonLock, takeDaemonLock } from '../../src/store/daemon-lock.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

let folder: ReturnType<typeof temporaryStateDir>;
const NOW = Date.parse('2026-11-25T12:00:00Z');

const run = (line: string, options: { now?: number } = { now: NOW }) =>
  runCli(
    (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', '')),
    { stateDir: folder.stateDir, ...options },
  );

async function configure(...lines: string[]): Promise<void> {
  for (const line of lines) expect(await run(line), line).toMatchObject({ code: 0 });
}

beforeEach(async () => {
  folder = temporaryStateDir();
  await configure(
    'channel add --name slack --type slack --secret bot-token=env:T --secret app-token=env:A',
    'channel add --name pager --type pagerduty --secret routing-key=env:P',
    'contact add --name sarah --id slack=U1 --id pagerduty=P1 --order pager,slack',
    'contact add --name mike --id slack=U2',
    'contact add --name zoe --id email=zoe@example.org',
    'rotation add --name on-call --member sarah --member mike --weekly --at 09:00 --zone Europe/Berlin --start 2026-11-23',
  );
});
afterEach(() => folder.remove());

describe('escalation simulate', () => {
  beforeEach(() =>
    configure(
      'escalation add --name Default --level-1 on-call --timeout 5m --level-2 boss --timeout 15m --level-3 zoe --timeout 30m',
    ),
  );

  test('says who would be told, when and how, with empty levels and repeats', async () => {
    const { code, stdout } = await run(
      'escalation simulate Default --at 2026-11-30T08:57 --zone Europe/Berlin',
    );
    expect(code).toBe(0);
    const rows = stdout.split('\n').map((row) => row.replace(/ {2,}/g, ' | '));
    expect(rows[0]).toBe('"Default", opened Mon 30 Nov 2026 08:57 CET (critical), nobody acknowledges:');
    expect(rows.slice(2, 8)).toEqual([
      'Mon 30 Nov 2026 08:57 CET | 0s | 1 on-call | @sarah | pager (P1), then slack (U1)',
      'Mon 30 Nov 2026 09:02 CET | 5m | 2 boss | nobody | skipped at once',
      'Mon 30 Nov 2026 09:02 CET | 5m | 3 zoe | nobody: on no channel that is configured | skipped at once',
      'Mon 30 Nov 2026 09:02 CET | 5m | 1 on-call (again) | @mike | slack (U2)',
      // Who is on call by then is told again, as after any empty last level.
      'Mon 30 Nov 2026 09:07 CET | 10m | 2 boss | nobody | skipped at once',
      'Mon 30 Nov 2026 09:07 CET | 10m | 3 zoe | nobody: on no channel that is configured | skipped at once',
    ]);
  });

  test('what comes again and again is said once, around whatever differs in it', async () => {
    await configure('escalation add --name Fast --level-1 on-call --timeout 15s');
    const words = 'escalation simulate Fast --at 2026-11-30T08:57 --zone Europe/Berlin --for 30m';
    const { stdout } = await run(words);
    const rows = stdout.split('\n').map((row) => row.trim().replace(/ {2,}/g, ' | '));
    expect(rows.slice(2)).toEqual([
      'Mon 30 Nov 2026 08:57 CET | 0s | 1 on-call | @sarah | pager (P1), then slack (U1)',
      'Mon 30 Nov 2026 08:57:15 CET | 15s | 1 on-call (again) | @sarah | pager (P1), then slack (U1)',
      'Mon 30 Nov 2026 08:57:45 CET | 45s | 1 on-call (again) | @sarah | pager (P1), then slack (U1)',
      '1 on-call (again) | 4 times more | every 30s',
      expect.stringMatching(/^Mon 30 Nov 2026 09:00:15 CET \| 3m15s \| 1 on-call \(again\) \| @mike/),
      expect.stringMatching(/^Mon 30 Nov 2026 09:00:45 CET \| 3m45s \| 1 on-call \(again\) \| @mike/),
      'then again every 30s until somebody acknowledges',
      '',
    ]);
    expect((await run(`${words} --json`)).json()).toMatchObject({
      rounds: [{ more: 0 }, { more: 0 }, { more: 4 }, { more: 0 }, { more: 52 }],
      afterwards: { level: 1, everyMs: 30_000 },
    });
  });

  test('the shift of that very minute is asked', async () => {
    const at = (time: string) =>
      run(`escalation simulate Default --at ${time} --zone Europe/Berlin --for 1m --json`);
    const who = async (time: string) =>
      ((await at(time)).json() as { rounds: { people: unknown[] }[] }).rounds;
    expect(await who('2026-11-30T08:59')).toMatchObject([{ people: [{ name: 'sarah' }] }]);
    expect(await who('2026-11-30T09:00')).toMatchObject([
      {
        at: '2026-11-30T08:00:00.000Z',
        level: 1,
        repeat: false,
        people: [{ name: 'mike' }],
        waitMs: 300_000,
      },
    ]);
  });

  test('where nobody would be told it says so and ends with 1', async () => {
    await configure('escalation add --name Empty --level-1 boss --timeout 20m --level-2 chief --timeout 40m');
    const { code, stdout } = await run('escalation simulate Empty');
    expect(code).toBe(1);
    expect(stdout).toContain('said in the thread and #ops-critical, again in 20m');
    const json = await run('escalation simulate Empty --json');
    expect(json.code).toBe(1);
    expect(json.json()).toMatchObject({
      ok: false,
      rounds: [
        { level: null, waitMs: 1_200_000, skipped: [{ target: 'boss', why: 'empty' }, { target: 'chief' }] },
        { level: null, waitMs: 2_400_000 },
        { level: null, waitMs: 2_400_000, more: 1 },
      ],
      afterwards: { level: null, everyMs: 2_400_000 },
    });
  });

  test('a disabled one tells nobody', async () => {
    await configure('escalation disable Default');
    const { code, stderr } = await run('escalation simulate Default');
    expect(code).toBe(1);
    expect(stderr).toContain('disabled');
  });

  test.each([
    ['Defalt', 3, 'did you mean Default'],
    ['Default --at tomorrow', 2, '2026-12-24T09:00'],
    ['Default --at 2026-02-30', 2, 'not a time'],
    ['Default --at 2026-11-30T24:30', 2, 'not a time'],
    ['Default --zone Berlin', 2, 'Europe/Berlin'],
    ['Default --for 30', 2, 'of what'],
    ['Default --for 30d', 2, 'up to 7d'],
    ['Default --severity purple', 2, '--severity'],
  ])('%s', async (words, code, says) => {
    const ran = await run(`escalation simulate ${words}`);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(says);
  });
});

describe('rotation show', () => {
  test('now: as it is stored, who is on call, until when, and who follows', async () => {
    await configure('rotation edit on-call --override "zoe=2026-12-24T09:00/2026-12-26T09:00"');
    const { code, stdout } = await run('rotation show on-call');
    expect(code).toBe(0);
    expect(stdout).toContain('weekly');
    expect(stdout).toContain(
      '@sarah is on call at Wed 25 Nov 2026 13:00 CET, until Mon 30 Nov 2026 09:00 CET',
    );
    const next = stdout.slice(stdout.indexOf('then'));
    expect(next).toMatch(/Mon 30 Nov 2026 09:00 CET +@mike/);
    expect(next).toMatch(/Thu 24 Dec 2026 09:00 CET +@zoe +stands in/);
    expect(next).toMatch(/@zoe +2026-12-24T09:00 +2026-12-26T09:00/);
    const later = (await run('rotation show on-call --at 2026-12-24T10:00')).stdout;
    expect(later).toContain('until Sat 26 Dec 2026 09:00 CET (stands in)');
    expect(later).toMatch(/Sat 26 Dec 2026 09:00 CET +@sarah/);
  });

  test.each([
    ['2026-12-07T08:59', 'mike', '2026-12-07T08:00:00.000Z'],
    ['2026-12-07T09:00', 'sarah', '2026-12-14T08:00:00.000Z'],
    ['2026-12-07T08:00Z', 'sarah', '2026-12-14T08:00:00.000Z'],
    ['09:00', 'sarah', '2026-11-30T08:00:00.000Z'],
    ['2027-03-28', 'mike', '2027-03-29T07:00:00.000Z'],
  ])('at %s it is %s', async (at, member, until) => {
    expect((await run(`rotation show on-call --at ${at} --json`)).json()).toMatchObject({
      name: 'on-call',
      onCall: { member, until, override: false, contact: true },
    });
  });

  test('an empty shift and a member who is nobody are said', async () => {
    expect((await run('rotation show on-call --at 2026-01-01')).stdout).toContain('nobody is on call');
    const before = await run('rotation show on-call --at 2020-01-01');
    expect(before.stdout).toContain(
      'nobody is on call at Wed 1 Jan 2020 00:00 CET, until Mon 23 Nov 2026 09:00 CET',
    );
    expect((await run('rotation show on-call --at 2020-01-01 --json')).json()).toMatchObject({
      onCall: { member: null, until: '2026-11-23T08:00:00.000Z' },
      next: [{ member: 'sarah', from: '2026-11-23T08:00:00.000Z' }, { member: 'mike' }, {}, {}, {}],
    });
    await configure('rotation add --name alone --member ghost --daily --start 2026-11-01');
    const { stdout } = await run('rotation show alone --at 2026-11-25T10:00');
    expect(stdout).toContain('with no end in sight');
    expect(stdout).toContain('no contact of that name: reaches nobody');
    expect((await run('rotation show alone --json')).json()).toMatchObject({
      onCall: { member: 'ghost', contact: false, until: null },
      next: [],
    });
  });

  test('help of the noun lists each verb once', async () => {
    const { stdout } = await run('rotation --help');
    expect(stdout.match(/^ +show /gm)).toHaveLength(1);
    expect((await run('contact --help')).stdout).toMatch(/^ +test /m);
  });
});

describe('contact test', () => {
  let store: Store;
  let lock: DaemonLock;
  let stop: () => Promise<void>;

  beforeEach(async () => {
    store = await openStore({ file: join(folder.stateDir, 'openclaw.db'), clock: { now: Date.now } });
    lock = takeDaemonLock(folder.stateDir);
    stop = async () => {};
  });
  afterEach(async () => {
    await stop();
    lock.release();
    await store.close();
  });

  /** Stands where the daemon stands. */
  function deliver(state: 'sent' | 'failed' | 'shown'): void {
    let running = true;
    const loop = (async () => {
      while (running) {
        for (const post of await store.read.posts.changedSince(0, 100)) {
          if (post.state !== 'pending') continue;
          await store.write(async (tx) => {
            if (state !== 'failed') {
              const remoteId = state === 'shown' ? post.eventId : 'remote-1';
              return tx.posts.setState(post.id, 'sent', { remoteId, sentRevision: 1 });
            }
            await tx.posts.setState(post.id, 'failed', { error: 'the id is not known' });
            const { id, contact, message } = post;
            if (post.pageOf === null)
              await tx.posts.add({
                channel: 'slack',
                conversation: 'U1',
                incidentId: null,
                threadPostId: null,
                lane: 'page',
                pageOf: id,
                contact,
                message,
              });
          });
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    stop = async () => {
      running = false;
      await loop;
    };
  }

  const page = async () => (await store.read.posts.changedSince(0, 100))[0];

  test('a page that a channel took ends with 0, marked as a test', async () => {
    deliver('sent');
    const { code, stdout } = await run('contact test sarah', {});
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('pager took it') });
    expect(await page()).toMatchObject({
      lane: 'page',
      channel: 'pager',
      conversation: 'P1',
      contact: 'sarah',
      incidentId: null,
      message: { title: expect.stringContaining('TEST @sarah') },
    });
  });

  test.each([
    ['failed', 'failed'],
    ['shown', 'shown in a terminal only'],
  ] as const)('one that was %s ends with 1', async (state, said) => {
    deliver(state);
    const { code, json } = await run('contact test sarah --json', {});
    expect(code).toBe(1);
    expect(json()).toMatchObject({
      ok: false,
      contact: 'sarah',
      results: [
        { channel: 'pager', state: said },
        // Their next way was tried.
        ...(state === 'failed' ? [{ channel: 'slack', state: said }] : []),
      ],
    });
  });

  test('somebody on no channel that is there is not tried', async () => {
    const { code, stderr } = await run('contact test zoe');
    expect(code).toBe(1);
    expect(stderr).toContain('zoe is on no channel that is configured');
    expect(stderr).toContain('openclaw channel add --name email --type email');
    expect(await page()).toBeUndefined();
  });

  test('without a daemon nothing is queued', async () => {
    lock.release();
    const { code, stderr } = await run('contact test sarah', {});
    expect(code).toBe(1);
    expect(stderr).toContain('no daemon runs');
    expect(stderr).toContain('openclaw run');
    expect(await page()).toBeUndefined();
  });

  test('nobody of that name', async () => {
    expect(await run('contact test sara')).toMatchObject({ code: 3 });
  });
});

import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localPerson } from '../../src/cli/local-person.ts';
import type { PostOutcome } from '../../src/domain/channel.ts';
import type { ChatEvent } from '../../src/domain/chat.ts';
import { message } from '../../src/domain/message.ts';
import { type DaemonLock, takeDaemonLock } from '../../src/store/daemon-lock.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

let folder: ReturnType<typeof temporaryStateDir>;
let store: Store;
let lock: DaemonLock | null;
let heard: ChatEvent[];
let stop: () => Promise<void>;

beforeEach(async () => {
  folder = temporaryStateDir();
  store = await openStore({ file: join(folder.stateDir, 'openclaw.db'), clock: { now: Date.now } });
  lock = takeDaemonLock(folder.stateDir);
  heard = [];
  stop = async () => {};
});
afterEach(async () => {
  await stop();
  lock?.release();
  await store.close();
  folder.remove();
});

/** Stands where the daemon stands: reads the inbox and posts, over the same database. */
function answerWith(reply: (event: ChatEvent) => { title: string; outcome: PostOutcome | null }[]): void {
  let running = true;
  const loop = (async () => {
    while (running) {
      for (const entry of await store.read.inbox.unhandled('chat', 10)) {
        const event = entry.body as ChatEvent;
        heard.push(event);
        await store.write(async (tx) => {
          await tx.inbox.markHandled([entry.id], Date.now());
          for (const { title, outcome } of reply(event)) {
            const { channel, conversation, incidentId, key } = event;
            await tx.posts.add({
              channel,
              conversation,
              incidentId,
              threadPostId: null,
              lane: 'answer',
              message: message(title),
              answers: key,
              outcome,
            });
          }
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

const run = (args: string[], answers?: string[]) =>
  runCli(args, { stateDir: folder.stateDir, ...(answers ? { answers } : {}) });

const open = () =>
  store.write((tx) =>
    tx.incidents.open({
      key: 'shop',
      title: 'shop is down',
      severity: 'critical',
      service: 'shop',
      startedAt: 1,
      openedAt: 1,
      channel: 'terminal',
      conversation: '#ops-critical',
      escalation: null,
      openedBy: 'test',
    }),
  );

const waiting = () =>
  store.write((tx) =>
    tx.approvals.insert({
      planId: 1,
      digest: 'd',
      state: 'waiting',
      confirmWord: null,
      firstBy: null,
      decidedBy: null,
      decidedAt: null,
      standing: null,
      expiresAt: 1,
      createdAt: 1,
      destination: { channel: 'terminal', conversation: '#cli', incidentId: null },
    }),
  );

describe('one message to the daemon', () => {
  test('ends at the answer', async () => {
    answerWith(() => [{ title: 'all is well', outcome: { kind: 'answer' } }]);
    expect(await run(['chat', '/status'])).toMatchObject({ code: 0, stdout: 'all is well\n' });
  });

  test('waits longer for who says how far it is', async () => {
    answerWith(() => [{ title: 'reading: 0 MB so far', outcome: null }]);
    let now = Date.now();
    let said = 0;
    const args = ['chat', '/logs shop', '--wait', '10s'];
    const tick = () => now;
    const waiting = runCli(args, { stateDir: folder.stateDir, answers: [], now: tick, onStderr: progressed });
    /** Each word is seen before the clock goes on, and comes later than the one before had promised an answer. */
    function progressed(text: string): void {
      if (!text.includes(`${said} MB so far`)) return;
      said += 1;
      now += 8000;
      void store.write(async (tx) => {
        const [post] = (await tx.posts.changedSince(0, 10)).filter(({ answers }) => answers !== null);
        if (!post) return;
        if (said <= 3) return tx.posts.edit(post.id, message(`reading: ${said} MB so far`));
        const { channel, conversation, answers } = post;
        await tx.posts.add({
          channel,
          conversation,
          incidentId: null,
          threadPostId: null,
          lane: 'answer',
          message: message('read'),
          answers,
          outcome: { kind: 'answer' },
        });
      });
    }
    expect(await waiting).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/reading: 3 MB so far\nread\n$/),
    });
  });

  test('waits past what is not the end yet', async () => {
    answerWith(() => [
      { title: 'reading', outcome: null },
      { title: 'read', outcome: { kind: 'answer' } },
    ]);
    expect(await run(['chat', '/logs shop'])).toMatchObject({ code: 0, stdout: 'reading\nread\n' });
  });

  test('ends with 5 at a plan that waits, and names the approval', async () => {
    answerWith(() => [{ title: 'Roll back?', outcome: { kind: 'waiting', approvalId: 7, planId: 3 } }]);
    const human = await run(['chat', '/rollback']);
    expect(human.code).toBe(5);
    expect(human.stderr).toContain('openclaw approve 7');
    const machine = await run(['chat', '/rollback', '--json']);
    expect(machine.code).toBe(5);
    expect(machine.json()).toMatchObject({
      ok: true,
      outcome: 'waiting',
      approvalId: 7,
      planId: 3,
      text: 'Roll back?',
    });
  });

  test('ends with 4 at a refusal, with --json as an error', async () => {
    answerWith(() => [{ title: 'Over the cap', outcome: { kind: 'refused', why: 'cap' } }]);
    expect(await run(['chat', '/scale shop 99'])).toMatchObject({ code: 4, stdout: 'Over the cap\n' });
    const machine = await run(['chat', '/scale shop 99', '--json']);
    expect(machine.code).toBe(4);
    expect(machine.json()).toMatchObject({
      ok: false,
      error: { type: 'refused', why: 'cap', message: 'Over the cap' },
      text: 'Over the cap',
    });
  });

  test('ends with 1 when the time is over, and says that it is stored', async () => {
    const { code, stderr } = await run(['chat', '/status', '--wait', '100ms']);
    expect(code).toBe(1);
    expect(stderr).toContain('no answer within 100ms');
    expect(await store.read.inbox.countUnhandled()).toBe(1);
  });

  test('ends with 1 when no daemon runs, and leaves nothing behind', async () => {
    lock?.release();
    lock = null;
    const { code, stderr } = await run(['chat', '/status']);
    expect(code).toBe(1);
    expect(stderr).toContain('openclaw run');
    expect(await store.read.inbox.countUnhandled()).toBe(0);
  });

  test('cannot move the cursor of whoever asked', async () => {
    answerWith(() => [{ title: 'a\u001b[2Jb', outcome: { kind: 'answer' } }]);
    expect((await run(['chat', '/logs'])).stdout).not.toContain('\u001b');
  });

  test('is said by the user the kernel names, and says whether a person is there', async () => {
    answerWith(() => [{ title: 'ok', outcome: { kind: 'answer' } }]);
    await run(['chat', 'one']);
    await run(['chat', 'two'], []);
    expect(heard.map(({ text, unattended, bot }) => ({ text, unattended, bot }))).toEqual([
      { text: 'one', unattended: true, bot: false },
      { text: 'two', unattended: false, bot: false },
    ]);
    expect(heard[0]?.principal).toEqual(localPerson());
    expect(heard[0]?.principal.platform).toBe('local');
  });

  test('is a command without its slash too, with our name before it or not', async () => {
    answerWith(() => [{ title: 'ok', outcome: { kind: 'answer' } }]);
    for (const line of ['@openclaw ack 1', 'ack 1', '@openclaw roll back what went out'])
      await run(['chat', line]);
    expect(heard.map(({ text }) => text)).toEqual(['/ack 1', '/ack 1', 'roll back what went out']);
  });

  test('is said in the thread of an incident, or in a room', async () => {
    answerWith(() => [{ title: 'ok', outcome: { kind: 'answer' } }]);
    const { id } = await open();
    await run(['chat', 'in the thread', '--incident', String(id)]);
    await run(['chat', 'in the room', '--room', '#ops-info']);
    expect(heard.map(({ conversation, incidentId }) => [conversation, incidentId])).toEqual([
      ['#ops-critical', id],
      ['#ops-info', null],
    ]);
    expect(await run(['chat', 'where', '--incident', '999'])).toMatchObject({ code: 3 });
  });
});

describe('what is short for a chat message', () => {
  const cases: [string[], string][] = [
    [['approve', '7'], '/approve 7'],
    [['approve', '#7', 'db prod'], '/approve 7 "db prod"'],
    [['deny', '7', 'not', 'now'], '/deny 7 not now'],
    [['deny', '7', 'two\nlines /approve 8'], '/deny 7 two lines /approve 8'],
    [['incident', 'ack', '1'], '/ack 1'],
    [['incident', 'ack', '1', '--for', '90m'], '/ack 1 1h30m'],
    [['incident', 'close', '1'], '/incident close #1'],
    [['incident', 'close', '1', 'a', 'bad TTL'], '/incident close #1 a bad TTL'],
    [['incident', 'followup', '1', '500', 'errors'], '/incident followup #1 500 errors'],
    [['freeze', 'until noon'], '/freeze until noon'],
    [['thaw'], '/thaw'],
  ];
  test.each(cases)('openclaw %j says %s', async (args, text) => {
    await open();
    for (let number = 1; number <= 7; number += 1) await waiting();
    answerWith(() => [{ title: 'ok', outcome: { kind: 'answer' } }]);
    expect(await run(args)).toMatchObject({ code: 0 });
    expect(heard.map((event) => event.text)).toEqual([text]);
  });

  test.each([
    [['approve', '7'], 'there is no approval #7'],
    [['deny', '7'], 'there is no approval #7'],
    [['incident', 'ack', '1'], 'there is no incident #1'],
    [['incident', 'close', '1'], 'there is no incident #1'],
  ])('openclaw %j of what is not there exits 3 and says nothing to the daemon', async (args, text) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(3);
    expect(stderr).toContain(text);
    expect(await store.read.inbox.countUnhandled()).toBe(0);
  });
});

// A person's further channels: tried when the one before does not take the page, until somebody has the incident.
import { describe, expect, onTestFinished, test } from 'vitest';
import { calledText } from '../../src/domain/called-rounds.ts';
import { ToolError } from '../../src/domain/errors.ts';
import { runCli } from '../cli/run-cli.ts';
import { createHarness, type Harness, type HarnessOptions } from '../support/harness.ts';

const SECOND = 1000;
const MINUTE = 60_000;

async function harness(options: HarnessOptions = { mail: true }): Promise<Harness> {
  const h = await createHarness(options);
  onTestFinished(() => h.close());
  return h;
}

const apiIsDown = { title: 'api is down', service: 'api' };
const pagesTo = (h: Harness, conversation: string) =>
  h.slack.posts.filter((post) => post.conversation === conversation).map(({ message }) => message.title);
const byMail = (h: Harness) => pagesTo(h, 'sarah@example.org');
const bySlack = (h: Harness) => pagesTo(h, 'U-sarah');
const cli = async (h: Harness, ...words: string[]) =>
  runCli(words, { stateDir: h.stateDir, now: h.clock.now() });

describe('a page', () => {
  test('goes the next way 30 s after its channel did not take it, and the record says so', async () => {
    const h = await harness();
    h.slack.down = true;
    await h.alert(apiIsDown);
    await h.advance(29 * SECOND);
    expect(byMail(h)).toEqual([]);
    await h.advance(SECOND);
    expect(byMail(h)).toEqual(['📟 @sarah: 🔴 INCIDENT #1 — api is down']);
    expect(await h.timeline(1)).toContain(
      'slack did not take it for 30s (slack is down): paged @sarah via mail',
    );
    await h.advance(3 * MINUTE);
    expect(byMail(h)).toHaveLength(1);
  });

  test('is tried on the first way all the same, and is marked when it arrives there later', async () => {
    const h = await harness();
    h.slack.down = true;
    await h.alert(apiIsDown);
    await h.advance(MINUTE);
    h.slack.down = false;
    await h.advance(MINUTE);
    expect(bySlack(h)).toEqual(['(possible repeat) 📟 @sarah: 🔴 INCIDENT #1 — api is down']);
  });

  test('goes the next way at once where its channel refuses it for good', async () => {
    const h = await harness();
    const { send } = h.slack;
    h.slack.send = (post, call) =>
      post.conversation === 'U-sarah'
        ? Promise.reject(new ToolError('failed', 'no such user'))
        : send(post, call);
    await h.alert(apiIsDown);
    expect(byMail(h)).toHaveLength(1);
    expect(await h.timeline(1)).toContain('slack did not take it (no such user): paged @sarah via mail');
  });

  test.each([
    [['terminal'], 'who reads the terminal is reached there', false],
    [['pager'], 'who has no channel that is configured is not', true],
  ])('by the order %j: %s', async (order, _what, unreached) => {
    const h = await harness({});
    await h.store.write(async (tx) => {
      const sarah = await tx.resources.find('contact', 'sarah');
      if (sarah) await tx.resources.update('contact', sarah.id, { spec: { ...sarah.spec, order } });
    });
    await h.alert(apiIsDown);
    await h.advance(MINUTE);
    const record = (await h.timeline(1)).join('\n');
    expect(record).toContain(
      unreached ? 'Shown in the terminal for @sarah, which wakes nobody' : 'Paged @sarah via terminal',
    );
    expect(record.includes('@sarah was not reached')).toBe(unreached);
  });

  test('is named in the header as on its way until it arrived, and then by the way that worked, with its time', async () => {
    const h = await harness();
    h.slack.down = true;
    const onCall = () => onCallOf(h);
    await h.alert(apiIsDown);
    expect(await onCall()).toBe('@sarah (being paged via slack)');
    h.mail.down = true;
    await h.advance(30_000);
    expect(await onCall()).toBe('@sarah (being paged via mail)');
    h.mail.down = false;
    await h.advance(MINUTE);
    expect(await onCall()).toBe('@sarah (paged via mail at 03:14 UTC)');
    h.slack.down = false;
    await h.advance(MINUTE);
    expect(await onCall()).toBe('@sarah (paged via mail at 03:14 UTC)');
  });

  test('is no fact in the header where nobody takes it', async () => {
    const h = await harness({});
    h.slack.send = () => Promise.reject(new ToolError('failed', 'no such user'));
    await h.alert(apiIsDown);
    expect(await onCallOf(h)).toBe('@sarah (not paged via slack)');
  });

  test('that arrived goes no other way', async () => {
    const h = await harness();
    await h.alert(apiIsDown);
    await h.advance(2 * MINUTE);
    expect([bySlack(h).length, byMail(h).length]).toEqual([1, 0]);
    expect(await h.store.read.jobs.list('page-fallback')).toEqual([]);
  });

  test.each([['/ack 1'], ['/incident close 1, /approve 1']])('goes no further after %s', async (lines) => {
    const h = await harness();
    await h.add('contact', {
      name: 'boss',
      ids: { slack: 'U-boss' },
      order: [],
      can: ['approve'],
      unattended: false,
    });
    h.slack.down = true;
    await h.alert(apiIsDown);
    await h.advance(10 * SECOND);
    for (const line of lines.split(', ')) await h.say('@boss', line);
    await h.advance(MINUTE);
    expect(byMail(h)).toEqual([]);
  });

  test('whose timer comes late because the daemon was down gives its channel 30 s first', async () => {
    const h = await harness();
    h.slack.down = true;
    await h.alert(apiIsDown);
    await h.kill();
    h.clock.advance(4 * MINUTE);
    await h.start();
    await h.settle();
    expect(byMail(h)).toEqual([]);
    await h.advance(30 * SECOND);
    expect(byMail(h)).toHaveLength(1);
  });

  test('survives a crash between its two ways', async () => {
    const h = await harness();
    h.slack.down = true;
    await h.alert(apiIsDown);
    await h.advance(20 * SECOND);
    await h.restart();
    await h.advance(10 * SECOND);
    expect(byMail(h)).toHaveLength(1);
  });
});

describe('a page that reached nobody', () => {
  const notReached = /@sarah was not reached/;

  test('is said in the thread, in the log and in the record once, and is red until somebody has it', async () => {
    const h = await harness();
    h.slack.down = true;
    h.mail.down = true;
    await h.alert(apiIsDown);
    await h.advance(59 * SECOND);
    expect((await cli(h, 'status')).stdout).not.toMatch(notReached);
    await h.advance(SECOND);
    const said = (await h.timeline(1)).filter((text) => notReached.test(text));
    expect(said).toEqual([
      '@sarah was not reached: slack did not take it for 30s (slack is down); mail did not take it for 30s (mail is down)',
    ]);
    expect(h.logs).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'page-not-delivered', incidents: [1] }),
    );
    expect(
      (await h.posts()).filter((post) => /#ops-critical \| 🚨 @sarah was not reached/.test(post)),
    ).toHaveLength(1);
    expect((await cli(h, 'status')).stdout).toContain(
      '@sarah was not reached for #1: slack (slack is down), mail (mail is down)',
    );
    const { stdout, code } = await cli(h, 'doctor', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).findings).toContainEqual({
      level: 'fail',
      about: 'pages',
      text: '@sarah was not reached for #1: slack (slack is down), mail (mail is down)',
      hint: 'call them; openclaw incident ack 1',
    });
    await h.say('@lead', '/ack 1');
    expect((await cli(h, 'status')).stdout).not.toMatch(notReached);
  });

  test('without any channel of theirs stands in the terminal, is logged as an error and is red', async () => {
    const h = await harness();
    for (const kind of ['slack', 'mail']) {
      const found = await h.store.read.resources.find('channel', kind);
      if (found) await h.store.write((tx) => tx.resources.remove('channel', found.id));
    }
    await h.alert(apiIsDown);
    expect(await h.posts()).toContainEqual(expect.stringMatching(/^@sarah \| 📟 @sarah: .*INCIDENT #1/));
    expect(h.logs).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'page-not-delivered', contact: 'sarah' }),
    );
    // No level waits for one that reaches nobody.
    expect(JSON.parse((await cli(h, 'status', '--json')).stdout).unreached).toEqual(
      ['sarah', 'team-lead', 'engineering-manager'].map((contact) => ({
        incidentId: 1,
        contact,
        ways: [{ channel: 'terminal', why: 'no channel of theirs is configured' }],
        since: h.clock.now(),
      })),
    );
    await h.say('@sarah', '/ack 1');
    expect(JSON.parse((await cli(h, 'status', '--json')).stdout).unreached).toEqual([]);
  });
});

async function onCallOf(h: Harness): Promise<string | null> {
  return calledText((await h.store.read.incidents.find(1))?.context.called ?? [], 'UTC');
}

// A level that names a channel which only pages: it is told as a person is, where that channel knows whom it reaches.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Channel } from '../../src/domain/resource.ts';
import { runCli } from '../cli/run-cli.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const SECOND = 1000;
const MINUTE = 60_000;

let h: Harness;
beforeEach(async () => {
  h = await createHarness({ mail: true });
  onTestFinished(() => h.close());
  await setMail({ to: 'oncall@example.org' });
  const policy = await h.store.read.resources.find('escalation', 'Default');
  const levels = [
    { target: 'mail', timeoutMs: 5 * MINUTE },
    { target: 'team-lead', timeoutMs: 15 * MINUTE },
  ];
  if (policy)
    await h.store.write((tx) =>
      tx.resources.update('escalation', policy.id, { spec: { name: 'Default', levels } }),
    );
});

async function setMail(settings: Channel['settings']): Promise<void> {
  const mail = await h.store.read.resources.find('channel', 'mail');
  if (mail)
    await h.store.write((tx) =>
      tx.resources.update('channel', mail.id, { spec: { ...mail.spec, settings } }),
    );
}

const down = (name: string) => ({ title: `${name} is down`, service: name });
const mails = () =>
  h.slack.posts
    .filter(({ conversation }) => conversation === 'oncall@example.org')
    .map(({ message }) => message.title);
const cli = async (...words: string[]) => runCli(words, { stateDir: h.stateDir, now: h.clock.now() });

describe('a pager as a level', () => {
  test('is paged where its channel says, and the record names it', async () => {
    await h.alert(down('api'));
    expect(mails()).toEqual(['📟 mail: 🔴 INCIDENT #1 — api is down']);
    expect(await h.timeline(1)).toContain('Paged mail: mail, level 1');
    expect((await h.posts()).join('\n')).toContain('👤 On-call: mail');
    await h.advance(5 * MINUTE);
    expect((await h.timeline(1)).join('\n')).toContain('Paged @team-lead via slack');
  });

  test('is told as `why` says beforehand and `why page` afterwards', async () => {
    await h.alert(down('api'));
    expect((await cli('why', 'incident', '1')).stdout).toMatch(/page \d+ to mail: delivered/);
    const foretold = await cli('escalation', 'simulate', 'Default', '--for', '1m', '--json');
    expect(foretold.json()).toMatchObject({
      ok: true,
      rounds: [
        { level: 1, people: [{ name: 'mail', ways: [{ channel: 'mail', to: 'oncall@example.org' }] }] },
      ],
    });
    expect((await cli('escalation', 'simulate', 'Default')).stdout).toMatch(
      /1 mail +mail +mail \(oncall@example\.org\)/,
    );
  });

  test('gets one page for what comes within half a minute', async () => {
    for (const name of ['api', 'orders-db', 'web']) await h.alert(down(name));
    await h.advance(30 * SECOND);
    expect(mails()).toEqual(['📟 mail: 🔴 INCIDENT #1 — api is down', '📟 mail: 2 more incidents: #2, #3']);
    expect(await h.timeline(3)).toContain('Paged mail, one page for 2 incidents: mail, level 1');
  });

  test('that does not take the page is said, with what to look at', async () => {
    h.mail.down = true;
    await h.alert(down('api'));
    await h.advance(30 * SECOND);
    expect(await h.timeline(1)).toContain(
      'mail was not reached: mail did not take it for 30s (mail is down)',
    );
    const said = (await h.posts()).find((post) => post.includes('mail was not reached'));
    expect(said).toContain('openclaw channel show mail');
    expect(said).not.toContain('openclaw contact edit');
    expect((await cli('status')).stdout).toContain('mail was not reached for #1: mail (mail is down)');
  });

  test('may be paged by a route as well', async () => {
    await h.add('alert-route', {
      name: 'Loud',
      severities: ['critical'],
      services: ['api'],
      labels: {},
      to: '#ops-critical',
      alsoPage: ['mail'],
      escalation: 'nobody',
    });
    await h.alert(down('api'));
    expect(await h.timeline(1)).toContain('Paged mail: mail, paged by route "Loud"');
  });
});

describe('e-mail that does not say whom it pages', () => {
  beforeEach(() => setMail({}));
  const fix = 'openclaw channel edit mail --set to=oncall@example.org';

  test('is passed over at once, with the command that mends it', async () => {
    await h.alert(down('api'));
    expect(mails()).toEqual([]);
    expect((await h.posts()).join('\n')).toContain(
      `⚠️ Level 1, mail, reaches nobody and was skipped. Fix: ${fix}`,
    );
    expect((await h.timeline(1)).join('\n')).toContain('Paged @team-lead via slack');
  });

  test('is passed over in the simulation too, and doctor says the same command', async () => {
    const foretold = await cli('escalation', 'simulate', 'Default', '--for', '1m', '--json');
    expect(foretold.json()).toMatchObject({ rounds: [{ level: 2, skipped: [{ level: 1, why: 'empty' }] }] });
    const { findings } = (await cli('doctor', '--json')).json() as { findings: unknown[] };
    expect(findings).toContainEqual({
      level: 'fail',
      about: 'escalation "Default"',
      text: 'level 1, mail: channel "mail" does not say whom it pages, so it is skipped',
      hint: fix,
    });
  });
});

// When a second page for one incident is news, and from when a level's time counts.
import { expect, onTestFinished, test } from 'vitest';
import { plainText } from '../../src/domain/message.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const SECOND = 1000;

async function harness(): Promise<Harness> {
  const h = await createHarness({ timers: ['audit', 'lookout'] });
  onTestFinished(() => h.close());
  await h.add('alert-route', {
    name: 'warnings',
    severities: ['warning'],
    services: [],
    labels: {},
    to: '#ops-critical',
    alsoPage: [],
    incident: true,
  });
  return h;
}

const pages = (h: Harness) => h.slack.posts.filter(({ conversation }) => conversation === 'U-sarah');
const warning = { title: 'api slow', fingerprint: 'a', service: 'api', severity: 'warning' as const };

test('a warning that becomes critical pages again, however soon, and starts at level 1', async () => {
  const h = await harness();
  await h.alert(warning);
  expect(pages(h)).toHaveLength(1);
  await h.advance(3 * SECOND);
  await h.alert({ ...warning, severity: 'critical' });
  expect(pages(h).map(({ message }) => message.title)).toEqual([
    expect.stringContaining('🟡 INCIDENT #1'),
    expect.stringContaining('🔴 INCIDENT #1'),
  ]);
  expect((await h.store.read.incidents.find(1))?.level).toBe(1);
});

test('so does one that comes back as critical right after it ended', async () => {
  const h = await harness();
  await h.alert(warning);
  await h.say('@sarah', '/close 1 done');
  await h.say('@sarah', '/approve');
  await h.advance(5 * SECOND);
  await h.alert({ ...warning, status: 'resolved' });
  await h.alert({ ...warning, severity: 'critical' });
  expect(pages(h)).toHaveLength(2);
});

test('one that is as severe as it was wakes nobody twice within half a minute', async () => {
  const h = await harness();
  await h.alert(warning);
  await h.alert({ ...warning, title: 'api slower', fingerprint: 'b' });
  expect(pages(h)).toHaveLength(1);
});

/** Both levels are one person. */
async function twoLevels(h: Harness, timeoutMs: number): Promise<void> {
  const [first] = await h.store.read.resources.list('escalation');
  if (!first) throw new Error('the team has no escalation');
  const level = { target: 'on-call', timeoutMs };
  await h.store.write((tx) =>
    tx.resources.update('escalation', first.id, { spec: { ...first.spec, levels: [level, level] } }),
  );
}

test('who asks for the next level gets it, although that person was paged a moment ago', async () => {
  const h = await harness();
  await twoLevels(h, 5 * 60 * SECOND);
  await h.alert({ ...warning, severity: 'critical' });
  await h.advance(5 * SECOND);
  await h.say('@sarah', '/escalate 1');
  expect(pages(h)).toHaveLength(2);
});

test('a level that comes within half a minute pages the same person once more', async () => {
  const h = await harness();
  await twoLevels(h, 15 * SECOND);
  await h.alert({ ...warning, severity: 'critical' });
  await h.advance(16 * SECOND);
  expect(pages(h)).toHaveLength(2);
});

test('a level whose people hear of it with other incidents has its time from then on', async () => {
  const h = await harness();
  await h.alert({ title: 'api down', service: 'api' });
  await h.alert({ title: 'web down', service: 'web' });
  const due = async (id: number) =>
    (await h.store.read.jobs.findQueued(`escalate:${id}`))?.runAt ?? Number.NaN;
  expect((await due(2)) - (await due(1))).toBe(30 * SECOND);
});

test('while a channel keeps pages waiting, the next ones are tried on the other way at once', async () => {
  const h = await createHarness({ timers: ['audit', 'lookout'], mail: true });
  onTestFinished(() => h.close());
  h.slack.down = true;
  await h.alert({ title: 'api down', service: 'api' });
  await h.advance(31 * SECOND);
  expect(h.mail?.posts.map(({ message }) => message.title)).toEqual([expect.stringContaining('#1')]);
  await h.advance(60 * SECOND);
  await h.alert({ title: 'web down', service: 'web' });
  expect(h.mail?.posts.at(-1)?.message.title).toContain('#2');
  expect(await h.timeline(2)).toContainEqual(
    expect.stringContaining('slack has taken no page for 30s or longer'),
  );
});

test('page and thread say where it is and how the alert describes it', async () => {
  const h = await harness();
  await h.alert({
    title: 'Disk full',
    service: 'api',
    labels: { instance: 'web-7:9100' },
    description: 'WAL grows by 2 GB an hour.\nRunbook: move it.',
  });
  const texts = h.slack.posts.map(({ message }) => plainText(message));
  expect(texts.find((text) => text.includes('📟'))).toContain('On web-7:9100\nWAL grows by 2 GB an hour.');
  expect(texts.find((text) => text.startsWith('🔴 api — Disk full'))).toMatch(
    /Where.*web-7:9100[\s\S]*WAL grows/,
  );
});

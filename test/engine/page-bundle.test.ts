// Several incidents for one person at once: two pages, and each incident's record says which one told of it.
import { expect, onTestFinished, test } from 'vitest';
import { plainText } from '../../src/domain/message.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const SECOND = 1000;

async function harness(): Promise<Harness> {
  const h = await createHarness({ mail: true });
  onTestFinished(() => h.close());
  return h;
}

const down = (name: string) => ({ title: `${name} is down`, service: name });
const pages = (h: Harness) => h.slack.posts.filter(({ conversation }) => conversation === 'U-sarah');
const titles = (h: Harness) => pages(h).map(({ message }) => message.title);

test('the first page goes at once, those within half a minute are one page at its end', async () => {
  const h = await harness();
  for (const name of ['api', 'orders-db', 'web', 'mail']) await h.alert(down(name));
  expect(titles(h)).toEqual(['📟 @sarah: 🔴 INCIDENT #1 — api is down']);
  await h.advance(29 * SECOND);
  expect(titles(h)).toHaveLength(1);
  await h.advance(SECOND);
  expect(titles(h).slice(1)).toEqual(['📟 @sarah: 3 more incidents: #2, #3, #4']);
  const text = plainText(pages(h)[1]?.message ?? { title: '', tone: 'neutral', blocks: [] });
  expect(text).toContain('#3 web is down, in #ops-critical: /ack 3');
  expect(text).toContain('Acknowledge #4: /ack 4');
  expect(await h.timeline(3)).toContain(
    'Paged for another incident just now, so the next page within 30s tells of this one too: @sarah via slack',
  );
  expect(await h.timeline(3)).toContain('Paged @sarah via slack, one page for 3 incidents: on-call, level 1');
  expect((await h.timeline(1)).filter((line) => line.startsWith('Paged'))).toEqual([
    'Paged @sarah via slack: on-call, level 1',
  ]);
});

test('who has one of them by then is not told of it, and one that is left is a page as ever', async () => {
  const h = await harness();
  for (const name of ['api', 'orders-db', 'web']) await h.alert(down(name));
  await h.say('@sarah', '/ack 2');
  await h.advance(30 * SECOND);
  expect(titles(h).slice(1)).toEqual(['📟 @sarah: 🔴 INCIDENT #3 — web is down']);
});

test('nothing is said where nothing is left', async () => {
  const h = await harness();
  for (const name of ['api', 'orders-db']) await h.alert(down(name));
  await h.say('@sarah', '/ack 2');
  await h.advance(60 * SECOND);
  expect(titles(h)).toHaveLength(1);
  expect(await h.store.read.jobs.list('page-bundle')).toEqual([]);
});

test('one after another they go on being gathered, and after a quiet half minute a page goes at once', async () => {
  const h = await harness();
  for (let n = 0; n < 10; n++) {
    await h.alert(down(`s${n}`));
    await h.advance(10 * SECOND);
  }
  const during = titles(h).length;
  expect(during).toBe(4);
  await h.advance(70 * SECOND);
  await h.alert(down('late'));
  expect(titles(h).at(-1)).toBe('📟 @sarah: 🔴 INCIDENT #11 — late is down');
});

test('a critical incident never waits for one that is not', async () => {
  const h = await harness();
  await h.add('alert-route', {
    name: 'Warnings too',
    severities: ['warning'],
    services: [],
    labels: {},
    to: '#ops-critical',
    alsoPage: [],
    incident: true,
    escalation: 'Default',
  });
  await h.alert({ ...down('api'), severity: 'warning' });
  await h.alert(down('orders-db'));
  expect(titles(h)).toHaveLength(2);
  await h.alert({ ...down('web'), severity: 'warning' });
  await h.alert(down('mail'));
  await h.advance(30 * SECOND);
  expect(
    titles(h)
      .slice(2)
      .map((title) => /#\d/.exec(title)?.[0]),
  ).toEqual(expect.arrayContaining(['#3', '#4']));
});

test('what has gathered survives a crash, and comes at once where its time is over', async () => {
  const h = await harness();
  for (const name of ['api', 'orders-db', 'web']) await h.alert(down(name));
  await h.kill();
  h.clock.advance(60 * SECOND);
  await h.start();
  await h.settle();
  expect(titles(h)).toEqual([
    '📟 @sarah: 🔴 INCIDENT #1 — api is down',
    '📟 @sarah: 2 more incidents: #2, #3',
  ]);
});

test('a bundle goes the next way as a whole, and no further once each of them has an owner', async () => {
  const h = await harness();
  for (const name of ['api', 'orders-db', 'web']) await h.alert(down(name));
  h.slack.down = true;
  await h.advance(60 * SECOND);
  const byMail = h.slack.posts.filter(({ conversation }) => conversation === 'sarah@example.org');
  expect(byMail.map(({ message }) => message.title)).toEqual(['📟 @sarah: 2 more incidents: #2, #3']);
  for (const id of [2, 3])
    expect((await h.timeline(id)).join()).toContain(
      'slack did not take it for 30s (slack is down): paged @sarah via mail',
    );
});

test('a storm over twenty services is two pages, and no incident is missing in them', async () => {
  const h = await harness();
  for (let n = 0; n < 20; n++) await h.alert(down(`s${n}`));
  await h.advance(30 * SECOND);
  expect(pages(h)).toHaveLength(2);
  const all = pages(h)
    .map(({ message }) => plainText(message))
    .join('\n');
  for (let id = 1; id <= 20; id++) expect(all).toContain(`/ack ${id}`);
});

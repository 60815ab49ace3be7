// Forms in Slack: the typed second step of a critical plan, and a close with its root cause. What is sent is a line as any
// other; nothing that Slack hands back with a form gives a right.
import { expect, test } from 'vitest';
import { FORM_LIMITS, modalOf, sentForm } from '../../../src/channels/slack/form.ts';
import type { View } from '../../support/slack.ts';
import { createSlackHarness, type SlackHarness } from '../../support/slack-harness.ts';
import { buttonsOf } from '../../support/slack-payloads.ts';

async function critical(): Promise<SlackHarness> {
  const scene = await createSlackHarness();
  await scene.slash('/db-failover orders-db');
  await scene.press(scene.find('Plan #1'), 'Approve');
  expect(scene.slack.views).toEqual([]);
  return scene;
}
async function opened(): Promise<SlackHarness & { view: View }> {
  const scene = await critical();
  await scene.press(scene.find('Step 1 of 2'), 'Confirm');
  const [view] = scene.slack.views;
  if (!view) throw new Error('no form was opened');
  return { ...scene, view };
}
const effects = ({ h }: SlackHarness) => h.world.effects.map(({ capability }) => capability);
const states = async ({ h }: SlackHarness) => (await h.store.read.approvals.find(1))?.state;
const alone = ({ slack }: SlackHarness) => slack.ephemeral.map(({ text }) => text.split('\n')[0]);

test('a critical plan: approve, the facts are read again, and the name is typed into a form', async () => {
  const scene = await opened();
  expect(scene.view).toMatchObject({
    type: 'modal',
    title: { text: 'Run plan #1?' },
    submit: { text: 'Run it' },
  });
  expect(JSON.stringify(scene.view)).toContain('orders-db');
  expect(effects(scene)).toEqual([]);
  expect(await scene.submit(scene.view, ' orders-db ')).toEqual({});
  expect(effects(scene)).toEqual(['databases.failover']);
  expect(buttonsOf(scene.find('Plan #1: '))).toEqual([]);
  expect(buttonsOf(scene.find('Step 1 of 2'))).toEqual([]);
  expect(scene.slack.ephemeral).toEqual([]);
});

test('the card itself asks for the name once the first step is done', async () => {
  const scene = await critical();
  const card = scene.find('Plan #1: ');
  await scene.press(card, 'Confirm');
  expect(scene.slack.views).toHaveLength(1);
  // And where an app still shows it as it came.
  await scene.press({ ...card, blocks: card.cameWith ?? [] }, 'Approve');
  expect(scene.slack.views).toHaveLength(2);
});

test.each(['orders', 'ORDERS-DB', '', 'orders-db; drop'])(
  '"%s" is not its name, and is said beside the field',
  async (written) => {
    const scene = await opened();
    expect(await scene.submit(scene.view, written)).toEqual({
      response_action: 'errors',
      errors: { written: 'It has to be exactly: orders-db' },
    });
    expect(await states(scene)).toBe('confirming');
    // And once more in the same form, rightly.
    await scene.submit(scene.view, 'orders-db');
    expect(effects(scene)).toEqual(['databases.failover']);
  },
);

test('sent twice, it runs once', async () => {
  const scene = await opened();
  await scene.submit(scene.view, 'orders-db');
  await scene.submit(scene.view, 'orders-db');
  expect(effects(scene)).toEqual(['databases.failover']);
});

test('sent too late, it is refused by the road of every line', async () => {
  const scene = await opened();
  await scene.press(scene.find('Plan #1: '), 'Deny');
  expect(await scene.submit(scene.view, 'orders-db')).toEqual({});
  expect(effects(scene)).toEqual([]);
  expect(alone(scene)).toEqual([expect.stringContaining('plan #1 is no longer waiting: denied')]);
});

test('another person cannot send it, from here or from elsewhere', async () => {
  const scene = await opened();
  const refused = { errors: { written: expect.stringContaining('not known here') } };
  expect(await scene.submit(scene.view, 'orders-db', { user: 'U2MIKE' })).toMatchObject(refused);
  expect(await scene.submit(scene.view, 'orders-db', { team: 'T9OTHER' })).toMatchObject(refused);
  expect(await states(scene)).toBe('confirming');
});

test('what is written into its metadata gives no right', async () => {
  const scene = await opened();
  const refused = { errors: { written: expect.stringContaining('not known here') } };
  for (const metadata of ['slack:click:none', '{"approvalId":1,"user":"U1SARAH"}', '/approve 1 orders-db'])
    expect(await scene.submit(scene.view, 'orders-db', { metadata })).toMatchObject(refused);
  // Somebody else's own press, which opened no form.
  await scene.press(scene.find('Plan #1: '), 'Deny', { user: 'U2MIKE', value: '99', trigger: 'mike.1' });
  expect(
    await scene.submit(scene.view, 'orders-db', { user: 'U2MIKE', metadata: 'slack:click:mike.1' }),
  ).toMatchObject(refused);
  expect(await states(scene)).toBe('confirming');
  expect(effects(scene)).toEqual([]);
});

test('who has no right is refused at once, alone, and no form opens', async () => {
  const scene = await critical();
  await scene.press(scene.find('Step 1 of 2'), 'Confirm', { user: 'U2MIKE' });
  expect(scene.slack.views).toEqual([]);
  expect(alone(scene)).toEqual([expect.stringContaining('has no right to approve')]);
  expect(await states(scene)).toBe('confirming');
});

test('and who lost it meanwhile is refused when they send the form', async () => {
  const scene = await opened();
  const sarah = await scene.h.store.read.resources.find('contact', 'sarah');
  const lead = await scene.h.store.read.resources.find('contact', 'team-lead');
  if (!sarah || !lead) throw new Error('who is there?');
  await scene.h.store.write(async (tx) => {
    await tx.resources.update('contact', sarah.id, { spec: { ...sarah.spec, can: [] } });
    await tx.resources.update('contact', lead.id, { spec: { ...lead.spec, can: ['approve'] } });
  });
  await scene.submit(scene.view, 'orders-db');
  expect(alone(scene)).toEqual([expect.stringContaining('has no right to approve')]);
  expect(await states(scene)).toBe('confirming');
});

test('a form that does not open is said, and nothing is done', async () => {
  const scene = await critical();
  await scene.press(scene.find('Step 1 of 2'), 'Confirm', { trigger: 'too.late' });
  await expect
    .poll(() => alone(scene))
    .toEqual([
      'The form did not open and nothing was done. Press again, or type in the thread: approve 1 orders-db',
    ]);
  expect(await states(scene)).toBe('confirming');
});

test('after a restart the form that is open still counts', async () => {
  const scene = await opened();
  await scene.h.restart();
  await scene.submit(scene.view, 'orders-db');
  expect(effects(scene)).toEqual(['databases.failover']);
});

test('an incident is closed from its header, with its root cause', async () => {
  const scene = await createSlackHarness();
  await scene.h.alert({ title: 'api down', service: 'api' });
  await scene.h.advance(20_000);
  await scene.press(scene.find('INCIDENT #1'), 'Acknowledge');
  await scene.press(scene.find('INCIDENT #1'), 'Close');
  const [view] = scene.slack.views;
  expect(view).toMatchObject({ title: { text: 'Close #1?' } });
  const written = 'a "bad" cache TTL of 6" \\ or so;\n\nfixed in #493';
  await scene.submit(view as View, ` ${written.replaceAll('\n', '\r\n')}\n`);
  const card = scene.find('Plan #1: Close incident #1');
  expect(card.text).toContain('a "bad" cache TTL of 6" \\ or so;');
  expect(card.text).toContain('fixed in #493');
  expect(card.thread_ts).toBe(scene.find('INCIDENT #1').ts);
  await scene.press(card, 'Approve');
  const incident = await scene.h.store.read.incidents.find(1);
  expect([incident?.state, incident?.rootCause]).toEqual(['resolved', written]);
  expect(scene.find('RESOLVED — Duration').text).toContain(written);
  expect(buttonsOf(scene.find('INCIDENT #1'))).toEqual([]);
});

test('a form is within the limits of Slack, whatever it is about', () => {
  const long = '🔥'.repeat(2500);
  const forms = [
    modalOf({ kind: 'confirm', approvalId: 999_999_999, title: long, word: long }, 'slack:click:1'),
    modalOf({ kind: 'close', incidentId: 999_999_999, title: long, probableCause: long }, 'slack:click:1'),
  ];
  for (const form of forms) {
    const { title, submit, blocks } = form as unknown as Record<string, never> & {
      title: { text: string };
      submit: { text: string };
      blocks: {
        text?: { text: string };
        label?: { text: string };
        element?: { placeholder: { text: string } };
      }[];
    };
    expect(title.text.length).toBeLessThanOrEqual(FORM_LIMITS.title);
    expect(submit.text.length).toBeLessThanOrEqual(FORM_LIMITS.submit);
    for (const { text, label, element } of blocks) {
      expect(text?.text.length ?? 0).toBeLessThanOrEqual(FORM_LIMITS.text);
      expect(label?.text.length ?? 0).toBeLessThanOrEqual(FORM_LIMITS.label);
      expect(element?.placeholder.text.length ?? 0).toBeLessThanOrEqual(FORM_LIMITS.placeholder);
    }
  }
});

test.each([
  ['nothing', null],
  ['a list', []],
  [
    'another form',
    {
      type: 'view_submission',
      view: { id: 'V1', callback_id: 'other', private_metadata: 'x' },
      user: { id: 'U1' },
    },
  ],
  [
    'no person',
    { type: 'view_submission', view: { id: 'V1', callback_id: 'openclaw.close', private_metadata: 'x' } },
  ],
  ['no view', { type: 'view_submission', user: { id: 'U1' }, view: 7 }],
])('%s is no form of ours', (_, body) => {
  expect(sentForm(body)).toBeNull();
});

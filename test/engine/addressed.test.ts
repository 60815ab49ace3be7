// Words that are said to us and are no command: never left without an answer, never answered to another bot.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness();
  onTestFinished(() => h.close());
  await h.alert({ title: 'api errors', service: 'api' });
});

const noted = async () => (await h.timeline(1)).filter((line) => line.startsWith('@sarah: '));

test('our name alone is answered with what can be typed', async () => {
  expect(await h.say('@sarah', '', { toUs: true })).toContain('What can be typed here\n• /');
  expect(await h.say('@sarah', '', { toUs: true, incidentId: 1 })).toContain('/ack');
  expect(await noted()).toEqual([]);
});

test('a mistyped command is answered with the one that was meant', async () => {
  const answer = await h.say('@sarah', 'aprove 3', { toUs: true });
  expect(answer).toContain('"aprove 3" is no command, so nothing was done.');
  expect(answer).toContain('Did you mean /approve 3? /help lists all.');
});

test('in a thread what is no command is kept as a note, and that is said', async () => {
  const answer = await h.say('@sarah', 'the customer called again', { toUs: true, incidentId: 1 });
  expect(answer).toContain('kept as a note of incident #1');
  expect(answer).toContain('/help');
  expect(await noted()).toEqual(['@sarah: the customer called again']);
});

test('a long text is answered in few words', async () => {
  const answer = await h.say('@sarah', `aprove ${'x'.repeat(5000)}`, { toUs: true });
  expect(answer.length).toBeLessThan(400);
});

test('words among people get no answer', async () => {
  expect(await h.say('@sarah', 'aprove 3', { incidentId: 1 })).toBe('');
  expect(await noted()).toEqual(['@sarah: aprove 3']);
});

test('another bot gets none, so that two bots do not talk all night', async () => {
  const bot = { toUs: true as const, bot: true, incidentId: 1 };
  expect(await h.say('@sarah', 'hello', bot)).toBe('');
  expect(await h.say('@sarah', '', bot)).toBe('');
  expect(await noted()).toEqual(['@sarah: hello']);
});

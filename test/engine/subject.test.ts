// A number at the beginning of a line: an incident's, or the first word of what is said.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness();
  onTestFinished(() => h.close());
  await h.alert({ title: 'api is down', service: 'api' });
  await h.alert({ title: 'orders are slow', service: 'orders-db' });
  await h.alert({ title: 'web is down', service: 'web' });
  await h.say('@sarah', '/incident merge 3 into 2');
});

const IN_1 = { incidentId: 1 };
const record = async (id: number) => (await h.timeline(id)).join('\n');

describe('before other words', () => {
  test('a number that is no incident is the first of them', async () => {
    expect(await h.say('@mike', '/escalate 500 errors on checkout', IN_1)).toContain('Escalated #1');
    expect(await record(1)).toContain('@mike escalated to team-lead: 500 errors on checkout');
  });

  test('neither is the number of one that is over', async () => {
    expect(await h.say('@mike', '/escalate 3 replicas are gone', IN_1)).toContain('Escalated #1');
    expect(await record(1)).toContain('@mike escalated to team-lead: 3 replicas are gone');
  });

  test('one that is open is meant', async () => {
    expect(await h.say('@mike', '/escalate 2 customers call', IN_1)).toContain('Escalated #2');
    expect(await record(2)).toContain('@mike escalated to team-lead: customers call');
  });

  test('with # it is an incident, there or not', async () => {
    expect(await h.say('@mike', '/escalate #2 customers call', IN_1)).toContain('Escalated #2');
    expect(await h.say('@mike', '/escalate #500 errors', IN_1)).toContain('there is no incident #500');
    expect(await h.say('@mike', '/escalate #3 again', IN_1)).toContain('#3 is already resolved');
  });

  test.each([
    ['note', '@mike: 500 errors on checkout'],
    ['followup', '500 errors on checkout'],
  ])('/incident %s keeps all of them', async (verb, text) => {
    await h.say('@mike', `/incident ${verb} 500 errors on checkout`, IN_1);
    expect(await h.timeline(1)).toContain(text);
  });

  test('/incident close takes all of them as its cause', async () => {
    const asked = await h.say('@mike', '/incident close 500 errors on checkout', IN_1);
    expect(asked).toContain('Close incident #1');
    expect(asked).toContain('500 errors on checkout');
  });

  test('in the thread of one that is over its own number is meant, and elsewhere only with #', async () => {
    await h.say('@mike', '/incident followup 3 in its thread', { incidentId: 3 });
    await h.say('@mike', '/incident followup #3 with the sign', IN_1);
    await h.say('@mike', '/incident followup 3 replicas at least', IN_1);
    expect(await h.timeline(3)).toEqual(expect.arrayContaining(['in its thread', 'with the sign']));
    expect(await h.timeline(1)).toContain('3 replicas at least');
  });

  test('where no incident is at hand it names any that there is', async () => {
    await h.say('@mike', '/incident followup 3 from the room');
    expect(await h.timeline(3)).toContain('from the room');
    expect(await h.say('@mike', '/incident followup 500 errors on checkout')).toContain('which incident?');
  });
});

describe('alone', () => {
  test.each(['/ack 500', '/ack 500 2h', '/escalate 500', '/incident 500', '/incident close 500'])(
    '%s asks for an incident that is not there',
    async (line) => {
      expect(await h.say('@mike', line, IN_1)).toContain('there is no incident #500');
      expect((await h.store.read.incidents.find(1))?.ackedBy).toBeNull();
    },
  );

  test('it names one that is over too', async () => {
    expect(await h.say('@mike', '/incident 3', IN_1)).toContain('INCIDENT #3');
    expect(await h.say('@mike', '/ack 3', IN_1)).toContain('#3 is already resolved');
  });
});

test('a flag before a root cause is no part of it', async () => {
  const said = await h.say('@sarah', '/incident close 1 --because the cache was cold', IN_1);
  expect(said).toContain('the root cause is written without --because');
  expect(said).toContain('/incident close 1 WORDS');
  const flagged = await h.say('@sarah', '/incident close 1 --cause the cache was cold', IN_1);
  expect(flagged).toContain('Root cause\n  the cache was cold');
  expect(await h.say('@sarah', '/incident close 1 the cache -- cold', IN_1)).toContain('the cache -- cold');
});

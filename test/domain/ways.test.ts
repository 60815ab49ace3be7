import { expect, test } from 'vitest';
import { waysTo } from '../../src/domain/ways.ts';

const slack = { name: 'slack', type: 'slack' };
const pager = { name: 'pager', type: 'pagerduty' };
const ops = { name: 'ops', type: 'slack' };
const ids = { slack: 'U1', email: 's@example.org', pagerduty: 'P1' };

test.each([
  ['in the order of the ids', {}, [slack, pager], ['slack U1', 'pager P1']],
  ['in the order given', { order: ['pager', 'slack'] }, [slack, pager], ['pager P1', 'slack U1']],
  ['a channel of another name, by its type', { order: ['slack'] }, [ops], ['ops U1']],
  ['its exact name before its type', { order: ['slack'] }, [ops, slack], ['slack U1']],
  ['what is not configured is left out', { order: ['email', 'slack'] }, [slack], ['slack U1']],
  ['without an id there, under their name', { order: ['pager'], ids: {} }, [pager], ['pager @sarah']],
  [
    'the terminal, where they want it',
    { order: ['terminal', 'slack'] },
    [slack],
    ['terminal @sarah', 'slack U1'],
  ],
  ['none at all: the terminal', { order: ['email'] }, [slack], ['terminal @sarah, at last']],
])('%s', (_name, given, channels, expected) => {
  const person = { name: 'sarah', ids, order: [], ...given };
  expect(
    waysTo(person, channels).map(
      ({ channel, conversation, lastResort }) => `${channel} ${conversation}${lastResort ? ', at last' : ''}`,
    ),
  ).toEqual(expected);
});

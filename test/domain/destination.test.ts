import { expect, test } from 'vitest';
import { defaultChannel } from '../../src/domain/destination.ts';

const slack = { name: 'acme', type: 'slack' };
const terminal = { name: 'desk', type: 'terminal' };
const mail = { name: 'mail', type: 'email' };
const hook = { name: 'hook', type: 'webhook' };

test.each([
  ['slack, whatever else there is', [mail, terminal, slack], 'acme'],
  ['the only chat', [terminal], 'desk'],
  ['the only chat beside pagers', [mail, terminal, hook], 'desk'],
  ['never a pager', [mail], 'terminal'],
  ['the terminal where there is nothing', [], 'terminal'],
])('a bare room is in %s', (_, configured, expected) => {
  expect(defaultChannel(configured)).toBe(expected);
});

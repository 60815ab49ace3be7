// What the daemon's chat says of a model when it opens.
import { expect, test } from 'vitest';
import { modelGreeting } from '../../src/daemon/assistant.ts';
import type { Assistant } from '../../src/domain/assistant.ts';

test('how to speak to it and which it is, and nothing where there is none', () => {
  const assistant: Assistant = {
    ask: () => Promise.reject(new Error('nobody asks')),
    state: () => ({ state: 'ready', model: 'claude-sonnet-5-5' }),
  };
  expect(modelGreeting(assistant)).toEqual([
    'Begin with @openclaw to ask claude-sonnet-5-5 in your own words; only people approve.',
  ]);
  expect(modelGreeting(null)).toEqual([]);
});

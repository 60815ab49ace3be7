import { expect, test } from 'vitest';
import type { Playbook } from '../../src/domain/playbook.ts';
import { createPlaybookPlanner } from '../../src/planners/playbook.ts';
import { PLAYBOOKS } from '../../src/playbooks/all.ts';
import { kitOf, shopWorld, shown } from '../playbooks/fake-kit.ts';

const planner = createPlaybookPlanner(PLAYBOOKS);
const ask = (trigger: string, more: { playbook?: string; instructions?: string; words?: string[] } = {}) =>
  planner.propose(
    {
      trigger,
      words: more.words ?? [],
      incident: null,
      playbook: more.playbook ?? null,
      instructions: more.instructions ?? '',
    },
    kitOf(shopWorld()),
  );

test('every playbook of the seed is there, under its trigger', () => {
  expect(PLAYBOOKS.map(({ name }) => name).sort()).toEqual([
    'db-failover',
    'disk-cleanup',
    'flush-cache',
    'logs',
    'metrics',
    'restart',
    'rollback',
    'scale',
    'status',
  ]);
  for (const { name, usage, summary } of PLAYBOOKS as Playbook[]) {
    expect(usage.startsWith(`/${name}`)).toBe(true);
    expect(summary).not.toBe('');
  }
});

test('a trigger finds its playbook, with and without the slash', async () => {
  expect(await ask('/status')).toMatchObject({
    kind: 'answer',
    message: { title: expect.stringContaining('Status') },
  });
  expect(await ask('status')).toMatchObject({ message: { title: expect.stringContaining('Status') } });
});

test('a trigger of the team names its playbook, and the errors speak of that trigger', async () => {
  await expect(ask('/hochfahren', { playbook: 'scale' })).rejects.toMatchObject({
    hint: '/hochfahren [service] <count> [--reason "why"]',
  });
});

test('a command without a playbook is its instructions as a checklist, and says so', async () => {
  const text = shown(await ask('/rotate-keys', { instructions: 'Rotate.\n\n1. Make a key\n  2. Use it' }));
  expect(text).toContain('Rotate.\n  1. Make a key\n  2. Use it');
  expect(text).toContain('so without a model it is a checklist for you');
});

test('a playbook that does not exist is named, with the nearest that does', async () => {
  const text = shown(await ask('/undo', { playbook: 'rolback', instructions: 'Undo it' }));
  expect(text).toContain('no playbook "rolback": did you mean rollback?');
});

test.each(['/constructor', '/__proto__', '/'])('%s finds nothing of the language', async (trigger) => {
  expect(await ask(trigger)).toMatchObject({
    kind: 'answer',
    message: { title: `${trigger}: for you to do` },
  });
});

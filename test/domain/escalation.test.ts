import { describe, expect, test } from 'vitest';
import { escalationText, levelsToTry } from '../../src/domain/escalation.ts';
import type { Escalation } from '../../src/domain/resource.ts';

const MINUTE = 60_000;
const policy: Escalation = {
  name: 'Default',
  levels: [
    { target: 'on-call', timeoutMs: 5 * MINUTE },
    { target: 'team-lead', timeoutMs: 15 * MINUTE },
    { target: 'engineering-manager', timeoutMs: 30 * MINUTE },
  ],
};

describe('who is told next', () => {
  test.each([
    [0, 'on-call, team-lead, engineering-manager'],
    [1, 'team-lead, engineering-manager, on-call'],
    [2, 'engineering-manager, team-lead, on-call'],
    [3, 'engineering-manager, team-lead, on-call'],
    [9, 'engineering-manager, team-lead, on-call'],
  ])('after level %i the next, and where nobody is behind it the others', (told, expected) => {
    const levels = levelsToTry(policy, told);
    expect(levels.map(({ target }) => target).join(', ')).toBe(expected);
    for (const { number, target, timeoutMs } of levels)
      expect(policy.levels[number - 1]).toEqual({ target, timeoutMs });
  });

  test('a policy that was cut short meanwhile goes on with its last level', () => {
    expect(levelsToTry({ levels: policy.levels.slice(0, 1) }, 2)).toEqual([
      { number: 1, target: 'on-call', timeoutMs: 5 * MINUTE },
    ]);
  });

  test('no levels: nobody to try', () => {
    expect(levelsToTry({ levels: [] }, 0)).toEqual([]);
  });
});

describe('what they are told', () => {
  const incident = {
    id: 43,
    title: 'api-prod-01 error rate critical',
    severity: 'critical' as const,
    service: 'api',
    startedAt: 0,
  };
  const facts = { target: 'team-lead', waitedMs: 5 * MINUTE, now: 12 * MINUTE + 400 };
  const cases: [string, string | undefined, string][] = [
    [
      'without words of its own, those of the first story',
      undefined,
      'No one has acknowledged incident #43 after 5m. Escalating to team-lead.',
    ],
    [
      'its own, over several lines',
      'No one has acknowledged incident #{id} after {timeout}.\nEscalating to {next_level}.',
      'No one has acknowledged incident #43 after 5m.\nEscalating to team-lead.',
    ],
    [
      'every placeholder',
      '{service} {title} {severity} {duration}',
      'api api-prod-01 error rate critical critical 12m',
    ],
    ['an unknown one stays as it is', '{who} {constructor}', '{who} {constructor}'],
  ];
  test.each(cases)('%s', (_name, message, text) => {
    expect(escalationText({ ...policy, message }, incident, facts)).toBe(text);
  });

  test('what stands in a title is not read as a placeholder', () => {
    const forged = { ...incident, title: '{next_level} $& $1' };
    expect(escalationText({ ...policy, message: '{title}' }, forged, facts)).toBe('{next_level} $& $1');
  });

  test('an incident of no service says so', () => {
    expect(escalationText({ ...policy, message: '{service}' }, { ...incident, service: null }, facts)).toBe(
      'no service',
    );
  });
});

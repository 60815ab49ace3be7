import { expect, test } from 'vitest';
import type { CountedGroup } from '../../src/diagnosis/log-counter.ts';
import { type RankingFacts, rankGroups } from '../../src/diagnosis/log-ranking.ts';
import type { GroupTrend } from '../../src/diagnosis/log-trend.ts';
import type { LogLine } from '../../src/domain/capability.ts';

const ONSET = Date.parse('2026-03-07T03:14:00Z');
const MINUTE = 60_000;

interface Told {
  text: string;
  level?: LogLine['level'];
  count?: number;
  /** Minutes after the onset. */
  first?: number;
  change?: GroupTrend['change'];
  factor?: number;
  sinceDeploy?: boolean | null;
  earlier?: number;
}

const known: GroupTrend = {
  rate: 10,
  before: 0,
  usual: null,
  days: 0,
  change: 'not known',
  factor: null,
  newSinceDeploy: null,
};

function ranked(told: Told[], facts: Partial<RankingFacts> = {}): string[] {
  const groups = told.map(({ text, level = 'error', count = 1, first = 0, earlier = 0, ...trend }) => {
    const at = ONSET + first * MINUTE;
    const group: CountedGroup = {
      template: text,
      level,
      sample: { at, level, text, instance: 'a' },
      instances: ['a'],
      now: { count, firstAt: at, lastAt: at },
      earlier: new Map(earlier > 0 ? [['before', { count: earlier, firstAt: 0, lastAt: 0 }]] : []),
    };
    const { change = 'not known', factor = null, sinceDeploy = null } = trend;
    return { group, trend: { ...known, change, factor, newSinceDeploy: sinceDeploy } };
  });
  const options = { onsetAt: ONSET, firstIsBegin: () => true, ...facts };
  return rankGroups(groups, options).map(({ group }) => group.template);
}

test.each<[string, Told[]]>([
  [
    'what is new since the deploy explains more than what is always there, however often that is',
    [
      { text: 'cannot read price', count: 3, sinceDeploy: true, change: 'new' },
      { text: 'token expired for a user', count: 90_000, change: 'same', earlier: 90_000 },
    ],
  ],
  [
    'a warning that is new before an error that is as it always is',
    [
      { text: 'slow answers', level: 'warn', change: 'new' },
      { text: 'bad request', change: 'same', count: 500, earlier: 500, first: -60 },
    ],
  ],
  [
    'a rate that jumped before one that did not',
    [
      { text: 'time ran out', change: 'up', factor: 20, earlier: 5 },
      { text: 'bad request', change: 'same', count: 900, earlier: 900 },
    ],
  ],
  [
    'what began with the incident before what came ten minutes later',
    [
      { text: 'payment failed', count: 2, change: 'new' },
      { text: 'mail failed', count: 60, first: 10, change: 'new' },
    ],
  ],
  [
    'what ran out before the requests that failed for it',
    [
      { text: 'connection pool exhausted', count: 5, change: 'new' },
      { text: 'GET /products failed', count: 60, change: 'new' },
    ],
  ],
  [
    'among equals the first',
    [
      { text: 'this failed', count: 4, first: 0.1, change: 'new' },
      { text: 'that failed', count: 4, first: 0.2, change: 'new' },
    ],
  ],
  [
    'errors before infos, whatever is new',
    [
      { text: 'bad', change: 'not known' },
      { text: 'started', level: 'info', count: 1, change: 'new', first: 30 },
    ],
  ],
])('%s', (_what, told) => {
  const inOrder = told.map(({ text }) => text);
  expect(ranked(told)).toEqual(inOrder);
  expect(ranked(told.toReversed())).toEqual(inOrder);
});

test('a time that is only the beginning of what was read is no onset', () => {
  const told: Told[] = [
    { text: 'a', count: 2, first: 0 },
    { text: 'b', count: 3, first: 40 },
  ];
  expect(ranked(told)).toEqual(['a', 'b']);
  expect(ranked(told, { firstIsBegin: () => false })).toEqual(['b', 'a']);
  expect(ranked(told, { onsetAt: null })).toEqual(['b', 'a']);
});

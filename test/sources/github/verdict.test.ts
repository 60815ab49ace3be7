import { expect, test } from 'vitest';
import { type Answer, judge } from '../../../src/sources/github/verdict.ts';

const NOW = Date.parse('2026-11-28T03:20:00Z');

function answered(status: number, headers: Record<string, string> = {}, data: unknown = {}): Answer {
  return { kind: 'answered', status, headers, data, bytes: 10 };
}

const LIMIT = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 90) };
const SECONDARY = { message: 'You have exceeded a secondary rate limit. Please wait.' };

const cases: [string, Answer, number, object][] = [
  ['a success', answered(201), 1, { kind: 'use' }],
  ['nothing new', answered(304), 1, { kind: 'unchanged' }],
  ['the hourly limit, until its reset', answered(403, LIMIT), 1, { kind: 'wait', ms: 91_000, all: true }],
  ['the same as 429', answered(429, LIMIT), 1, { kind: 'wait', ms: 91_000, all: true }],
  [
    'Retry-After in seconds',
    answered(403, { 'retry-after': '7' }),
    1,
    { kind: 'wait', ms: 7_000, all: true },
  ],
  [
    'Retry-After as a date',
    answered(429, { 'retry-after': 'Sat, 28 Nov 2026 03:20:30 GMT' }),
    1,
    { kind: 'wait', ms: 30_000, all: true },
  ],
  [
    'a secondary limit that does not say how long',
    answered(403, {}, SECONDARY),
    1,
    { kind: 'wait', ms: 60_000 },
  ],
  ['and again: twice as long', answered(403, {}, SECONDARY), 2, { kind: 'wait', ms: 120_000 }],
  [
    'an endless wait is an hour',
    answered(429, { 'retry-after': '9999999' }),
    1,
    { kind: 'wait', ms: 3_600_000 },
  ],
  [
    'a plain no',
    answered(403, {}, { message: 'Resource not accessible by integration' }),
    1,
    { kind: 'refused', credential: true },
  ],
  ['no token', answered(401, {}, { message: 'Bad credentials' }), 1, { kind: 'refused', credential: true }],
  ['not there', answered(404), 1, { kind: 'refused', credential: false }],
  ['moved', answered(307), 1, { kind: 'refused', why: expect.stringContaining('moved') }],
  ['a server in trouble', answered(502), 1, { kind: 'doubt', ms: 500 }],
  ['and again: longer', answered(502), 3, { kind: 'doubt', ms: 2_000 }],
  ['a server that says how long', answered(503, { 'retry-after': '3' }), 1, { kind: 'doubt', ms: 3_000 }],
  ['a lost answer', { kind: 'lost', why: 'x' }, 1, { kind: 'doubt', ms: 500 }],
  ['nobody there', { kind: 'unreached', why: 'x' }, 1, { kind: 'wait', all: false }],
];

test.each(cases)('%s', (_name, answer, attempt, verdict) => {
  expect(judge(answer, { attempt, now: NOW })).toMatchObject(verdict);
});

test('a refusal says what GitHub said, which permission is wanted, and nothing of a page', () => {
  const why = (answer: Answer) => (judge(answer, { attempt: 1, now: NOW }) as { why: string }).why;
  expect(
    why(
      answered(403, { 'x-accepted-github-permissions': 'deployments=write' }, { message: 'Not accessible' }),
    ),
  ).toBe('it is not allowed (403: Not accessible); it needs the permission deployments=write');
  expect(
    why(
      answered(
        422,
        {},
        { message: 'Validation Failed', errors: [{ field: 'ref', code: 'invalid' }, 'more'] },
      ),
    ),
  ).toBe('it said no (422: Validation Failed: ref invalid; more)');
  expect(why(answered(403, {}, '<html>secret page</html>'))).not.toContain('secret page');
  expect(why(answered(403, {}, { message: `a\u001b[31m\u202e${'x'.repeat(999)}` }))).toMatch(
    /^[^\p{Cc}\u202e]{1,260}$/u,
  );
});

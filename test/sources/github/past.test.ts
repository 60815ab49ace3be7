// What follows from a list of deploys: which stand, which one a rollback undoes, and where it goes.
import { expect, test } from 'vitest';
import { markInPayload, markInTitle, payloadOf, wordsOf } from '../../../src/sources/github/mark.ts';
import { type Entry, rollbackOf, settled, toDeploy } from '../../../src/sources/github/past.ts';

const KEY = '0190a5b2-7c3e-7000-8000-000000000001';

/** Numbers are their times; a text is a rollback of ours: "492>491". */
function entry(what: number | string, more: Partial<Entry> = {}): Omit<Entry, 'rolledBack'> {
  const [undone, restored] = typeof what === 'string' ? what.split('>') : [];
  const mark = undone && restored ? { key: KEY, undone, restored } : null;
  return {
    id: `${what}`,
    number: `${what}`,
    ref: mark ? `c${restored}` : `c${what}`,
    name: 'main',
    author: 'mike',
    title: '',
    at: typeof what === 'number' ? what : 0,
    status: 'succeeded',
    mark,
    link: null,
    ...more,
  };
}

const down = (past: readonly Entry[]) =>
  past.filter(({ rolledBack }) => rolledBack).map(({ number }) => number);

test('the newest standing one is undone, and the one before it comes back', () => {
  const past = settled([entry(490), entry(492), entry(491)]);
  expect(rollbackOf(past, '492')?.facts).toEqual({ latest: '492', target: '491', inProgress: null });
});

test('what failed is no target, and what is going out is said', () => {
  const past = settled([
    entry(493, { status: 'in-progress' }),
    entry(492),
    entry(491, { status: 'failed' }),
    entry(490),
  ]);
  expect(rollbackOf(past, '492')?.facts).toEqual({ latest: '492', target: '490', inProgress: '493' });
});

test('a rollback of ours that succeeded undid what it names, and is no deploy to undo itself', () => {
  const past = settled([entry('492>491', { at: 500 }), entry(492), entry(491), entry(490)]);
  expect(down(past)).toEqual(['492>491', '492']);
  expect(rollbackOf(past, '491')?.facts).toEqual({ latest: '491', target: '490', inProgress: null });
  expect(past.map(toDeploy)[0]).toMatchObject({ title: 'Rollback of #492 to #491', rolledBack: true });
});

test('one that failed undid nothing', () => {
  const past = settled([entry('492>491', { at: 500, status: 'failed' }), entry(492), entry(491)]);
  expect(down(past)).toEqual(['492>491']);
  expect(rollbackOf(past, '492')?.facts.latest).toBe('492');
});

test('what was deployed again after its rollback stands again', () => {
  const again = entry(492, { at: 600, id: 'again' });
  const past = settled([again, entry('492>491', { at: 500 }), entry(492), entry(491)]);
  expect(past.filter(({ rolledBack }) => rolledBack).map(({ id }) => id)).toEqual(['492>491', '492']);
  expect(rollbackOf(past, '492')?.undone.id).toBe('again');
});

test('the same commit deployed twice is no way back', () => {
  const past = settled([entry(492, { at: 493, id: 'again' }), entry(492), entry(491)]);
  expect(rollbackOf(past, '492')?.facts).toMatchObject({ latest: '492', target: '491' });
});

test('nothing before it, nothing of that number, nothing that stands', () => {
  expect(rollbackOf(settled([entry(492)]), '492')?.facts.target).toBeNull();
  expect(rollbackOf(settled([entry(492)]), '7')).toBeNull();
  expect(rollbackOf(settled([entry(492, { status: 'failed' })]), '492')).toBeNull();
});

test('a mark is read back from a payload, from a payload as text, and from a title around it', () => {
  const mark = { key: KEY, undone: 'v1.4.2', restored: 'v1.4.1' };
  expect(markInPayload(payloadOf(mark))).toEqual(mark);
  expect(markInPayload(JSON.stringify(payloadOf(mark)))).toEqual(mark);
  expect(markInTitle(`Deploy v1.4.1 (${wordsOf(mark)})`)).toEqual(mark);
  for (const other of [null, 'x', '{', { openclaw: { execution: 5 } }, { openclaw: 'x' }])
    expect(markInPayload(other)).toBeNull();
  expect(markInTitle('openclaw rollback of #1')).toBeNull();
});

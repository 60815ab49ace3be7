import { expect, test } from 'vitest';
import { remembered } from '../../src/domain/remembered.ts';

function counted() {
  const asked: string[] = [];
  const answer = remembered(
    (text) => {
      asked.push(text);
      return text.toUpperCase();
    },
    { texts: 2, longest: 5 },
  );
  return { asked, answer };
}

test('the same short text is asked about once', () => {
  const { asked, answer } = counted();
  expect(['api', 'api', ''].map(answer)).toEqual(['API', 'API', '']);
  expect(answer('')).toBe('');
  expect(asked).toEqual(['api', '']);
});

test('so many are kept and no more, and no long one', () => {
  const { asked, answer } = counted();
  for (const text of ['a', 'b', 'c', 'a', 'c', 'longer', 'longer'])
    expect(answer(text)).toBe(text.toUpperCase());
  expect(asked).toEqual(['a', 'b', 'c', 'a', 'longer', 'longer']);
});

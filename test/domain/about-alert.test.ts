import { expect, test } from 'vitest';
import { aboutAlert, descriptionStart, placeOf } from '../../src/domain/about-alert.ts';

const alert = {
  source: 'Prometheus',
  title: 'Disk full',
  description: '',
  labels: {} as Record<string, string>,
};

test('the place is the most exact label there is, unless the title names it', () => {
  expect(placeOf({ ...alert, labels: { host: 'web-7', instance: 'web-7:9100' } })).toBe('web-7:9100');
  expect(placeOf({ ...alert, labels: { source: 'db1' } })).toBe('db1');
  expect(placeOf({ ...alert, title: 'Disk full on db1', labels: { source: 'db1' } })).toBeNull();
  expect(placeOf(alert)).toBeNull();
  expect(placeOf({ ...alert, source: 'alert-rule:errors', labels: { source: 'This host' } })).toBeNull();
});

test('of a description the first lines are said, and that there is more', () => {
  expect(descriptionStart({ ...alert, description: 'one\n\ntwo\nthree' })).toBe('one\ntwo\nthree');
  expect(descriptionStart({ ...alert, description: 'one\ntwo\nthree\nfour' })).toBe('one\ntwo\nthree …');
  expect(descriptionStart({ ...alert, description: 'x'.repeat(1000) })).toBe(`${'x'.repeat(300)} …`);
  expect(descriptionStart({ ...alert, description: 'Disk full' })).toBe('');
});

test('a page says both', () => {
  expect(aboutAlert({ ...alert, labels: { host: 'db1' }, description: 'WAL grows' })).toEqual([
    'On db1',
    'WAL grows',
  ]);
});

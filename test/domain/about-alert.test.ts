import { expect, test } from 'vitest';
import {
  aboutAlert,
  descriptionBesideValue,
  descriptionStart,
  placeOf,
} from '../../src/domain/about-alert.ts';

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

test('a value that is shown with its threshold is not said once more', () => {
  const measured = (description: string, more: object = {}) =>
    descriptionBesideValue({
      ...alert,
      source: 'alert-rule:errors',
      labels: { metric: 'error_rate' },
      value: 12.3,
      threshold: 5,
      description,
      ...more,
    });
  expect(measured('Visitors get errors\nerror_rate is 12.34%, > 5%')).toBe('Visitors get errors');
  expect(measured('error_rate is 12.34%, > 5%')).toBe('');
  const both = 'error_rate is 12.34%, > 5% and latency is 2.5s, > 2s';
  expect(measured(both)).toBe(both);
  // Another metric than the one that is shown, another system's words, or no value to show.
  expect(measured('latency is 2.5s, > 2s')).toBe('latency is 2.5s, > 2s');
  expect(measured('error_rate is 9%, > 5%', { source: 'Grafana' })).toBe('error_rate is 9%, > 5%');
  expect(measured('error_rate is 9%, > 5%', { value: null })).toBe('error_rate is 9%, > 5%');
  // A page has no such field.
  expect(
    aboutAlert({ ...alert, source: 'alert-rule:errors', description: 'error_rate is 9%, > 5%' }),
  ).toEqual(['error_rate is 9%, > 5%']);
});

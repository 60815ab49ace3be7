// A pager that is paged for all that is critical, whoever is on call.
import type { Harness } from './harness.ts';

export async function addLoudPager(add: Harness['add']): Promise<void> {
  await add('channel', {
    name: 'pager',
    type: 'pagerduty',
    settings: {},
    secrets: { 'routing-key': 'env:PD' },
  });
  await add('alert-route', {
    name: 'Loud',
    severities: ['critical'],
    services: [],
    labels: {},
    to: '#ops-critical',
    alsoPage: ['pager'],
  });
}

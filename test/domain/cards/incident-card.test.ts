import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/domain/alert.ts';
import { headerCard, topic } from '../../../src/domain/cards/incident-card.ts';
import { type Incident, NO_CONTEXT } from '../../../src/domain/incident.ts';
import { plainText } from '../../../src/domain/message.ts';
import { at, incident } from './seed-incident.ts';

const alert = (given: Partial<Alert> = {}): Alert => ({
  id: 1,
  source: 'Grafana',
  fingerprint: 'f',
  status: 'firing',
  title: 'error rate > 5%',
  description: '',
  severity: 'critical',
  service: 'api',
  labels: { metric: 'error_rate' },
  links: [],
  value: 12.3,
  threshold: 5,
  unit: '%',
  incidentId: 43,
  startsAt: at('03:14'),
  clearedAt: null,
  lastSeenAt: at('03:14'),
  count: 1,
  postId: null,
  mutedBy: null,
  ...given,
});

const header = (given: Partial<Incident> = {}, alerts: Alert[] = [alert()]) =>
  headerCard({ incident: incident(given), alerts, zone: 'UTC' });

describe('the header of a thread', () => {
  test('when it opens', () => {
    expect(header().tone).toBe('critical');
    expect(plainText(header())).toMatchInlineSnapshot(`
      "🔴 api — api-prod-01 error rate critical
      INCIDENT #43 · critical · 1 alert firing
      State: open, nobody has acknowledged
      📊 Error rate: 12.3% (threshold: 5%)
      🕐 Started: 03:14 UTC
      Acknowledge: /ack 43"
    `);
  });

  test('only the deploy that was undone is said to be, whatever the cause ends with', () => {
    const probableCause = 'deploy #492 ("a"). Not certain. Next likeliest: deploy #491 ("b")';
    const undone = [{ deploy: '492', at: at('03:22') }];
    const shown = plainText(header({ probableCause, context: { ...NO_CONTEXT, undone } }));
    expect(shown).toContain('Next likeliest: deploy #491 ("b"). #492 was undone at 03:22 UTC\n');
  });

  test('with all that was found', () => {
    const context = {
      lastDeploy: '#492 at 03:01 UTC (@mike — "fix: cache TTL update")',
      actions: [
        { command: '/rollback #492', why: 'revert the cache change' },
        { command: '/scale api 4', why: 'add capacity while investigating' },
      ],
      called: [[{ who: '@sarah', via: 'PagerDuty', page: { is: 'on its way' as const } }]],
      silent: ['AWS Production'],
    };
    const links = [{ text: 'Dashboard', href: 'https://grafana.example/d/1' }];
    const shown = header({ context, probableCause: 'Cache TTL change causing cache stampede.', level: 2 }, [
      alert({ links }),
      alert({ id: 2, title: 'latency > 2s', value: null }),
    ]);
    expect(plainText(shown)).toMatchInlineSnapshot(`
      "🔴 api — api-prod-01 error rate critical
      INCIDENT #43 · critical · 2 alerts firing
      State: open, nobody has acknowledged, level 2 is told
      📊 Error rate: 12.3% (threshold: 5%)
      🕐 Started: 03:14 UTC
      🔄 Last deploy: #492 at 03:01 UTC (@mike — "fix: cache TTL update")
      🤔 Probable cause: Cache TTL change causing cache stampede.
      Acknowledge: /ack 43
      📋 Immediate actions:
        /rollback #492 — revert the cache change
        /scale api 4 — add capacity while investigating
      AWS Production did not answer; what it knows is missing here
      👤 On-call: @sarah (being paged via PagerDuty)
      2 alerts firing
        • error rate > 5%
        • latency > 2s
      Links
        Dashboard: https://grafana.example/d/1"
    `);
  });

  test('when somebody took it, what is left to press is its end', () => {
    const shown = header({ ackedBy: 'slack:T1:U1', ackedByName: '@sarah', ackedAt: at('03:16') });
    expect(shown.blocks.at(-1)).toEqual({
      type: 'buttons',
      buttons: [{ label: 'Close', command: '/incident close 43' }],
    });
    expect(plainText(shown)).toContain('State: acknowledged by @sarah');
  });

  test('when it is over, the advice is gone', () => {
    const context = { ...NO_CONTEXT, actions: [{ command: '/rollback', why: 'x' }] };
    const shown = header({ state: 'resolved', resolvedAt: at('03:30'), probableCause: 'x', context }, [
      alert({ status: 'resolved', clearedAt: at('03:25') }),
    ]);
    expect(shown.tone).toBe('ok');
    expect(plainText(shown)).toMatchInlineSnapshot(`
      "✅ api — api-prod-01 error rate critical
      INCIDENT #43 · critical · 1 alert, all clear · took 16 minutes
      State: resolved at 03:30 UTC
      📊 Error rate: 12.3% (threshold: 5%), clear since 03:25 UTC
      🕐 Started: 03:14 UTC"
    `);
  });

  test('merged into another it points there', () => {
    expect(plainText(header({ mergedInto: 41 }))).toContain('State: merged into #41');
  });

  test.each<[Partial<Alert>, string]>([
    [
      { value: 4.2e9, threshold: 4e9, unit: 'bytes', labels: { metric: 'heap' } },
      '📊 Heap: 4.2 GB (threshold: 4 GB)',
    ],
    [
      { value: 8.5, threshold: null, unit: 'GB', labels: { alertname: 'Heap too large' } },
      '📊 Heap too large: 8.5 GB',
    ],
    [{ value: 1.5, threshold: 1, unit: 's', labels: {} }, '📊 Value: 1.5 s (threshold: 1 s)'],
    [
      { value: 2_400, threshold: 800, unit: 'ms', labels: { metric: 'latency' } },
      '📊 Latency: 2.4 s (threshold: 800 ms)',
    ],
    [{ value: 3, threshold: null, unit: null, labels: {} }, '📊 Value: 3'],
  ])('measures what the sender sent, in the sender’s unit: %j', (given, line) => {
    expect(plainText(header({}, [alert(given)])).split('\n')[3]).toBe(line);
  });

  test('of fifty alerts ten are listed', () => {
    const alerts = Array.from({ length: 50 }, (_, id) => alert({ id, title: `alert ${id}` }));
    const text = plainText(header({}, alerts));
    expect(text).toContain('50 alerts firing');
    expect(text.match(/• alert/g)).toHaveLength(10);
  });

  test.each<[Partial<Incident>, string]>([
    [{}, '🔴 api — api-prod-01 error rate critical'],
    [{ severity: 'warning' }, '🔴 api — api-prod-01 error rate critical'],
    [{ ackedBy: 'slack:T1:U1', ackedByName: '@sarah' }, '🟡 api — api-prod-01 error rate critical'],
    [{ ackedBy: 'slack:T1:U1', state: 'resolved' }, '✅ api — api-prod-01 error rate critical'],
    [{ title: 'api error rate critical' }, '🔴 api — error rate critical'],
    [{ title: 'api: is down' }, '🔴 api — down'],
    [{ title: 'api' }, '🔴 api — api'],
    [{ title: 'api is' }, '🔴 api — is'],
    [{ title: 'apiserver is down' }, '🔴 api — apiserver is down'],
    [{ title: 'api-db is down' }, '🔴 api — api-db is down'],
    [{ service: null }, '🔴 INCIDENT #43 — api-prod-01 error rate critical'],
  ])('%j has the topic', (given, title) => {
    expect(topic(incident(given))).toBe(title);
  });

  test.each<[Partial<Incident>, Alert[], string]>([
    [{}, [], 'INCIDENT #43 · critical'],
    [
      {},
      [alert(), alert({ id: 2, status: 'resolved' }), alert({ id: 3 })],
      'INCIDENT #43 · critical · 2 of 3 alerts firing',
    ],
    [{ severity: 'warning' }, [alert({ status: 'resolved' })], 'INCIDENT #43 · warning · 1 alert, all clear'],
    [
      { state: 'resolved', resolvedAt: at('03:30') },
      [alert({ status: 'resolved' })],
      'INCIDENT #43 · critical · 1 alert, all clear · took 16 minutes',
    ],
  ])('%j says in its second line what there is', (given, alerts, line) => {
    expect(plainText(header(given, alerts)).split('\n')[1]).toBe(line);
  });
});

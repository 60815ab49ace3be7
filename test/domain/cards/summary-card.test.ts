import { describe, expect, test } from 'vitest';
import { summaryCard } from '../../../src/domain/cards/summary-card.ts';
import type { Incident, TimelineEntry } from '../../../src/domain/incident.ts';
import { plainText } from '../../../src/domain/message.ts';
import { at, incident } from './seed-incident.ts';

describe('the summary at the end', () => {
  const entry = (
    id: number,
    time: string,
    kind: TimelineEntry['kind'],
    text: string,
    data: TimelineEntry['data'] = {},
  ): TimelineEntry => ({ id, incidentId: 43, at: at(time), kind, actor: 'a', text, data });
  const over: Partial<Incident> = { state: 'resolved', resolvedAt: at('03:30') };
  const summary = (given: Partial<Incident>, timeline: TimelineEntry[] = []) =>
    plainText(summaryCard({ incident: incident({ ...over, ...given }), timeline, plans: [], zone: 'UTC' }));

  test('duration, cause, actions and what to fix', () => {
    const timeline = [
      entry(1, '03:14', 'alert', 'Alert fired'),
      entry(2, '03:20', 'approval', '@sarah approved plan #1'),
      entry(3, '03:20', 'execution', 'Rolling back deploy #492', { executionId: 'e1' }),
      entry(4, '03:22', 'execution', 'Rolled back deploy #492', { executionId: 'e1' }),
      entry(5, '03:25', 'watch', 'Error rate back to 0.2% (was 12.3%)'),
      entry(6, '03:26', 'note', 'warm the cache before a TTL change', { followUp: true }),
      entry(7, '03:27', 'note', 'looks good'),
    ];
    const given = {
      ackedBy: 'slack:T1:U1',
      ackedByName: '@sarah',
      ackedAt: at('03:16'),
      rootCause: 'cache stampede after #492',
      resolvedBy: '@sarah',
    };
    expect(summary(given, timeline)).toMatchInlineSnapshot(`
      "✅ RESOLVED — Duration: 16 minutes
      Root cause: cache stampede after #492
      Acknowledged: @sarah after 2 minutes
      Resolved by: @sarah
      Who was told
        nobody was paged
      Actions taken
        03:20 @sarah approved plan #1
        03:22 Rolled back deploy #492
        03:25 Error rate back to 0.2% (was 12.3%)
      What to fix long-term
        • warm the cache before a TTL change
      Postmortem draft: openclaw incident show 43 --markdown"
    `);
  });

  test('what nobody said stays open', () => {
    expect(summary({})).toMatchInlineSnapshot(`
      "✅ RESOLVED — Duration: 16 minutes
      Root cause: not stated
      Acknowledged: nobody acknowledged it
      Resolved by: openclaw
      Who was told
        nobody was paged
      Actions taken
        none
      What to fix long-term
        not stated: /incident followup #43 TEXT
      Postmortem draft: openclaw incident show 43 --markdown"
    `);
  });

  test('a cause that is only likely is called so', () => {
    expect(summary({ probableCause: 'deploy #492' })).toContain('Root cause: probably: deploy #492');
  });

  test('a step whose end is not known is not left out', () => {
    const started = entry(1, '03:20', 'execution', 'Rolling back deploy #492', { executionId: 'e1' });
    expect(summary({}, [started])).toContain('03:20 Rolling back deploy #492');
  });

  test('a step that failed is one action, though its plan ended with the same words', () => {
    const words = 'Scale api from 2 to 4: failed, no such group';
    const step = { planId: 6, executionId: 'e1', state: 'failed' };
    const said = summary({}, [
      entry(1, '03:20', 'execution', 'Scale api from 2 to 4: started', { ...step, state: 'started' }),
      entry(2, '03:21', 'execution', words, step),
      entry(3, '03:21', 'plan', words, { planId: 6, state: 'failed' }),
      entry(4, '03:22', 'plan', words, { planId: 7, state: 'failed' }),
    ]);
    expect(said.split('\n').filter((line) => line.endsWith(words) && !line.includes('•'))).toEqual([
      `  03:21 ${words}`,
      `  03:22 ${words}`,
    ]);
  });

  test('who was told, what ran out and what did not work, and not what was refused: that was not done', () => {
    const timeline = [
      entry(1, '03:14', 'paged', 'Paged @sarah via slack: on-call, level 1'),
      entry(2, '03:15', 'escalated', 'Told level 1: on-call', { level: 1 }),
      entry(3, '03:19', 'escalated', 'Level 2 (team-lead) was skipped: nobody stands behind it', {
        level: 2,
        skipped: true,
      }),
      entry(4, '03:20', 'said', '@mike: /restart db-prod'),
      entry(5, '03:20', 'refused', 'refused /restart db-prod: it is a database'),
      { ...entry(6, '03:21', 'refused', 'refused /scale api 90: over the cap'), actor: 'slack:T1:U9' },
      entry(7, '03:22', 'plan', 'Scale api to 4: expired, nobody answered in time', { state: 'expired' }),
      entry(8, '03:23', 'plan', 'plan #4: Restart api, asked by @mike', { planId: 4 }),
      entry(9, '03:24', 'plan', 'Restart api: failed, no such instance', { planId: 4, state: 'failed' }),
      entry(10, '03:25', 'watch', 'Scale api to 6: error rate 12%', { verdict: 'same' }),
    ];
    expect(summary({}, timeline)).toMatchInlineSnapshot(`
      "✅ RESOLVED — Duration: 16 minutes
      Root cause: not stated
      Acknowledged: nobody acknowledged it
      Resolved by: openclaw
      Who was told
        03:14 Paged @sarah via slack: on-call, level 1
        03:19 Level 2 (team-lead) was skipped: nobody stands behind it
      Actions taken
        03:22 Scale api to 4: expired, nobody answered in time
        03:24 Restart api: failed, no such instance
        03:25 Scale api to 6: error rate 12%
      What to fix long-term
        • Level 2 (team-lead) was skipped: nobody stands behind it.
        • Restart api: failed, no such instance
        • It did not help: Scale api to 6: error rate 12%
      Postmortem draft: openclaw incident show 43 --markdown"
    `);
  });

  test('an incident of 5,000 entries ends with one message of ordinary length', () => {
    const timeline = Array.from({ length: 5000 }, (_, id) =>
      entry(
        id,
        '03:20',
        (['paged', 'execution', 'said', 'refused', 'watch'] as const)[id % 5] ?? 'said',
        `e${id}`,
        {
          verdict: 'worse',
        },
      ),
    );
    const text = summary({}, timeline);
    expect(text.split('\n').length).toBeLessThan(110);
    expect(text).toContain('… 970 more …');
    expect(text).toContain('03:20 e4999');
  });
});

// What `escalation simulate` says beforehand is what the engine then does, for any policy and any people.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulateEscalation } from '../../src/domain/escalation-simulation.ts';
import type { Escalation } from '../../src/domain/resource.ts';
import { readDirectory } from '../../src/engine/directory.ts';
import { createHarness } from '../support/harness.ts';

const MINUTE = 60_000;
const HORIZON_MS = 90 * MINUTE;
const START = Date.parse('2026-11-23T06:00:00Z');

const people = fc.record({
  sarah: fc.constantFrom(undefined, '22:00-07:00', '06:10-06:20'),
  lead: fc.constantFrom(undefined, '22:00-06:45', '06:00-09:00'),
  far: fc.constantFrom(undefined, '22:00-07:00'),
});
const level = fc.record({
  target: fc.constantFrom('sarah', 'lead', 'far', 'nobody-here', 'on-call'),
  timeoutMs: fc.integer({ min: 40, max: 1200 }).map((seconds) => seconds * 1000),
});

test('who is told when', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(level, { minLength: 1, maxLength: 4 }),
      people,
      fc.constantFrom('critical' as const, 'warning' as const),
      async (levels, quiet, severity) => {
        const h = await createHarness({ empty: true, at: START });
        try {
          const policy: Escalation = { name: 'Default', levels };
          await h.add('escalation', policy);
          await h.add('channel', { name: 'slack', type: 'slack', settings: {}, secrets: {} });
          for (const [name, hours] of Object.entries(quiet)) {
            // One of them is on no channel that is there.
            const ids = { [name === 'far' ? 'pager' : 'slack']: `U-${name}` };
            const one = { name, ids, order: [], can: [], unattended: false, zone: 'UTC' };
            await h.add('contact', hours === undefined ? one : { ...one, quiet: hours });
          }
          await h.add('rotation', {
            name: 'on-call',
            members: ['sarah', 'lead', 'far'],
            period: 'daily',
            handover: '06:25',
            weekday: 1,
            zone: 'UTC',
            start: '2026-11-22',
            overrides: [],
          });
          await h.add('alert-route', {
            name: 'all',
            severities: [],
            services: [],
            labels: {},
            to: '#ops-critical',
            alsoPage: [],
            incident: true,
            escalation: 'Default',
          });
          const foretold = simulateEscalation(policy, await readDirectory(h.store.read), {
            at: START,
            forMs: HORIZON_MS,
            severity,
          }).flatMap(({ at, level: told }) => (told ? [`${(at - START) / 1000}s ${told.target}`] : []));
          await h.alert({ title: 'api errors', severity });
          await h.advance(HORIZON_MS - 1);
          const done = (await h.store.read.timeline.ofIncident(1)).flatMap(({ at, kind, data }) =>
            kind === 'escalated' && Array.isArray(data.people)
              ? [`${(at - START) / 1000}s ${String(data.target)}`]
              : [],
          );
          expect(done).toEqual(foretold);
        } finally {
          await h.close();
        }
      },
    ),
    { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 500 : 8 },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dedupKeyOf, readDedupKey, turnFor } from '../../src/domain/paged-incident.ts';

fc.configureGlobal({ seed: 42 });

describe('the key of an incident at a pager', () => {
  test('reads back as what it was made of, within 255 characters', () => {
    const parts = fc.record({
      installation: fc.stringMatching(/^[0-9a-f]{12}$/),
      id: fc.integer({ min: 1, max: 2 ** 31 }),
      openedAt: fc.integer({ min: 0, max: 4e12 }),
    });
    fc.assert(
      fc.property(parts, ({ installation, id, openedAt }) => {
        const key = dedupKeyOf(installation, { id, openedAt });
        expect(key.length).toBeLessThan(60);
        expect(readDedupKey(key)).toEqual({ installation, incidentId: id, openedAt });
      }),
    );
  });

  test.each([
    '',
    'srv01/HTTP',
    'openclaw-43',
    'openclaw-page-11111111-2222-4333-8444-555555555555',
    'openclaw-0123456789ab-043-mi1',
    'xopenclaw-0123456789ab-43-mi1',
    'openclaw-0123456789ab-43-mi1\n',
  ])('%j is none of ours', (key) => {
    expect(readDedupKey(key)).toBeNull();
  });
});

describe('what a pager is told next', () => {
  const page = { kind: 'paged' as const, data: { pages: [{ postId: 1, channel: 'pager' }] } };
  const told = (what: string) => ({ kind: 'system' as const, data: { pager: 'pager', told: what } });
  const ack = { kind: 'acknowledged' as const, data: {} };
  const open = { state: 'open' as const, ackedBy: null };
  const taken = { state: 'open' as const, ackedBy: 'slack:T1:U-sarah' };
  const over = { state: 'resolved' as const, ackedBy: null };

  test.each([
    ['nothing of an incident it was never told of', over, [page], null],
    ['nothing while nobody has it', open, [page, told('trigger')], null],
    ['that somebody has it', taken, [page, told('trigger'), ack], 'acknowledge'],
    ['that somebody has it who was faster than the page', taken, [page, ack, told('trigger')], 'acknowledge'],
    ['nothing where whoever has it asked for the page', taken, [ack, page, told('trigger')], null],
    ['the end', over, [page, told('trigger')], 'resolve'],
    ['the end after an acknowledgement', over, [page, told('trigger'), ack, told('acknowledge')], 'resolve'],
    ['the end once', over, [page, told('trigger'), told('resolve')], null],
    [
      'nothing that another was told',
      over,
      [page, { kind: 'system', data: { pager: 'b', told: 'trigger' } }],
      null,
    ],
  ] as const)('%s', (_what, incident, record, next) => {
    expect(turnFor(incident, record, 'pager')).toBe(next);
  });
});

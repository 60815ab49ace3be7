import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { palette } from '../../../src/channels/terminal/ansi.ts';
import { type Block, message, type Tone } from '../../../src/domain/message.ts';
import { displayWidth } from '../../../src/domain/text/display-width.ts';
import { NO_COLOURS, paletteOf } from '../../../src/domain/text/palette.ts';
import { renderMessage } from '../../../src/domain/text/render-message.ts';
import { diskCard, incidentHeader } from '../../support/messages.ts';

const pen = paletteOf(NO_COLOURS);
const coloured = palette(true);
const ESC = String.fromCharCode(27);
const numRuns = process.env.OPENCLAW_TEST_LONG ? 10_000 : 100;

function plain(blocks: Block[], width = 60): string {
  return renderMessage(message('T', { blocks }), { width, pen }).slice(1).join('\n');
}

describe('the messages of an incident', () => {
  test('the thread reads as a thread', () => {
    expect(renderMessage(incidentHeader, { width: 80, pen }).join('\n')).toMatchInlineSnapshot(`
      "🔴 INCIDENT #43 — api-prod-01 error rate critical
      📊 Error rate:     12.3% (threshold: 5%)
      🕐 Started:        03:14 UTC
      🔄 Last deploy:    #492 at 03:01 UTC (@mike — "fix: cache TTL update")
      🤔 Probable cause: Cache TTL change causing cache stampede.
                         All requests hitting DB directly after cache invalidation.
      📋 Immediate actions:
        /rollback #492 — revert the cache change
        /scale api 4 — add capacity while investigating
        /logs api-prod-01 — check error details
        /metrics db-prod-01 — check DB connection pool
      👤 On-call: @sarah (paged via PagerDuty)
      ─── Timeline ───
        03:14 Alert fired: error rate > 5%
        03:15 Escalated to CRITICAL (rate > 10%)
        03:16 @sarah acknowledged
        03:18 @sarah: /logs api-prod-01 --since 03:01
        03:19 Logs show "connection pool exhausted" errors
        03:20 @sarah: /rollback #492
        03:20 Rolling back deploy #492...
        03:22 Rollback complete. Monitoring...
        03:25 ✅ Error rate back to 0.2%. Cache warming.
        03:30 ✅ RESOLVED — Duration: 16 minutes"
    `);
  });

  test('the card of a waiting plan ends in what to type', () => {
    expect(renderMessage(diskCard, { width: 80, pen }).join('\n')).toMatchInlineSnapshot(`
      "🟡 Disk at 92% on web-prod-01
      I can clean up:
        • Docker images: ~4.2 GB
        • Old logs: ~1.8 GB
        • /tmp files > 7 days: ~600 MB
      Total recovery: ~6.6 GB (→ would bring disk to 71%)
      Run cleanup?
      type: /approve 7   /deny 7"
    `);
  });

  test('in a narrow window, lines continue under their own text', () => {
    expect(renderMessage(incidentHeader, { width: 40, pen }).join('\n')).toMatchInlineSnapshot(`
      "🔴 INCIDENT #43 — api-prod-01 error rate
         critical
      📊 Error rate:  12.3% (threshold: 5%)
      🕐 Started:     03:14 UTC
      🔄 Last deploy: #492 at 03:01 UTC (@mike
                      — "fix: cache TTL
                      update")
      🤔 Probable cause: Cache TTL change
        causing cache stampede.
      All requests hitting DB directly after
        cache invalidation.
      📋 Immediate actions:
        /rollback #492 — revert the cache
          change
        /scale api 4 — add capacity while
          investigating
        /logs api-prod-01 — check error
          details
        /metrics db-prod-01 — check DB
          connection pool
      👤 On-call: @sarah (paged via PagerDuty)
      ─── Timeline ───
        03:14 Alert fired: error rate > 5%
        03:15 Escalated to CRITICAL (rate >
              10%)
        03:16 @sarah acknowledged
        03:18 @sarah: /logs api-prod-01
              --since 03:01
        03:19 Logs show "connection pool
              exhausted" errors
        03:20 @sarah: /rollback #492
        03:20 Rolling back deploy #492...
        03:22 Rollback complete. Monitoring...
        03:25 ✅ Error rate back to 0.2%.
              Cache warming.
        03:30 ✅ RESOLVED — Duration: 16
              minutes"
    `);
  });
});

describe('blocks', () => {
  test('values of fields stand in one column, also beside pictures and wide characters', () => {
    const fields = [
      { label: '服务', value: 'api' },
      { label: '📊 Rate', value: '12%' },
      { label: 'A label that is longer than any column should be', value: 'x' },
    ];
    expect(plain([{ type: 'fields', fields }])).toMatchInlineSnapshot(`
      "服务:    api
      📊 Rate: 12%
      A label that is longer than any column should be: x"
    `);
  });

  test('a table is aligned by what is seen, numbers to the right', () => {
    const rows = [
      ['api', '4', 'ok'],
      ['数据库', '12', '✅ ok'],
      ['café', '—', ''],
    ];
    expect(plain([{ type: 'table', columns: ['service', 'running', 'state'], rows }])).toMatchInlineSnapshot(`
      "service  running  state
      api            4  ok
      数据库        12  ✅ ok
      café           —"
    `);
  });

  test('a table too wide for the window becomes one stanza a row, with nothing cut', () => {
    const rows = [['api', 'a long story about what it does at night', '12']];
    expect(
      plain([{ type: 'table', columns: ['service', 'story', 'count'], rows }], 40),
    ).toMatchInlineSnapshot(`
      "api
        story: a long story about what it does
               at night
        count: 12"
    `);
  });

  test('code is broken anywhere and keeps its blanks', () => {
    expect(plain([{ type: 'code', text: 'if (x) {\n    pool.drain();\n}\n' }], 14)).toMatchInlineSnapshot(`
      "▏ if (x) {
      ▏     pool.dra
      ▏ in();
      ▏ }"
    `);
  });

  test('a button says its label where the command does not', () => {
    const buttons = [
      { label: 'Deny', command: '/deny 7' },
      { label: 'Take it back', command: '/scale api 2' },
    ];
    expect(plain([{ type: 'buttons', buttons }])).toBe('type: /deny 7   /scale api 2 (Take it back)');
  });

  test('buttons that do not fit stand under each other', () => {
    const buttons = [
      { label: 'Approve', command: '/approve 7' },
      { label: 'Deny', command: '/deny 7' },
    ];
    expect(plain([{ type: 'buttons', buttons }], 20)).toBe('type:\n  /approve 7\n  /deny 7');
  });

  test('without a title it begins with its blocks, and with no width no row is broken', () => {
    const rows = renderMessage(message('', { blocks: [{ type: 'code', text: 'x'.repeat(500) }] }), {
      width: Number.POSITIVE_INFINITY,
      pen,
    });
    expect(rows).toEqual([`▏ ${'x'.repeat(500)}`]);
  });

  test('no buttons leave no empty line', () => {
    expect(plain([{ type: 'buttons', buttons: [] }])).toBe('');
  });

  test('what is not shown of a flood is said, and the buttons after it are there', () => {
    const rows = renderMessage(
      message('T', {
        blocks: [
          { type: 'code', text: 'x\n'.repeat(3_900) },
          { type: 'buttons', buttons: [{ label: 'Deny', command: '/deny 7' }] },
        ],
      }),
      { width: 60, pen },
    );
    expect(rows.length).toBeLessThan(310);
    expect(rows.at(-2)).toContain('more lines');
    expect(rows.at(-1)).toBe('type: /deny 7');
  });

  test('a text of ten megabytes is cut, and says how much', () => {
    const rows = renderMessage(message('T', { blocks: [{ type: 'text', text: 'x '.repeat(5_000_000) }] }), {
      width: 60,
      pen,
    });
    expect(rows.at(-1)).toContain('9992000 more characters');
  });
});

describe('colour', () => {
  const tones: [Tone, string][] = [
    ['critical', '31'],
    ['warning', '33'],
    ['info', '34'],
    ['ok', '32'],
  ];
  test.each(tones)('a %s title is coloured', (tone, code) => {
    expect(renderMessage(message('T', { tone }), { width: 60, pen: coloured })[0]).toContain(
      `${ESC}[${code}m`,
    );
  });

  test('without colour there is no escape code', () => {
    expect(renderMessage(incidentHeader, { width: 60, pen }).join('')).not.toContain(ESC);
  });

  test('approve and deny differ, and commands stand out', () => {
    const rows = renderMessage(diskCard, { width: 60, pen: coloured });
    expect(rows.at(-1)).toContain(`${ESC}[32m`);
    expect(rows.at(-1)).toContain(`${ESC}[31m`);
    expect(renderMessage(incidentHeader, { width: 80, pen: coloured }).join('\n')).toContain(
      `${ESC}[36m/rollback #492${ESC}[39m — revert`,
    );
  });
});

describe('any message', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '🔴 a\nb',
      'x'.repeat(200),
      '数据库'.repeat(20),
      '\u1100\u1100\u1100\u1100',
      '   lead',
      'a\tb',
      '',
    ),
    fc.lorem({ maxCount: 30 }),
  );
  const block: fc.Arbitrary<Block> = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text }),
    fc.record({ type: fc.constant('code' as const), text }),
    fc.record({
      type: fc.constant('fields' as const),
      fields: fc.array(fc.record({ label: text, value: text }), { maxLength: 4 }),
    }),
    fc.record({
      type: fc.constant('section' as const),
      heading: text,
      lines: fc.array(text, { maxLength: 4 }),
    }),
    fc.record({
      type: fc.constant('table' as const),
      columns: fc.array(text, { maxLength: 4 }),
      rows: fc.array(fc.array(text, { maxLength: 5 }), { maxLength: 4 }),
    }),
    fc.record({
      type: fc.constant('buttons' as const),
      buttons: fc.array(fc.record({ label: text, command: text }), { maxLength: 4 }),
    }),
  );

  test('fits the window and holds no control character', () => {
    const property = fc.property(
      text,
      fc.array(block, { maxLength: 4 }),
      fc.integer({ min: 20, max: 120 }),
      (title, blocks, width) => {
        for (const row of renderMessage(message(title, { blocks }), { width, pen })) {
          expect(row).not.toMatch(/\p{Cc}/u);
          expect(displayWidth(row)).toBeLessThanOrEqual(width);
        }
      },
    );
    fc.assert(property, { seed: 42, numRuns });
  });
});

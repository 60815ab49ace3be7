// Whatever texts from outside hold, in every kind of block: nothing in them is a mention, a command or a link, but for
// addresses on a host that an operator named, which show where they lead.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slackMessage } from '../../../src/channels/slack/blocks.ts';
import { type Block, message } from '../../../src/domain/message.ts';
import { whatSlackRefuses } from './limits.ts';

const HOSTS: ReadonlySet<string> = new Set(['grafana.example.com', 'github.com']);
const GOOD = 'https://grafana.example.com/d/1?x=1';

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<!channel>',
        '<!here|here>',
        '<!everyone>',
        '<!subteam^S0TEAM>',
        '<@U0VICTIM>',
        '<#C0ROOM|general>',
        '<https://evil.example|https://grafana.example.com>',
        'https://evil.example/grafana.example.com',
        'https://grafana.example.com@evil.example/',
        'https://grafana.example.com:444/',
        'https://grafana.example.com.evil.example',
        'https://evil.example\\@github.com/',
        'https://GRAFANA.example.com/x',
        'http://github.com/',
        'https://gіthub.com/',
        'https://user:pw@github.com',
        'javascript:alert(1)',
        '@channel',
        '@here',
        '*bold* _it_ ~no~ `code` ```',
        '&lt;!channel&gt;',
        '\u202e',
        GOOD,
        ' ',
        '\n',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const kinds: Record<Block['type'], (text: string) => Block> = {
  text: (text) => ({ type: 'text', text }),
  fields: (text) => ({ type: 'fields', fields: [{ label: text, value: text }] }),
  section: (text) => ({ type: 'section', heading: text, lines: [text, text] }),
  code: (text) => ({ type: 'code', text }),
  table: (text) => ({ type: 'table', columns: [text, 'b'], rows: [[text, text]] }),
  buttons: (text) => ({ type: 'buttons', buttons: [{ label: text.trim() || 'Go', command: `/${text}` }] }),
};

/** All objects in it. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)];
}

const HARMLESS = new Set([
  'header',
  'section',
  'actions',
  'button',
  'plain_text',
  'rich_text',
  'rich_text_section',
  'rich_text_preformatted',
  'text',
]);

describe.each(Object.entries(kinds))('in %s', (_, make) => {
  test.each([
    ['without allowed hosts', new Set<string>(), 0],
    ['with them', HOSTS, 1],
  ])('nothing from outside works, %s', (_name, hosts, links) => {
    fc.assert(
      fc.property(hostile, hostile, (title, text) => {
        const made = slackMessage(message(title, { blocks: [make(text)] }), [], hosts);
        expect(whatSlackRefuses(made)).toEqual([]);
        // The text beside the blocks is parsed by Slack: there every bracket is written out.
        expect(made.text).not.toMatch(/[<>]/);
        for (const object of objectsIn(made.blocks)) {
          if (object.type === 'link') {
            const url = new URL(String(object.url));
            expect([url.protocol, url.port, url.username, hosts.has(url.hostname)]).toEqual([
              'https:',
              '',
              '',
              true,
            ]);
            expect(Object.keys(object).toSorted()).toEqual(['type', 'url']);
            expect(links).toBe(1);
          } else if (!('bold' in object)) expect(HARMLESS).toContain(object.type);
          else expect(object).toEqual({ bold: true });
          expect(object.emoji ?? false).toBe(false);
        }
      }),
      { numRuns: 150, seed: 492 },
    );
  });
});

test('an address on an allowed host is a link to just that, and the words around it stay', () => {
  const { blocks } = slackMessage(
    message('🔴 api', {
      blocks: [
        { type: 'section', heading: 'Links', lines: [`Dashboard: ${GOOD}.`, 'Run: https://evil.example'] },
      ],
    }),
    [],
    HOSTS,
  );
  expect(blocks[1]).toEqual({
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'Links', style: { bold: true } },
          { type: 'text', text: '\nDashboard: ' },
          { type: 'link', url: GOOD },
          { type: 'text', text: '.\nRun: https://evil.example' },
        ],
      },
    ],
  });
});

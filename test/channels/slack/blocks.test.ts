// What Slack is given of a message: within its limits, and with nothing in it that Slack would act on.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slackMessage } from '../../../src/channels/slack/blocks.ts';
import { type Block, type Message, message } from '../../../src/domain/message.ts';
import { whatSlackRefuses } from './limits.ts';

const words = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '\n',
    '<!channel>',
    '<@U123>',
    'x'.repeat(3001),
    '🔥'.repeat(1600),
    'a\n'.repeat(2000),
  ),
);
const button = fc.record({
  label: words.map((text) => text.trim() || 'Go'),
  command: words.map((text) => `/${text}`),
});
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: words }),
  fc.record({ type: fc.constant('code' as const), text: words }),
  fc.record({
    type: fc.constant('fields' as const),
    fields: fc.array(fc.record({ label: words, value: words }), { maxLength: 25 }),
  }),
  fc.record({
    type: fc.constant('section' as const),
    heading: words,
    lines: fc.array(words, { maxLength: 30 }),
  }),
  fc.array(words, { maxLength: 9 }).map((offers) => ({
    type: 'section' as const,
    heading: 'Do',
    lines: offers.map((offer, index) => (index % 2 === 0 ? `${offer} — why` : offer)),
    offers,
  })),
  fc.record({
    type: fc.constant('table' as const),
    columns: fc.array(words, { minLength: 1, maxLength: 4 }),
    rows: fc.array(fc.array(words, { maxLength: 4 }), { maxLength: 20 }),
  }),
  fc.record({
    type: fc.constant('buttons' as const),
    buttons: fc.array(button, { minLength: 1, maxLength: 30 }),
  }),
);
const anyMessage: fc.Arbitrary<Message> = fc.record({
  title: words,
  tone: fc.constantFrom('critical', 'warning', 'info', 'ok', 'neutral'),
  blocks: fc.array(block, { maxLength: 60 }),
});

describe('a message for Slack', () => {
  test('is within its limits, whatever it holds', () => {
    fc.assert(
      fc.property(anyMessage, (given) => {
        expect(whatSlackRefuses(slackMessage(given, ['U024BE7LH']))).toEqual([]);
      }),
      { numRuns: 200, seed: 492 },
    );
  });

  test('mentions nobody but whom we wake, by their ids', () => {
    const { text, blocks } = slackMessage(
      message('<!channel> is down', { blocks: [{ type: 'text', text: 'ask <@U666> & <!here>' }] }),
      ['U024BE7LH', 'S0TEAM', 'not an id', '!channel'],
    );
    const parsed = JSON.stringify(blocks.filter((one) => JSON.stringify(one).includes('mrkdwn')));
    expect(parsed).toContain('<@U024BE7LH> <!subteam^S0TEAM>');
    expect(parsed).not.toMatch(/<!(channel|here)>|U666|not an id/);
    expect(text).toContain('&lt;!channel&gt; is down');
    expect(text).toContain('ask &lt;@U666&gt; &amp; &lt;!here&gt;');
    expect(text.match(/<[^>]*>/g)).toEqual(['<@U024BE7LH>', '<!subteam^S0TEAM>']);
  });

  test('shows a card as a person on a phone reads it', () => {
    const card = message('🟡 Disk at 92% on web-prod-01', {
      tone: 'warning',
      blocks: [
        { type: 'fields', fields: [{ label: 'Docker images', value: '~4.2 GB' }] },
        { type: 'code', text: '- a\n+ b' },
        { type: 'table', columns: ['host', 'disk'], rows: [['web-prod-01', '92%']] },
        { type: 'buttons', buttons: [{ label: 'Approve', command: '/approve 7', style: 'primary' }] },
      ],
    });
    expect(slackMessage(card, []).blocks).toEqual([
      { type: 'header', text: { type: 'plain_text', text: '🟡 Disk at 92% on web-prod-01', emoji: false } },
      {
        type: 'section',
        fields: [{ type: 'plain_text', text: 'Docker images\n~4.2 GB', emoji: false }],
      },
      preformatted('- a\n+ b'),
      preformatted('host         disk\nweb-prod-01  92%'),
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            text: { type: 'plain_text', text: 'Approve', emoji: false },
            value: '/approve 7',
            action_id: 'say.3.0.0',
            style: 'primary',
          },
        ],
      },
    ]);
  });

  test('keeps the buttons that decide, however long the card is', () => {
    const long = { type: 'text' as const, text: 'line of a plan\n'.repeat(150) };
    const decide = {
      type: 'buttons' as const,
      buttons: [
        { label: 'Approve', command: '/approve 7' },
        { label: 'Deny', command: '/deny 7' },
      ],
    };
    for (const count of [1, 8, 60]) {
      const given = message('🟡 a long plan', {
        blocks: [...Array.from({ length: count }, () => long), decide],
      });
      const made = slackMessage(given, ['U024BE7LH']);
      expect(whatSlackRefuses(made)).toEqual([]);
      expect(made.blocks[0]).toMatchObject({ type: 'header' });
      expect(made.blocks.at(-1)).toMatchObject({
        type: 'actions',
        elements: [{ text: { text: 'Approve' } }, { text: { text: 'Deny' } }],
      });
      expect(JSON.stringify(made.blocks).includes('parts more')).toBe(count > 1);
    }
  });

  test('of too many buttons the last ones stay', () => {
    const many = Array.from({ length: 70 }, (_, n) => ({
      type: 'buttons' as const,
      buttons: [{ label: `button ${n}`, command: `/c ${n}` }],
    }));
    const { blocks } = slackMessage(message('t', { blocks: many }), []);
    expect(JSON.stringify(blocks.at(-1))).toContain('button 69');
    expect(JSON.stringify(blocks)).not.toContain('button 3"');
  });

  test('of too much told what is offered stays with its button', () => {
    const told = Array.from({ length: 70 }, (_, n) => ({ type: 'text' as const, text: `line ${n}` }));
    const offer = {
      type: 'section' as const,
      heading: 'Immediate actions',
      lines: ['/rollback #492 — revert it'],
      offers: ['/rollback #492'],
    };
    const { blocks } = slackMessage(message('t', { blocks: [...told, offer] }), []);
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(blocks.filter((block) => 'accessory' in block)).toMatchObject([
      { accessory: { value: '/rollback #492' } },
    ]);
  });

  test('a repeat that says so carries its sign once', () => {
    const { blocks } = slackMessage(message('(possible repeat) 📟 @sarah: down', { tone: 'critical' }), []);
    expect(blocks[0]).toMatchObject({ text: { text: '(possible repeat) 📟 @sarah: down' } });
  });

  test('has a button beside each thing that can be done, and a row of those that explain themselves', () => {
    const { blocks } = slackMessage(
      message('t', {
        blocks: [
          {
            type: 'section',
            heading: 'Do',
            lines: ['/rollback #492 — revert it', 'or ask', '/logs api'],
            offers: ['/rollback #492', '/logs api'],
          },
        ],
      }),
      [],
    );
    const button = (text: string, value: string) =>
      expect.objectContaining({ text: expect.objectContaining({ text }), value });
    expect(blocks.slice(1)).toMatchObject([
      {
        type: 'rich_text',
        elements: [{ elements: [{ text: 'Do', style: { bold: true } }, { text: '\nor ask' }] }],
      },
      { type: 'section', text: { text: 'revert it' }, accessory: button('rollback #492', '/rollback #492') },
      { type: 'actions', elements: [button('logs api', '/logs api')] },
    ]);
  });

  test('says how much was left out', () => {
    const many = message('t', {
      blocks: Array.from({ length: 80 }, (_, n) => ({ type: 'text' as const, text: `line ${n}` })),
    });
    const { blocks } = slackMessage(many, []);
    expect(blocks).toHaveLength(50);
    expect(JSON.stringify(blocks.at(-1))).toContain('… and 32 parts more');
  });
});

function preformatted(text: string) {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  };
}

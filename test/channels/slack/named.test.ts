// Whom and which room we name is a mention in Slack; the same words in a text from outside are words.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slackMessage } from '../../../src/channels/slack/blocks.ts';
import { type Block, type Message, message } from '../../../src/domain/message.ts';
import { namingPerson, namingRoom } from '../../../src/domain/named.ts';
import { createSlackHarness } from '../../support/slack-harness.ts';
import { whatSlackRefuses } from './limits.ts';

const MIKE = { platform: 'slack', workspace: 'T1', userId: 'U2MIKE', displayName: 'U2MIKE' };
const ROOMS = new Map([['#ops', 'C7OPS']]);
const shown = (said: Message) => {
  const made = slackMessage(said, [], new Set(), said, (name) => ROOMS.get(name));
  expect(whatSlackRefuses(made)).toEqual([]);
  return { text: made.text, blocks: JSON.stringify(made.blocks) };
};
const USER = '{"type":"user","user_id":"U2MIKE"}';

test('somebody who is no contact is a real mention, in the title, a field and a text', () => {
  const blocks: Block[] = [
    { type: 'fields', fields: [{ label: 'State', value: 'acknowledged by @U2MIKE' }] },
    { type: 'text', text: 'It stays with @U2MIKE.' },
    { type: 'section', heading: 'Who', lines: ['@U2MIKE'] },
  ];
  const { text, blocks: made } = shown(namingPerson(message('@U2MIKE has it', { blocks }), MIKE, 4));
  expect(made.split(USER)).toHaveLength(5);
  expect(text.split('<@U2MIKE>')).toHaveLength(5);
  expect(text).not.toContain('@U2MIKE has');
});

test('a room is one where its id is known, and else its name', () => {
  const known = shown(namingRoom(message('it waits in #ops, not in #ops-info'), '#ops'));
  expect(known.text).toBe('it waits in <#C7OPS>, not in #ops-info');
  expect(known.blocks).toContain('{"type":"channel","channel_id":"C7OPS"}');
  const unknown = shown(namingRoom(message('it waits in #other'), '#other'));
  expect(unknown).toEqual({ text: 'it waits in #other', blocks: expect.not.stringContaining('channel_id') });
});

test('whoever has a name is called by it', () => {
  const said = namingPerson(message('@sarah has it'), { ...MIKE, displayName: 'sarah' });
  expect(shown(said).text).toBe('@sarah has it');
});

describe('words from outside', () => {
  const places: Record<string, (text: string) => Block> = {
    text: (text) => ({ type: 'text', text }),
    fields: (text) => ({ type: 'fields', fields: [{ label: text, value: text }] }),
    section: (text) => ({ type: 'section', heading: text, lines: [text] }),
    code: (text) => ({ type: 'code', text }),
    table: (text) => ({ type: 'table', columns: [text], rows: [[text]] }),
    buttons: (text) => ({ type: 'buttons', buttons: [{ label: text, command: `/x ${text}` }] }),
  };

  test.each(Object.entries(places))('that nobody marked are words, in %s', (_, make) => {
    const { text, blocks } = shown(message('ours', { blocks: [make('@U2MIKE <@U2MIKE> #ops')] }));
    expect(text).not.toMatch(/[<>]/);
    expect(blocks).not.toMatch(/"(?:user|channel)"/);
  });

  test.each(Object.entries(places))('never become the mention that we made beside them, in %s', (_, make) => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('@U2MIKE', '<@U2MIKE>', '#ops', 'x', ' ', '@', '-')), (parts) => {
        const hostile = parts.join('');
        const said = message('seen by @U2MIKE', { blocks: [make(`a ${hostile}`)] });
        const { blocks } = shown(namingPerson(said, MIKE));
        // At most the one that is ours.
        const [title = '', ...rest] = JSON.parse(blocks) as unknown[];
        expect(JSON.stringify(rest)).not.toContain('"user"');
        expect(JSON.stringify(title).split(USER).length - 1).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100, seed: 492 },
    );
  });

  test('take a mention from nobody but themselves: it is plain again', () => {
    const said = namingPerson(
      message('seen by @U2MIKE', { blocks: [{ type: 'text', text: '@U2MIKE' }] }),
      MIKE,
    );
    expect(shown(said)).toEqual({
      text: 'seen by @U2MIKE\n@U2MIKE',
      blocks: expect.not.stringContaining('"user"'),
    });
  });
});

test('who acknowledged, and where a plan waits, in the thread', async () => {
  const { h, slack, slash, type, find } = await createSlackHarness();
  await h.alert({ title: 'api down', service: 'api' });
  await h.advance(20_000);
  await type('/ack 1', { user: 'U2MIKE' });
  await h.advance(20_000);
  expect(JSON.stringify(find('INCIDENT #1').blocks)).toContain(`"acknowledged by "},${USER}`);
  expect(slack.posted.some(({ text }) => text.startsWith('<@U2MIKE> acknowledged.'))).toBe(true);
  await slash('/restart api');
  await h.advance(20_000);
  expect(find('waits for approval').text).toContain('plan #1 waits for approval in <#C1OPS>');
});

test('their id is nowhere bare: on their plan, on pages, where their time runs out, in the summary', async () => {
  const { h, slack, slash, type, press, find } = await createSlackHarness();
  await h.alert({ title: 'api down', service: 'api' });
  await h.advance(20_000);
  await type('/restart api', { user: 'U2MIKE' });
  await press(find('Plan #1'), 'Deny', { user: 'U2MIKE' });
  await type('/ack 1', { user: 'U2MIKE' });
  await h.advance(20_000);
  expect(find('took it at').text).toContain('✅ <@U2MIKE> took it at 03:15 UTC');
  await h.advance(2 * 3_600_000);
  await type('/ack 1', { user: 'U2MIKE' });
  await h.advance(20_000);
  await slash('/incident close 1 it was the cache');
  await press(find('Close incident #1'), 'Approve');
  await h.advance(20_000);
  const tells = (words: string) =>
    slack.posted.some(({ text }) => text.includes(words) && text.includes('<@U2MIKE>'));
  for (const said of ['runs out at', 'ran out', 'Asked by', 'Duration']) expect(tells(said), said).toBe(true);
  const bare = slack.posted.flatMap(({ text, blocks }) => {
    const rest = `${text} ${JSON.stringify(blocks)}`.replaceAll('<@U2MIKE>', '').replaceAll(USER, '');
    return rest.includes('U2MIKE') ? [text] : [];
  });
  expect(bare).toEqual([]);
});

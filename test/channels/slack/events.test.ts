// What people do in Slack, in Slack's own payloads, and the line it is for us.
import { describe, expect, test } from 'vitest';
import { heardIn } from '../../../src/channels/slack/events.ts';

const hearing = { self: 'U0BOT', triggers: ['/ack', '/rollback', '/status', '/logs'] };
const heard = (type: string, body: unknown) => heardIn(type, body, hearing);

const slash = (change: Record<string, unknown> = {}) =>
  heard('slash_commands', {
    command: '/rollback',
    text: '#492',
    team_id: 'T0ACME',
    user_id: 'U1SARAH',
    user_name: 'sarah',
    channel_id: 'C1OPS',
    channel_name: 'ops-critical',
    trigger_id: '13345224609.738474920.8088930838d88f008e0',
    response_url: 'https://hooks.slack.com/commands/1/2',
    ...change,
  });

const said = (event: Record<string, unknown>) =>
  heard('events_api', {
    team_id: 'T0ACME',
    event_id: 'Ev1',
    type: 'event_callback',
    event: {
      type: 'message',
      channel: 'C1OPS',
      user: 'U1SARAH',
      ts: '1700000000.000100',
      team: 'T0ACME',
      ...event,
    },
  });

const clicked = (change: Record<string, unknown> = {}) =>
  heard('interactive', {
    type: 'block_actions',
    trigger_id: '1.2.3',
    team: { id: 'T0ACME' },
    user: { id: 'U1SARAH', username: 'sarah', team_id: 'T0ACME' },
    container: { type: 'message', message_ts: '1700000000.000200', channel_id: 'C1OPS' },
    message: { ts: '1700000000.000200', thread_ts: '1700000000.000001' },
    actions: [{ action_id: 'say.3.0.0', type: 'button', value: '/approve 7' }],
    ...change,
  });

describe('what is typed', () => {
  test('a slash command is its line, in the room', () => {
    expect(slash()).toEqual({
      key: 'slash:13345224609.738474920.8088930838d88f008e0',
      team: 'T0ACME',
      user: 'U1SARAH',
      channel: 'C1OPS',
      threadTs: null,
      text: '/rollback #492',
      slash: true,
      bot: false,
    });
  });

  test('a prefix that other apps made necessary is no part of the line', () => {
    expect(slash({ command: '/acme-rollback' })?.text).toBe('/rollback #492');
    expect(slash({ command: '/acme-prod-rollback' })?.text).toBe('/rollback #492');
    expect(slash({ command: '/roll-back' })?.text).toBe('/roll-back #492');
  });

  test('/ops-status is /status, a name that Slack keeps for itself', () => {
    expect(slash({ command: '/ops-status', text: '' })?.text).toBe('/status');
    expect(said({ text: 'ops-status', thread_ts: '1.1' })?.inThread).toBe('/status');
  });

  test.each([
    ['<@U0BOT> rollback #492', '/rollback #492'],
    ['<@U0BOT>  /rollback #492', '/rollback #492'],
    ['<@U0BOT>: rollback #492', '/rollback #492'],
    ['<@U0BOT> Rollback #492', '/rollback #492'],
    ['<@U0BOT> hello', 'hello'],
  ])('%s, in a room', (text, line) => {
    expect(said({ type: 'app_mention', text })?.text).toBe(line);
  });

  test.each([
    ['@openclaw rollback #492', '/rollback #492', true],
    ['@OpenClaw: ack', '/ack', true],
    ['@openclawed rollback #492', '@openclawed rollback #492', undefined],
    ['ask @openclaw to rollback', 'ask @openclaw to rollback', undefined],
  ])('our name that was typed and not picked from the list of Slack: %s', (text, line, toUs) => {
    expect(said({ text })).toMatchObject({ text: line });
    expect(said({ text })?.toUs).toBe(toUs);
  });

  test.each([
    ['rollback #492', '/rollback #492'],
    [' /rollback #492', '/rollback #492'],
    ['/ack', '/ack'],
    ['the rollback helped', 'the rollback helped'],
    ['post-rollback all is well', 'post-rollback all is well'],
    ['/acme-rollback #492', '/rollback #492'],
  ])('%s, in a thread', (text, line) => {
    const found = said({ text, thread_ts: '1700000000.000001' });
    expect(found?.threadTs).toBe('1700000000.000001');
    // Whether the thread is one of ours is known by who stores it.
    expect(found?.inThread ?? found?.text).toBe(line);
    expect(found?.text).toBe(text.trim());
  });

  test('words in a room are no command, and in a direct message they are', () => {
    expect(said({ text: 'ack' })?.text).toBe('ack');
    expect(said({ text: 'ack 7', channel: 'D1', channel_type: 'im' })?.text).toBe('/ack 7');
  });

  test('what begins with our name, or is said to us alone, is addressed to us', () => {
    const name = '<@U0BOT>';
    expect(said({ text: name })).toMatchObject({ text: '', toUs: true });
    expect(said({ text: `${name} aprove 3`, thread_ts: '1.1' })).toMatchObject({
      text: 'aprove 3',
      toUs: true,
    });
    expect(said({ text: 'hello', channel: 'D1', channel_type: 'im' })?.toUs).toBe(true);
    expect(said({ text: `ask ${name} for it` })?.toUs).toBeUndefined();
    expect(said({ text: '<@U0BOTHER> ack' })?.toUs).toBeUndefined();
  });

  test('what Slack writes around links, rooms and people is as it was typed', () => {
    const text = 'logs <#C2|api> &lt;b&gt; &amp;amp; <http://api.example|api.example> <@U9|ann>';
    expect(said({ text, thread_ts: '1.1' })?.inThread).toBe('/logs #api <b> &amp; http://api.example <@U9>');
  });

  test('one message that two events tell of is one', () => {
    const one = said({ text: '<@U0BOT> ack' });
    expect(said({ type: 'app_mention', text: '<@U0BOT> ack' })?.key).toBe(one?.key);
    expect(said({ text: '<@U0BOT> ack', ts: '1700000000.000101' })?.key).not.toBe(one?.key);
  });
});

test('a button is what a person would type, in its thread', () => {
  expect(clicked()).toMatchObject({
    key: 'click:1.2.3',
    team: 'T0ACME',
    user: 'U1SARAH',
    channel: 'C1OPS',
    threadTs: '1700000000.000001',
    text: '/approve 7',
    bot: false,
  });
  expect(clicked({ message: { ts: '1700000000.000200' } })?.threadTs).toBe('1700000000.000200');
});

test('bots are known as bots, and what we post ourselves is not heard', () => {
  expect(said({ text: 'ack', subtype: 'bot_message', user: undefined, bot_id: 'B1' })).toMatchObject({
    user: 'B1',
    bot: true,
  });
  expect(said({ text: 'ack', user: 'U0BOT', bot_id: 'B0' })).toBeNull();
});

test.each([
  ['an edit', said({ text: 'ack', subtype: 'message_changed' })],
  ['a join', said({ text: 'joined', subtype: 'channel_join' })],
  ['a reaction', said({ type: 'reaction_added' })],
  ['a message without a place', said({ text: 'ack', channel: 7 })],
  ['a button that says nothing of ours', clicked({ actions: [{ value: 'rm -rf' }] })],
  ['a button without a value', clicked({ actions: [{ value: null }] })],
  ['a view', clicked({ type: 'view_submission' })],
  ['no actions', clicked({ actions: [] })],
  ['a command without a person', slash({ user_id: undefined })],
  ['another type', heard('hello', {})],
  ['no object', heard('events_api', 'ack')],
  ['a list', heard('interactive', [])],
  ['nothing', heard('slash_commands', null)],
])('%s is nothing that was said', (_, found) => {
  expect(found).toBeNull();
});

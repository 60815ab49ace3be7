// What Slack tells of our rooms while we run: another name, the end, or open again; said before a message is missed there.
import { describe, expect, onTestFinished, test } from 'vitest';
import { roomNewsIn } from '../../../src/channels/slack/room-news.ts';
import type { ChannelTrouble } from '../../../src/domain/channel-trouble.ts';
import { message } from '../../../src/domain/message.ts';
import { connectSlack } from '../../support/connect-slack.ts';
import { BOT, startSlack, TEAM } from '../../support/slack.ts';
import { until } from '../../support/until.ts';

const call = { signal: new AbortController().signal };

async function scene() {
  const slack = await startSlack({ 'ops-critical': 'C1OPS', 'ops-info': 'C2INFO', random: 'C3RANDOM' });
  const said: [string, ChannelTrouble | null][] = [];
  const heard: string[] = [];
  let rooms = ['#ops-critical', '#ops-info'];
  const channel = await connectSlack(slack, {
    trouble: (about, trouble) => said.push([about, trouble]),
    rooms: async () => rooms,
    hear: async ({ text }) => heard.push(text) > 0,
  });
  onTestFinished(() => channel.close());
  await slack.connected();
  const tell = async (event: Record<string, unknown>, team = TEAM) =>
    slack.acked(slack.send('events_api', { team_id: team, event_id: `Ev${said.length}`, event }));
  const rename = async (from: string, to: string) => {
    const id = slack.rooms[from] ?? '';
    delete slack.rooms[from];
    slack.rooms[to] = id;
    slack.formerly[to] = [...(slack.formerly[from] ?? []), from];
    await tell({ type: 'channel_rename', channel: { id, name: to, created: 1_700_000_000 } });
  };
  const of = (about: string) => said.filter((each) => each[0] === about).map((each) => each[1]);
  const use = (...names: string[]) => {
    rooms = names;
  };
  return { slack, channel, said, of, tell, rename, use, heard };
}

describe('a room that gets another name', () => {
  test('is told once, with what to type, and over when it has its name again', async () => {
    const { of, rename, heard } = await scene();
    await rename('ops-critical', 'sev1');
    await until(() => of('name of #ops-critical').length > 0);
    expect(of('name of #ops-critical')).toEqual([
      {
        text: '#ops-critical in slack is called #sev1 now: what is for it arrives there until openclaw starts anew, and then nowhere',
        fix: 'call it #ops-critical again, or make another room of that name: openclaw tells there what reaches nobody else. Routes are moved by openclaw alert-route edit NAME --to "#sev1" (openclaw alert-route list names them)',
        passing: false,
        mild: true,
      },
    ]);
    expect(of('#ops-critical')).toEqual([]);
    await rename('sev1', 'ops-critical');
    await until(() => of('name of #ops-critical').length > 1);
    expect(of('name of #ops-critical').at(-1)).toBeNull();
    expect(heard).toEqual([]);
  });

  test('is over when nothing uses the old name any more, and not before', async () => {
    const { channel, of, rename, use } = await scene();
    await rename('ops-info', 'ops-information');
    await until(() => of('name of #ops-info').length > 0);
    expect(of('name of #ops-info')[0]?.fix).toBe(
      'name it so where it is used: openclaw alert-route edit NAME --to "#ops-information" (openclaw alert-route list names them)',
    );
    await channel.recheck?.(['name of #ops-info'], call);
    expect(of('name of #ops-info')).toHaveLength(1);
    use('#ops-critical', '#ops-information');
    await channel.recheck?.(['name of #ops-info'], call);
    expect(of('name of #ops-info').at(-1)).toBeNull();
  });

  test('is over when a room of the old name is there again', async () => {
    const { slack, channel, of, rename } = await scene();
    await rename('ops-info', 'ops-information');
    await until(() => of('name of #ops-info').length > 0);
    slack.rooms['ops-info'] = 'C4NEW';
    await channel.recheck?.(['name of #ops-info'], call);
    expect(of('name of #ops-info').at(-1)).toBeNull();
  });

  test('is no matter of ours where we never post, nor in another workspace', async () => {
    const { slack, said, rename, tell } = await scene();
    slack.formerly['ops-critical'] = ['ops-info'];
    const event = { type: 'channel_rename', channel: { id: 'C1OPS', name: 'ops-critical' } };
    await tell(event, 'T9FOREIGN');
    await rename('random', 'chatter');
    // Told after those two, so they are through when it is.
    await rename('ops-critical', 'sev1');
    await until(() => said.some(([about]) => about === 'name of #ops-critical'));
    expect(said.filter(([about, trouble]) => about.includes('#') && trouble)).toHaveLength(2);
    expect(said.map(([about]) => about)).not.toContain('name of #random');
  });
});

describe('a room that is archived', () => {
  test('is named before anything is missed there, and over when it is used no more', async () => {
    const { slack, channel, of, tell, use } = await scene();
    slack.archived.add('C2INFO');
    await tell({ type: 'channel_archive', channel: 'C2INFO', user: 'U1SARAH' });
    await until(() => of('#ops-info').length > 0);
    expect(of('#ops-info')).toMatchObject([
      { text: '#ops-info in slack takes no messages (is_archived): what is for it does not arrive' },
    ]);
    await channel.recheck?.(['#ops-info'], call);
    expect(of('#ops-info')).toHaveLength(1);
    // Not found where its id is not known yet, which is no other trouble, and mended no other way.
    const post = { eventId: 'e', conversation: '#ops-info', threadRemoteId: null, message: message('x') };
    await expect(channel.send({ ...post, mentions: [], possibleRepeat: false }, call)).rejects.toThrow(
      'no conversation #ops-info',
    );
    expect(of('#ops-info')).toHaveLength(1);
    use('#ops-critical');
    await channel.recheck?.(['#ops-info'], call);
    expect(of('#ops-info').at(-1)).toBeNull();
  });

  test.each(['channel_unarchive', 'group_unarchive'])('is over with %s, and nothing posted', async (type) => {
    const { slack, of, tell } = await scene();
    slack.archived.add('C2INFO');
    await tell({ type: 'channel_archive', channel: 'C2INFO', user: 'U1SARAH' });
    await until(() => of('#ops-info').length > 0);
    slack.archived.delete('C2INFO');
    await tell({ type, channel: 'C2INFO', user: 'U1SARAH' });
    await until(() => of('#ops-info').length > 1);
    expect(of('#ops-info').at(-1)).toBeNull();
    expect(slack.posted).toEqual([]);
  });

  test('and open again without us in it names that, and is over when we are', async () => {
    const { slack, channel, of, tell } = await scene();
    slack.archived.add('C2INFO');
    await tell({ type: 'channel_archive', channel: 'C2INFO', user: 'U1SARAH' });
    await until(() => of('#ops-info').length > 0);
    slack.archived.delete('C2INFO');
    slack.notIn.add('C2INFO');
    await tell({ type: 'channel_unarchive', channel: 'C2INFO', user: 'U1SARAH' });
    await until(() => of('#ops-info').length > 1);
    await channel.recheck?.(['#ops-info'], call);
    expect(of('#ops-info').slice(1)).toEqual([
      {
        text: '#ops-info in slack takes no messages (not_in_channel): what is for it does not arrive',
        fix: expect.stringContaining('/invite it there'),
        passing: false,
      },
    ]);
    slack.notIn.delete('C2INFO');
    await channel.recheck?.(['#ops-info'], call);
    expect(of('#ops-info').at(-1)).toBeNull();
  });

  test('by ourselves, as that of a closed incident is, is no trouble', async () => {
    const { slack, said, tell } = await scene();
    await tell({ type: 'channel_archive', channel: 'C2INFO', user: BOT });
    slack.archived.add('C1OPS');
    await tell({ type: 'group_archive', channel: 'C1OPS', user: 'U1SARAH' });
    await until(() => said.some(([about]) => about === '#ops-critical'));
    expect(said.map(([about]) => about)).not.toContain('#ops-info');
  });
});

test.each([
  ['no event', null],
  ['no channel', { type: 'channel_rename' }],
  ['a channel that is no object', { type: 'channel_rename', channel: 'C1OPS' }],
  ['a name that is no text', { type: 'channel_rename', channel: { id: 'C1OPS', name: ['x'] } }],
  ['an archive of nothing', { type: 'channel_archive', channel: { id: 'C1OPS' } }],
  ['words', { type: 'message', channel: 'C1OPS', text: 'hello' }],
])('%s tells of no room', (_, event) => {
  expect(roomNewsIn('events_api', { team_id: TEAM, event })).toBeNull();
});

// What a person types to our Slack and PagerDuty, and what they see of them. Ours; `run.mjs` says how it is started.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { pagerSignature, pagerWebhook, startPagerDuty } from '../support/pagerduty.ts';
import { type Posted, startSlack, TEAM, type Told } from '../support/slack.ts';
import { buttonsOf, clickOn, submission } from '../support/slack-payloads.ts';
import { slackPicture } from '../support/slack-picture.ts';
import { send, signedClick, signedCommand, signedEvent } from '../support/slack-request.ts';

const HELP = `Slack: N is the number before a post, V that of a form
  sarah #room: text            typed in the room; sarah N: text in the thread of post N; sarah dm: text to the app
  sarah #room slash /ack 1     sarah press N Label [team=T0X] [value=...]     sarah submit V text
  show [#room|N]               new posts, or all of a room, or a thread; edited ones as they stand
  picture N FILE.png           the thread of N as a phone shows it
  file F1 FILE | raw N | rooms what was uploaded, the post as it came, who is in which rooms that were made
  room NAME | rename A B | [un]archive NAME | leave NAME | join NAME | scope [+-]NAME | email ADDRESS U1ID
  group S1 U1,U2               members of a user group
  always METHOD TOLD | next METHOD TOLD      TOLD: 429, 500, silent, lost, unheard, an error such as token_revoked, ok
  down | up | drop | freeze | asked [COUNT] | http URL SECRET     (HTTP mode instead of the socket)
  again                        the last event once more, with its id
PagerDuty: pd show | pd down | pd up | pd hook URL | pd user ID NAME ADDRESS | pd schedule ID NAME USER HOURS
  pd acknowledged|resolved|triggered|reassigned N [USER]   what somebody did with incident N there
`;
const idOf = (who: string) =>
  ({ sarah: 'U1SARAH', mike: 'U2MIKE', lead: 'U3LEAD' })[who] ??
  (/^[UWB]\d/.test(who) ? who : `U9${who.toUpperCase()}`);

/** Gives what takes a line and answers it. It listens for lines on `port`, too. */
export async function openDesk(port: number): Promise<(line: string) => Promise<string>> {
  const slack = await startSlack({ 'ops-critical': 'C1OPS', 'ops-alerts': 'C2ALERTS', 'ops-info': 'C3INFO' });
  const pager = await startPagerDuty();
  slack.clock = Date.now;
  const by = new Map<Posted, string>();
  let http: { url: string; secret: string } | null = null;
  let hook = '';
  let last: [string, Record<string, unknown>] | null = null;
  let seen = { posts: 0, alone: 0, views: 0 };
  let serial = 0;

  /** As Slack hands it over; gives what came back. */
  async function hand(type: string, payload: Record<string, unknown>, id?: string): Promise<string> {
    last = [type, payload];
    const at = Date.now();
    if (http !== null) {
      const sign = { secret: http.secret, now: at };
      const fields = payload as Record<string, string>;
      const request =
        type === 'events_api'
          ? signedEvent(payload, sign)
          : type === 'interactive'
            ? signedClick(payload, sign)
            : signedCommand(fields, sign);
      const answer = await send(http.url, request);
      return `HTTP ${answer.status} ${await answer.text()}\n`;
    }
    if (slack.sockets() === 0) return 'no socket is open: Slack would try again, at most three times\n';
    const envelope = slack.send(type, payload, id);
    const late = new Promise((resolve) => setTimeout(resolve, 3000, 'late'));
    if ((await Promise.race([slack.acked(envelope), late])) === 'late')
      return 'NOT ACKNOWLEDGED within 3 s\n';
    const reply = slack.replies.get(envelope);
    return `acknowledged after ${Date.now() - at} ms${reply ? ` with ${JSON.stringify(reply)}` : ''}\n`;
  }

  const roomId = (name: string) => slack.rooms[name.replace(/^#/, '')] ?? name;
  const roomName = (id: string) => Object.entries(slack.rooms).find(([, each]) => each === id)?.[0] ?? id;
  const post = (number: string): Posted => {
    const found = slack.posted[Number(number)];
    if (!found) throw new Error(`there is no post ${number}`);
    return found;
  };
  const event = (body: Record<string, unknown>) =>
    hand('events_api', { team_id: TEAM, event_id: `Ev${Date.now()}${++serial}`, event: body });

  function typed(who: string, place: string, text: string): Promise<string> {
    const root = /^\d+$/.test(place) ? post(place) : null;
    const channel = place === 'dm' ? `D${idOf(who)}` : (root?.channel ?? roomId(place));
    serial += 1;
    const ts = `${Math.floor(Date.now() / 1000)}.${String(serial).padStart(6, '0')}`;
    const thread = root ? { thread_ts: root.thread_ts ?? root.ts } : {};
    const said: Posted = { channel, ts, ...thread, text, blocks: [], at: Date.now() };
    by.set(said, who);
    slack.posted.push(said);
    const direct = place === 'dm' ? { channel_type: 'im' } : {};
    const bot = idOf(who).startsWith('B') ? { bot_id: idOf(who), subtype: 'bot_message' } : {};
    return event({
      type: 'message',
      channel,
      user: idOf(who),
      team: TEAM,
      text,
      ts,
      ...thread,
      ...direct,
      ...bot,
    });
  }

  function slash(who: string, place: string, line: string): Promise<string> {
    const [command = '', ...words] = line.split(' ');
    return hand('slash_commands', {
      ...{ command, text: words.join(' '), team_id: TEAM, user_id: idOf(who), user_name: who },
      ...{ channel_id: place === 'dm' ? `D${idOf(who)}` : roomId(place), trigger_id: slack.trigger() },
      response_url: 'https://hooks.slack.com/commands/1/2',
    });
  }

  function press(who: string, number: string, rest: string): Promise<string> {
    const set = Object.fromEntries([...rest.matchAll(/ (team|value)=(\S+)/g)].map(([, k, v]) => [k, v]));
    const label = rest.replace(/ (team|value)=\S+/g, '');
    const now = post(number);
    // An app that has not heard of the edit still shows what was there.
    const shown = [now.blocks, now.cameWith ?? []]
      .map((blocks) => ({ ...now, blocks: withBesides(blocks) }))
      .find((one) => buttonsOf(one).some(({ text }) => text.text === label));
    if (!shown) throw new Error(`post ${number} has no button ${label}`);
    return hand('interactive', clickOn(shown, label, { user: idOf(who), trigger: slack.trigger(), ...set }));
  }

  function told(word: string): Told {
    if (word === '429') return { status: 429, headers: { 'retry-after': '5' }, body: '' };
    if (/^5\d\d$/.test(word)) return { status: Number(word), body: 'no' };
    if (word === 'silent' || word === 'lost' || word === 'unheard') return word;
    return { ok: false, error: word };
  }

  function drawn(one: Posted, number: number): string {
    const clock = new Date(one.at).toISOString().slice(11, 19);
    const into = one.thread_ts
      ? `thread of ${slack.posted.findIndex(({ ts }) => ts === one.thread_ts)}`
      : 'room';
    const changed = one.cameAs !== undefined && one.cameAs !== one.text ? ' (edited)' : '';
    const pin = slack.pinned.has(`${one.channel}/${one.ts}`) ? ' (pinned)' : '';
    const files = (one.files ?? []).map(({ id, name }) => ` [file ${id} ${name}]`).join('');
    const head = `--- ${number}  ${clock}  #${roomName(one.channel)}, ${into}, ${by.get(one) ?? 'openclaw'}${changed}${pin}${files}`;
    return `${head}\n${body(one)}\n`;
  }

  function show(what: string): string {
    const numbered = slack.posted.map((one, number) => [one, number] as const);
    const root = /^\d+$/.test(what) ? post(what) : null;
    const first = root?.thread_ts ?? root?.ts;
    const wanted = numbered.filter(([one, number]) => {
      if (root) return one.ts === first || one.thread_ts === first;
      return what === '' ? number >= seen.posts : one.channel === roomId(what);
    });
    const alone = slack.ephemeral.slice(what === '' ? seen.alone : slack.ephemeral.length);
    const views = slack.views.map((view, number) => `=== form ${number}\n${JSON.stringify(view, null, 1)}\n`);
    const lines = [
      ...wanted.map(([one, number]) => drawn(one, number)),
      ...alone.map((one) => `--- only ${one.user} in #${roomName(one.channel)}\n${body(one)}\n`),
      ...views.slice(what === '' ? seen.views : views.length),
    ];
    if (what === '')
      seen = { posts: slack.posted.length, alone: slack.ephemeral.length, views: slack.views.length };
    return lines.join('');
  }

  async function picture(number: string, file: string): Promise<string> {
    const root = post(number);
    const posts = slack.posted.filter(({ ts, thread_ts }) => ts === root.ts || thread_ts === root.ts);
    const shown = posts.map((one) => ({
      ...{ name: by.get(one) ?? 'openclaw', isApp: !by.has(one), text: one.text, blocks: one.blocks },
      time: new Date(one.at).toISOString().slice(11, 16),
    }));
    writeFileSync(file, await slackPicture(`Thread  #${roomName(root.channel)}`, shown));
    return `${file}\n`;
  }

  async function atPager(
    verb: string,
    [first = '', second = '', third = '', fourth = '']: string[],
  ): Promise<string> {
    if (verb === 'down' || verb === 'up') pager.down = verb === 'down';
    else if (verb === 'hook') hook = first;
    else if (verb === 'user') pager.users.push({ id: first, name: second, email: third });
    else if (verb === 'schedule') {
      const [from, until] = [0, Number(fourth) * 3_600_000].map((ms) =>
        new Date(Date.now() + ms).toISOString(),
      );
      pager.schedules.push({
        id: first,
        name: second,
        shifts: [{ user: third, from: String(from), until: String(until) }],
      });
    } else if (verb !== 'show') {
      const incident = pager.incidents[Number(first)];
      if (!incident) throw new Error(`PagerDuty has no incident ${first}`);
      if (verb === 'acknowledged' || verb === 'resolved' || verb === 'triggered') incident.state = verb;
      const who = pager.users.find(({ id }) => id === second) ?? null;
      const text = pagerWebhook(incident.key, {
        ...{ id: `E${Date.now()}`, event_type: `incident.${verb}`, occurred_at: new Date().toISOString() },
        ...{ user: who, incident: { status: incident.state, title: incident.summary } },
      });
      const headers = { 'x-pagerduty-signature': pagerSignature(text, pager.webhookSecret) };
      return `HTTP ${(await fetch(hook, { method: 'POST', body: text, headers })).status}\n`;
    }
    return pager.incidents
      .map(
        ({ key, state, severity, summary, notified }, at) =>
          `${at} ${state} ${severity} notified ${notified}x  ${summary}\n  ${key}\n`,
      )
      .join('');
  }

  async function room(verb: string, name: string, other: string): Promise<string> {
    const id = roomId(name);
    const news = (type: string, channel: unknown) =>
      slack.sockets() > 0 || http ? event({ type, channel }) : '';
    if (verb === 'room') slack.rooms[name] = `C8${name.toUpperCase().replace(/\W/g, '')}`;
    if (verb === 'leave') slack.notIn.add(id);
    if (verb === 'join') slack.notIn.delete(id);
    if (verb === 'archive') {
      slack.archived.add(id);
      return news('channel_archive', id);
    }
    if (verb === 'unarchive') {
      slack.archived.delete(id);
      return news('channel_unarchive', id);
    }
    if (verb === 'rename') {
      delete slack.rooms[name];
      slack.rooms[other] = id;
      slack.formerly[other] = [...(slack.formerly[name] ?? []), name];
      return news('channel_rename', { id, name: other, created: 1_700_000_000 });
    }
    return '';
  }

  async function obey(line: string): Promise<string> {
    const [verb = '', first = '', second = '', ...rest] = line.trim().split(' ');
    const said = /^(\S+) (#\S+|\d+|dm):(?: (.*))?$/s.exec(line.trimEnd());
    if (said) return typed(said[1] ?? '', said[2] ?? '', said[3] ?? '');
    const does = /^(\S+) (\S+ slash|press|submit) (\S+) ?(.*)$/s.exec(line.trim());
    if (does) {
      const [, who = '', what = '', where = '', words = ''] = does;
      if (what === 'press') return press(who, where, words);
      if (what.endsWith(' slash')) return slash(who, first.replace(/ .*/, ''), `${where} ${words}`.trim());
      const view = slack.views[Number(where)];
      return view ? hand('interactive', submission(view, words, { user: idOf(who) })) : `no form ${where}\n`;
    }
    switch (verb) {
      case 'pd':
        return atPager(first, [second, ...rest]);
      case 'show':
        return show(first);
      case 'picture':
        return picture(first, second);
      case 'file':
        writeFileSync(second, slack.uploads.get(first)?.bytes ?? '');
        return `${JSON.stringify({ ...slack.uploads.get(first), bytes: undefined })}\n`;
      case 'raw':
        return `${JSON.stringify(post(first), null, 1)}\n`;
      case 'rooms':
        return `${JSON.stringify([slack.rooms, [...slack.made]], null, 1)}\n`;
      case 'always':
        slack.always(first, second === 'ok' ? null : told(second));
        return '';
      case 'next':
        slack.next(first, told(second));
        return '';
      case 'scope': {
        const others = slack.scopes.filter((scope) => scope !== first.slice(1));
        slack.scopes = first.startsWith('+') ? [...others, first.slice(1)] : others;
        return `${slack.scopes.join(' ')}\n`;
      }
      case 'email':
        slack.people.set(first, { id: idOf(second), team_id: TEAM, name: second });
        return '';
      case 'group':
        slack.groups[first] = second.split(',').map(idOf);
        return '';
      case 'http':
        http = { url: first, secret: second };
        return '';
      case 'again':
        return last ? hand(...last) : 'nothing was sent yet\n';
      case 'asked':
        return slack.asked
          .slice(-Number(first || 20))
          .map(({ method, args }) => `${method} ${args.channel ?? ''} ${(args.text ?? '').slice(0, 60)}\n`)
          .join('');
      case 'down':
        await slack.down();
        return '';
      case 'up':
        await slack.up();
        return '';
      case 'drop':
        slack.dropSockets();
        return '';
      case 'freeze':
        slack.freeze();
        return '';
      case 'room':
      case 'leave':
      case 'join':
      case 'archive':
      case 'unarchive':
      case 'rename':
        return room(verb, first, second);
      default:
        return HELP;
    }
  }

  const type = (line: string) =>
    obey(line).catch((error: unknown) => `${error instanceof Error ? error.message : String(error)}\n`);
  createServer(async (request, response) => {
    let line = '';
    for await (const chunk of request) line += String(chunk);
    response.end(await type(line));
  }).listen(port, '127.0.0.1');
  process.stdout.write(
    `slack:     --set api=${slack.api}   SLACK_BOT_TOKEN=xoxb-by-hand SLACK_APP_TOKEN=xapp-by-hand
pagerduty: --set events=${pager.url} --set api=${pager.url}
           PD_KEY=${pager.routingKey} PD_TOKEN=${pager.token} PD_WEBHOOK_SECRET=${pager.webhookSecret}\n`,
  );
  return type;
}

/** Buttons beside a text, as those below one. */
function withBesides(blocks: Posted['blocks']): Posted['blocks'] {
  return blocks.flatMap((block) =>
    block.accessory ? [block, { type: 'actions', elements: [block.accessory] }] : [block],
  );
}

/** Its blocks in words, and its buttons. */
function body(one: Pick<Posted, 'text' | 'blocks'>): string {
  const words =
    one.blocks.length === 0 ? one.text : textsIn(one.blocks.filter(({ type }) => type !== 'actions'));
  const buttons = buttonsOf({ blocks: withBesides(one.blocks) }).map(({ text }) => `[${text.text}]`);
  return [words, buttons.join(' ')].filter((part) => part !== '').join('\n');
}

function textsIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(textsIn).filter(Boolean).join('\n');
  if (typeof value !== 'object' || value === null) return '';
  const { text, elements, fields, type, user_id: user, channel_id: room } = value as Record<string, unknown>;
  if (type === 'user' || type === 'channel') return `<${type === 'user' ? '@' : '#'}${user ?? room}>`;
  // What stands between mentions is one line.
  if (type === 'rich_text_section' && Array.isArray(elements)) return elements.map(textsIn).join('');
  return [typeof text === 'string' ? text : textsIn(text), textsIn(elements), textsIn(fields)]
    .filter(Boolean)
    .join('\n');
}

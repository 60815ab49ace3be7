// What every channel promises, whatever it speaks to. A channel is plugged in by one scenario object.
import { inspect as shown } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ChannelAdapter, OutgoingPost } from '../../../src/domain/channel.ts';
import { ToolError, type ToolOutcome } from '../../../src/domain/errors.ts';
import { type Block, message } from '../../../src/domain/message.ts';

/** What goes wrong on the other side, for every write from now on. `lost`, `silent`: it is done, and nothing is heard of it. */
export type Trouble = 'refused' | 'limited' | 'broken' | 'html' | 'cut' | 'lost' | 'silent';

/** One message as it stands there. */
export interface Arrived {
  remoteId: string;
  /** Id of the thread's first message; null: at the top. */
  threadRemoteId: string | null;
  /** All that a person sees of it. */
  shown: string;
  /** Whom it wakes: ids, and words such as `channel`. */
  woken: string[];
}

/** A fresh other side, and a channel that speaks to it. Whoever opens one ends it with the test. */
export interface OpenedChannel {
  channel: ChannelAdapter;
  /** A place there that takes messages. */
  conversation: string;
  /** Values that no error may hold. */
  secrets: readonly string[];
  /** In order of arrival, edits in their places. */
  arrived(): Arrived[];
  /** Null: all is well again. */
  trouble(trouble: Trouble | null): Promise<void> | void;
  /** What it keeps open to hear people, such as a socket. Absent: it hears nobody. */
  listening?(): number;
}

export interface ChannelScenario {
  name: string;
  open(): Promise<OpenedChannel>;
  /** What is then known of the message; `arrives`: the trouble is none of its own. Those left out cannot happen there. */
  troubles: Partial<Record<Trouble, ToolOutcome | 'arrives'>>;
  /** It has threads; a pager has none. */
  threads: boolean;
  /** Seconds to stay away, as `limited` says them. Default: it cannot say so. */
  waitSeconds?: number;
}

/** For a side that says nothing: the caller's patience. */
const PATIENCE_MS = 200;
/** Than any channel gives up an answer by itself. */
const SOONER = { timeout: 8000 };
const never = () => ({ signal: new AbortController().signal });

const outgoing = (
  { conversation }: OpenedChannel,
  change: Partial<OutgoingPost> & { title?: string; blocks?: Block[] } = {},
): OutgoingPost => {
  const { title = '🔴 api: error rate 12.3%', blocks = [], ...rest } = change;
  return {
    eventId: '11111111-2222-4333-8444-555555555555',
    conversation,
    threadRemoteId: null,
    message: message(title, { blocks }),
    mentions: [],
    possibleRepeat: false,
    ...rest,
  };
};

export function channelConforms(scenario: ChannelScenario): void {
  describe(`${scenario.name} keeps what every channel promises`, () => {
    delivers(scenario);
    showsText(scenario);
    saysWhatBecameOfIt(scenario);
    ends(scenario);
  });
}

function delivers({ open, threads }: ChannelScenario): void {
  test('a message arrives once, under the id that is given back', async () => {
    const opened = await open();
    const { remoteId } = await opened.channel.send(outgoing(opened), never());
    expect(remoteId).toMatch(/^\S{3,300}$/);
    expect(opened.arrived()).toMatchObject([{ remoteId, threadRemoteId: null }]);
    expect(opened.arrived()[0]?.shown).toContain('🔴 api: error rate 12.3%');
  });

  test('messages arrive in the order they are sent, in their thread', async () => {
    const opened = await open();
    const { channel } = opened;
    const first = await channel.send(outgoing(opened, { eventId: 'first' }), never());
    const thread = threads ? first.remoteId : null;
    for (let n = 1; n <= 12; n += 1)
      await channel.send(
        outgoing(opened, { eventId: `line-${n}`, title: `line ${n}.`, threadRemoteId: thread }),
        never(),
      );
    const [root, ...lines] = opened.arrived();
    expect(root?.threadRemoteId).toBeNull();
    expect(lines.map(({ shown }) => /line \d+\./.exec(shown)?.[0])).toEqual(
      Array.from({ length: 12 }, (_, n) => `line ${n + 1}.`),
    );
    expect(new Set(lines.map(({ threadRemoteId }) => threadRemoteId))).toEqual(new Set([thread]));
    expect(new Set(opened.arrived().map(({ remoteId }) => remoteId)).size).toBe(13);
  });

  test('an edit changes what stands there, and adds nothing', async ({ skip }) => {
    const opened = await open();
    const { channel } = opened;
    if (channel.edit === undefined) return skip();
    const { remoteId } = await channel.send(outgoing(opened), never());
    const change = outgoing(opened, { title: '✅ api: resolved' });
    await channel.edit(remoteId, change, never());
    await channel.edit(remoteId, change, never());
    expect(opened.arrived()).toMatchObject([{ remoteId }]);
    expect(opened.arrived()[0]?.shown).toContain('✅ api: resolved');
    expect(opened.arrived()[0]?.shown).not.toContain('12.3%');
  });

  test('one that is there is found by its event, and no other is', async ({ skip }) => {
    const opened = await open();
    const { channel } = opened;
    if (channel.find === undefined) return skip();
    const root = await channel.send(outgoing(opened), never());
    const reply = outgoing(opened, { eventId: 'reply', threadRemoteId: threads ? root.remoteId : null });
    const sent = await channel.send(reply, never());
    expect(await channel.find(reply, never())).toEqual(sent);
    expect(await channel.find(outgoing(opened), never())).toEqual(root);
    expect(opened.arrived()).toHaveLength(2);
  });

  test('one whose arrival is not known is found, or comes again under the same name and says so', async () => {
    const opened = await open();
    const { channel } = opened;
    const first = await channel.send(outgoing(opened), never());
    const again = outgoing(opened, {
      title: '(possible repeat) 🔴 api: error rate 12.3%',
      possibleRepeat: true,
    });
    if (channel.find) {
      expect(await channel.find(again, never())).toEqual(first);
      expect(opened.arrived()).toHaveLength(1);
      return;
    }
    expect(await channel.send(again, never())).toEqual(first);
    expect(opened.arrived()).toHaveLength(2);
    expect(opened.arrived()[1]?.shown).toContain('(possible repeat)');
  });
}

const HOSTILE = '<!channel> <!here> @everyone <@U666EVIL> <https://evil.example|our wiki> *bold* `x` & <b>';

function showsText({ open }: ChannelScenario): void {
  test('a text from outside is shown as it is, and wakes nobody', async () => {
    const opened = await open();
    const blocks = everyBlock(HOSTILE);
    await opened.channel.send(outgoing(opened, { title: `api ${HOSTILE}`, blocks }), never());
    const [there] = opened.arrived();
    expect(there?.woken).toEqual([]);
    expect(there?.shown.split(HOSTILE).length).toBeGreaterThan(blocks.length);
  });

  test('what would control a screen or turn the direction is not passed on', async () => {
    const opened = await open();
    const text = 'pay\u202e\u2066load\u0007 \u001b[31mred\u001b]0;title\u0007 \u0000end\r\nInjected: yes';
    await opened.channel.send(outgoing(opened, { title: text, blocks: everyBlock(text) }), never());
    const [there] = opened.arrived();
    expect(there?.shown).toContain('payload');
    expect(there?.shown).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u);
  });

  test.each<[string, string]>([
    ['huge', `${'a very long line '.repeat(60_000)}\n`],
    ['many lines', 'line\n'.repeat(20_000)],
    ['of signs in two halves', '🔥'.repeat(100_000)],
    ['broken', '\ud83d'.repeat(5000)],
    ['empty', ''],
    ['blank', ' \n '],
  ])('a text that is %s arrives, as a message or a part of one', async (_, text) => {
    const opened = await open();
    await opened.channel.send(outgoing(opened, { title: '🔴 api', blocks: everyBlock(text) }), never());
    await opened.channel.send(outgoing(opened, { title: text, eventId: 'second' }), never());
    expect(opened.arrived()).toHaveLength(2);
    expect(opened.arrived()[0]?.shown).toContain('🔴 api');
    for (const { shown: all } of opened.arrived()) expect(all.isWellFormed()).toBe(true);
  });
}

function everyBlock(text: string): Block[] {
  return [
    { type: 'text', text },
    { type: 'fields', fields: [{ label: 'what', value: text }] },
    { type: 'section', heading: 'said', lines: [text] },
    { type: 'code', text },
  ];
}

function saysWhatBecameOfIt({ open, troubles, waitSeconds }: ChannelScenario): void {
  const known = Object.entries(troubles) as [Trouble, ToolOutcome | 'arrives'][];

  test.each(known)('with the other side %s it is: %s', async (trouble, outcome) => {
    const opened = await open();
    await opened.trouble(trouble);
    const signal = trouble === 'silent' ? AbortSignal.timeout(PATIENCE_MS) : never().signal;
    const error = await outcomeOf(opened.channel.send(outgoing(opened), { signal }));
    if (outcome === 'arrives') {
      expect(error).toBeNull();
      expect(opened.arrived()).toHaveLength(1);
      return;
    }
    expect(error).toBeInstanceOf(ToolError);
    expect((error as ToolError).outcome).toBe(outcome);
    // Only what is surely not there may be sent again without a word.
    if (outcome !== 'unknown') expect(opened.arrived()).toEqual([]);
    if (trouble === 'limited' && waitSeconds !== undefined)
      expect((error as ToolError).retryAfterMs).toBe(waitSeconds * 1000);
    expect((error as ToolError).message).toMatch(/^[^\p{Cc}]{3,600}$/u);
    keepsSecrets(opened, error);
  });

  test.each(known.filter(([, outcome]) => outcome !== 'arrives'))(
    'after it was %s it works again, and what was in doubt is found where it can be',
    async (trouble) => {
      const opened = await open();
      const { channel } = opened;
      await opened.trouble(trouble);
      const signal = trouble === 'silent' ? AbortSignal.timeout(PATIENCE_MS) : never().signal;
      await outcomeOf(channel.send(outgoing(opened), { signal }));
      await opened.trouble(null);
      const before = opened.arrived().length;
      const there = await channel.find?.(outgoing(opened), never());
      if (channel.find) expect(there === null ? 0 : 1).toBe(before);
      if (!there) await channel.send(outgoing(opened, { possibleRepeat: before > 0 }), never());
      const [last] = opened.arrived().slice(-1);
      expect(last?.shown).toContain('🔴 api');
      if (channel.find) expect(opened.arrived()).toHaveLength(1);
    },
  );
}

function ends({ open, troubles }: ChannelScenario): void {
  test('nothing is sent once the call has ended', async () => {
    const opened = await open();
    const error = await outcomeOf(opened.channel.send(outgoing(opened), { signal: AbortSignal.abort() }));
    // A text that is kept on this machine is there at once.
    if (error === null) return expect(troubles).toEqual({});
    expect((error as ToolError).outcome).not.toBe('unknown');
    expect(opened.arrived()).toEqual([]);
  });

  test.skipIf(troubles.silent === undefined)('a call that is ended comes back at once', SOONER, async () => {
    const opened = await open();
    await opened.trouble('silent');
    const end = new AbortController();
    const sent = outcomeOf(opened.channel.send(outgoing(opened), { signal: end.signal }));
    setTimeout(() => end.abort(), PATIENCE_MS);
    // Sooner than its own patience with the other side, or the test runs out of time.
    expect(await sent).toBeInstanceOf(ToolError);
  });

  test('it is closed at once, twice without harm, and hears nobody any more', SOONER, async () => {
    const opened = await open();
    if (opened.listening) await expect.poll(opened.listening).toBeGreaterThan(0);
    const end = new AbortController();
    if (troubles.silent !== undefined) await opened.trouble('silent');
    const sent = outcomeOf(opened.channel.send(outgoing(opened), { signal: end.signal }));
    await opened.channel.close();
    await opened.channel.close();
    if (opened.listening) await expect.poll(opened.listening).toBe(0);
    end.abort();
    await sent;
  });
}

/** Null: it went well. */
async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

/** Neither in its words nor anywhere within it. */
function keepsSecrets({ secrets }: OpenedChannel, error: unknown): void {
  const all = `${shown(error, { depth: 12, showHidden: true })} ${error instanceof Error ? error.stack : ''}`;
  for (const secret of secrets) expect(all).not.toContain(secret);
}

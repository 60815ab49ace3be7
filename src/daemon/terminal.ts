// The chat in a terminal: a view of the stored posts, and a door for what is typed. Runs inside the daemon or beside it.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { completeLine, type Known } from '../channels/terminal/complete.ts';
import { type Focus, focusAfterPost } from '../channels/terminal/focus.ts';
import { formatPost, formatRemark } from '../channels/terminal/lines.ts';
import {
  createTerminal,
  type Terminal,
  type TerminalInput,
  type TerminalOutput,
} from '../channels/terminal/screen.ts';
import { asKnown } from '../domain/called.ts';
import type { ChatEvent } from '../domain/chat.ts';
import type { Clock } from '../domain/clock.ts';
import { type Principal, principalKey } from '../domain/principal.ts';
import type { Contact } from '../domain/resource.ts';
import { spokenTo } from '../domain/to-us.ts';
import { BUILT_IN_TRIGGERS } from '../domain/verbs.ts';
import type { InboxEntry } from '../store/inbox.ts';
import { receiveChat } from '../store/receive.ts';
import type { Store } from '../store/store.ts';
import { triggersOf } from '../store/triggers.ts';
import { createPostFeed } from './post-feed.ts';

export interface ChatTerminalOptions {
  store: Store;
  /** Who sits at it. */
  person: Principal;
  clock: Clock;
  stateDir: string;
  colour: boolean;
  input: TerminalInput;
  output: TerminalOutput;
  greeting: readonly string[];
  quitNotice?: string;
  onQuit(): void;
}

const LOOK_MS = 50;
const REMARKS = 200;
const HISTORY_LINES = 500;
const CHANNEL = 'terminal';

export async function openChatTerminal(options: ChatTerminalOptions): Promise<{ close(): Promise<void> }> {
  const { store, clock, colour, person } = options;
  let known: Known = { triggers: BUILT_IN_TRIGGERS, services: [], incidents: [], approvals: [], rooms: [] };
  let contacts = await readContacts(store);
  const feed = createPostFeed(store, clock);
  let heard = await store.read.inbox.newestId();
  let version = -1;
  let closed = false;

  const terminal: Terminal = createTerminal({
    input: options.input,
    output: options.output,
    user: asKnown(person, contacts).displayName,
    colour,
    complete: (line) => completeLine(line, known),
    onLine: (line, focus) => void say(line, focus),
    onQuit: options.onQuit,
    ...(options.quitNotice ? { quitNotice: options.quitNotice } : {}),
    history: await readHistory(options.stateDir),
    saveHistory: (lines) => void saveHistory(options.stateDir, lines),
  });

  async function say(line: string, focus: Focus): Promise<void> {
    const event: ChatEvent = {
      key: `terminal:${randomUUID()}`,
      principal: person,
      channel: CHANNEL,
      conversation: focus.room,
      incidentId: focus.incidentId,
      ...spokenTo(line, known.triggers),
      at: clock.now(),
      bot: false,
      unattended: false,
    };
    try {
      await store.write((tx) => receiveChat(tx, event));
    } catch (error) {
      terminal.print([
        `not stored, type it again: ${error instanceof Error ? error.message : String(error)}`,
      ]);
    }
  }

  const view = () => ({ width: terminal.columns(), colour, now: clock.now() });

  async function show(): Promise<void> {
    for (;;) {
      const remarks = await store.read.inbox.chatAfter(heard, REMARKS);
      remarks.forEach(showRemark);
      if (remarks.length < REMARKS) break;
    }
    await feed.look(async (post, previous) => {
      terminal.print(formatPost(post, { ...view(), channel: CHANNEL, previous }), {
        bell: post.lane === 'page',
      });
      const incident = post.incidentId === null ? null : await store.read.incidents.find(post.incidentId);
      terminal.setFocus(focusAfterPost(terminal.focus(), { post, isNew: previous === null, incident }));
    });
  }

  function showRemark(entry: InboxEntry): void {
    heard = entry.id;
    const event = entry.body as ChatEvent;
    if (principalKey(event.principal) === principalKey(person) && event.key.startsWith('terminal:')) return;
    const { at, conversation, incidentId, text, principal } = event;
    const by = asKnown(principal, contacts).displayName;
    terminal.print(formatRemark({ at, conversation, incidentId, text, by }, view()));
  }

  async function learn(): Promise<void> {
    const { read } = store;
    contacts = await readContacts(store);
    const [triggers, commands, services, incidents, approvals] = await Promise.all([
      triggersOf(read),
      read.resources.list('command'),
      read.resources.list('service'),
      read.incidents.listOpen(),
      read.approvals.pending(),
    ]);
    const rooms = [
      ...new Set([
        '#ops-critical',
        ...incidents.map(({ conversation }) => conversation),
        ...commands.flatMap(({ spec }) => spec.to ?? []),
      ]),
    ];
    known = {
      triggers,
      services: services.map(({ name }) => name),
      incidents: incidents.map(({ id }) => id),
      approvals: approvals.map(({ id }) => id),
      rooms,
    };
    terminal.setRooms(
      rooms.map((room) => ({
        room,
        incidents: incidents.filter(({ conversation }) => conversation === room).map(({ id }) => id),
      })),
    );
  }

  async function greet(): Promise<void> {
    terminal.print(options.greeting);
    for (const incident of await store.read.incidents.listOpen()) {
      const header =
        incident.headerPostId === null ? null : await store.read.posts.find(incident.headerPostId);
      if (!header) continue;
      feed.remember(header);
      terminal.print(formatPost(header, { ...view(), channel: CHANNEL, previous: null }));
      terminal.setFocus(focusAfterPost(terminal.focus(), { post: header, isNew: true, incident }));
    }
  }

  async function follow(): Promise<void> {
    while (!closed) {
      const now = store.dataVersion();
      if (now !== version) {
        version = now;
        await show();
        await learn();
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  await greet();
  const following = follow();
  return {
    async close() {
      closed = true;
      await following;
      terminal.close();
    },
  };
}

async function readContacts({ read }: Store): Promise<Contact[]> {
  return (await read.resources.list('contact')).filter(({ enabled }) => enabled).map(({ spec }) => spec);
}

function historyFile(stateDir: string): string {
  return join(stateDir, 'chat-history');
}

async function readHistory(stateDir: string): Promise<string[]> {
  const text = await readFile(historyFile(stateDir), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .slice(-HISTORY_LINES);
}

/** A convenience: a terminal that cannot keep it goes on without. */
async function saveHistory(stateDir: string, lines: readonly string[]): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 }).catch(() => {});
  const kept = lines.slice(-HISTORY_LINES).map((line) => line.replaceAll('\n', ' '));
  await writeFile(historyFile(stateDir), `${kept.join('\n')}\n`, { mode: 0o600 }).catch(() => {});
}

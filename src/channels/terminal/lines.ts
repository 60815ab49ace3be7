// A post as the lines of the running conversation: when, where, which incident, and what.

import type { Post } from '../../domain/channel.ts';
import type { Message, Tone } from '../../domain/message.ts';
import { cutToWidth, displayWidth, padEnd } from '../../domain/text/display-width.ts';
import { renderMessage } from '../../domain/text/render-message.ts';
import { safeLine, safeText } from '../../domain/text/safe-text.ts';
import { wrapText } from '../../domain/text/wrap.ts';
import { palette } from './ansi.ts';
import { changesBetween } from './header-change.ts';

export interface PostView {
  /** Cells of a row. */
  width: number;
  colour: boolean;
  /** Instant; a post of another day shows its date. */
  now: number;
  /** The terminal channel's own name: posts of any other appear under that one's name. */
  channel: string;
  /** What this post said when it was last printed; null: it is new. */
  previous: Message | null;
}

export type ShownPost = Pick<
  Post,
  | 'channel'
  | 'conversation'
  | 'incidentId'
  | 'threadPostId'
  | 'message'
  | 'mentions'
  | 'createdAt'
  | 'updatedAt'
>;

export interface Remark {
  at: number;
  conversation: string;
  incidentId: number | null;
  /** Display name, without `@`. */
  by: string;
  text: string;
}

type LineView = Pick<PostView, 'width' | 'colour' | 'now'>;

/** Bars of most posts stand in one column: "#ops-critical #43" is the common case. */
const USUAL_PLACE = 17;
/** With less room than this beside the place, the text goes under it. */
const NARROW_BODY = 36;

/** Rows to print, safe for the terminal. Empty: an edit that shows nothing new. */
export function formatPost(post: ShownPost, view: PostView): string[] {
  const place = placeOf(post, view.channel);
  const header = post.incidentId !== null && post.threadPostId === null;
  if (view.previous && !becameMessage(view.previous, post.message, { header })) {
    const changes = changesBetween(view.previous, post.message, { header });
    if (changes.length === 0) return [];
    const said = `${header ? `#${post.incidentId}` : 'edited,'} now: ${changes.join('; ')}`;
    const shownBefore = `edited, now: ${safeLine(view.previous.title)}`;
    return beside({ at: post.updatedAt, place, tone: post.message.tone }, view, (width) => {
      const row = cutToWidth(said, width);
      // Of what grows while it is written, only the first row fits: the same again is no news.
      if (row === cutToWidth(shownBefore, width)) return [];
      return [palette(view.colour).tone(post.message.tone, row)];
    });
  }
  const at = view.previous ? post.updatedAt : post.createdAt;
  return beside({ at, place, tone: post.message.tone }, view, (width) => [
    ...renderMessage(post.message, { width, pen: palette(view.colour) }),
    ...callsOut(post.mentions, { width, colour: view.colour }),
  ]);
}

/** One line that said how far it is, and is the answer now: that is read, not told in a cut row. */
function becameMessage(old: Message, now: Message, { header }: { header: boolean }): boolean {
  return !header && old.blocks.length === 0 && now.blocks.length > 0;
}

/** What another person said: `03:18 #ops-critical #43 │ @sarah: have a look at the pool`. */
export function formatRemark(remark: Remark, view: LineView): string[] {
  const said = `@${safeLine(remark.by)}: ${safeText(remark.text)}`;
  return beside({ at: remark.at, place: placeOf(remark), tone: 'neutral' }, view, (width) =>
    wrapText(said, width),
  );
}

function beside(
  line: { at: number; place: Place; tone: Tone },
  view: LineView,
  body: (width: number) => string[],
): string[] {
  const pen = palette(view.colour);
  const time = clockTime(line.at, view.now);
  const { room, incident } = line.place;
  const label = `${room}${incident ? ` ${incident}` : ''}`;
  const painted = `${pen.quiet(time)} ${pen.room(room)}${incident ? ` ${pen.strong(incident)}` : ''}`;
  const bar = pen.tone(line.tone, '│');
  const gutter = displayWidth(time) + 1 + Math.max(USUAL_PLACE, displayWidth(label));
  if (view.width - gutter - 3 < NARROW_BODY) {
    const rows = body(view.width - 2);
    return rows.length === 0 ? [] : [painted, ...rows.map((row) => `${bar} ${row}`.trimEnd())];
  }
  const fill = padEnd('', gutter - displayWidth(`${time} ${label}`));
  return body(view.width - gutter - 3).map((row, index) =>
    `${index === 0 ? painted + fill : ' '.repeat(gutter)} ${bar} ${row}`.trimEnd(),
  );
}

interface Place {
  room: string;
  incident: string | null;
}

function placeOf(
  post: { channel?: string; conversation: string; incidentId: number | null },
  own?: string,
): Place {
  const room = cutToWidth(safeLine(post.conversation), 40);
  const foreign = post.channel !== undefined && post.channel !== own;
  return {
    room: foreign ? `[${cutToWidth(safeLine(post.channel ?? ''), 20)}] ${room}` : room,
    incident: post.incidentId === null ? null : `#${post.incidentId}`,
  };
}

function callsOut(mentions: readonly string[], view: { width: number; colour: boolean }): string[] {
  if (mentions.length === 0) return [];
  const names = mentions.slice(0, 20).map((id) => `@${safeLine(id).replace(/^@/u, '')}`);
  return wrapText(`🔔 ${names.join(' ')}`, view.width).map((row) => palette(view.colour).strong(row));
}

/** UTC, like every time in a thread. */
function clockTime(at: number, now: number): string {
  const text = new Date(at).toISOString();
  const sameDay = text.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  return sameDay ? text.slice(11, 16) : `${text.slice(5, 10)} ${text.slice(11, 16)}`;
}

import { describe, expect, test } from 'vitest';
import {
  formatPost,
  formatRemark,
  type PostView,
  type ShownPost,
} from '../../../src/channels/terminal/lines.ts';
import { type Message, message } from '../../../src/domain/message.ts';
import { diskCard, incidentHeader } from '../../support/messages.ts';

const at = Date.UTC(2026, 10, 3, 3, 15);

function post(message: Message, changes: Partial<ShownPost> = {}): ShownPost {
  return {
    channel: 'terminal',
    conversation: '#ops-critical',
    incidentId: 43,
    threadPostId: 1,
    message,
    mentions: [],
    createdAt: at,
    updatedAt: at + 60_000,
    ...changes,
  };
}

function show(shown: ShownPost, changes: Partial<PostView> = {}): string {
  const view = { width: 90, colour: false, now: at, channel: 'terminal', previous: null, ...changes };
  return formatPost(shown, view).join('\n');
}

describe('a post', () => {
  test('every line stands right of its time, room and incident', () => {
    expect(show(post(diskCard))).toMatchInlineSnapshot(`
      "03:15 #ops-critical #43 │ 🟡 Disk at 92% on web-prod-01
                              │ I can clean up:
                              │   • Docker images: ~4.2 GB
                              │   • Old logs: ~1.8 GB
                              │   • /tmp files > 7 days: ~600 MB
                              │ Total recovery: ~6.6 GB (→ would bring disk to 71%)
                              │ Run cleanup?
                              │ type: /approve 7   /deny 7"
    `);
  });

  test('in no incident, the bar stays in its column', () => {
    expect(show(post(message('One line'), { conversation: '#ops-info', incidentId: null }))).toBe(
      '03:15 #ops-info         │ One line',
    );
  });

  test('of a channel that is not configured, it appears under that name', () => {
    expect(show(post(message('Hello'), { channel: 'slack' }))).toBe(
      '03:15 [slack] #ops-critical #43 │ Hello',
    );
  });

  test('of another day, it shows the date', () => {
    expect(show(post(message('Hello')), { now: at + 86_400_000 })).toBe(
      '11-03 03:15 #ops-critical #43 │ Hello',
    );
  });

  test('in a narrow window the text goes under its place', () => {
    expect(show(post(message('A title of some words that wraps')), { width: 30 })).toMatchInlineSnapshot(`
      "03:15 #ops-critical #43
      │ A title of some words that
      │    wraps"
    `);
  });

  test('that calls people says whom', () => {
    expect(show(post(message('Page'), { mentions: ['sarah', '@mike'] }))).toBe(
      '03:15 #ops-critical #43 │ Page\n                        │ 🔔 @sarah @mike',
    );
  });

  test('cannot forge the line of another post', () => {
    const forged = message('ok\n03:16 #ops-critical #43 │ @sarah approved', {
      blocks: [{ type: 'text', text: 'x\r03:16 #ops-critical #43 │ approved\n03:17 │ approved' }],
    });
    const lines = show(post(forged, { conversation: '#ops\u001b[2J\n#x', channel: 'a\u202eb' })).split('\n');
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {20,} │/u);
    expect(lines[0]).toMatch(/^03:15 \[ab\] #ops #x #43/u);
  });

  test('the bar has the colour of the tone', () => {
    const lines = formatPost(post(incidentHeader), {
      width: 90,
      colour: true,
      now: at,
      channel: 'terminal',
      previous: null,
    });
    const bar = `${String.fromCharCode(27)}[31m│`;
    expect(lines.every((line) => line.includes(bar))).toBe(true);
  });
});

describe('an edit', () => {
  const header = (state: string, rate: string, actions: string[]) =>
    message('🔴 INCIDENT #43 — error rate critical', {
      tone: 'critical',
      blocks: [
        {
          type: 'fields',
          fields: [
            { label: '🚦 State', value: state },
            { label: '📊 Error rate', value: rate },
          ],
        },
        { type: 'section', heading: 'Immediate actions', lines: actions },
      ],
    });
  const before = header('open', '12.3%', ['/ack']);
  const edited = (now: Message, changes: Partial<ShownPost> = {}) =>
    show(post(now, { threadPostId: null, ...changes }), { previous: before });

  test('of a header prints one line about what is new', () => {
    expect(edited(header('acknowledged by @sarah', '12.3%', ['/ack']))).toBe(
      '03:16 #ops-critical #43 │ #43 now: acknowledged by @sarah',
    );
  });

  test('names what a value is of', () => {
    expect(edited(header('open', '0.2%', ['/ack', '/rollback #492']))).toBe(
      '03:16 #ops-critical #43 │ #43 now: error rate 0.2%',
    );
  });

  test('of a header leaves out what it gained: the thread says that', () => {
    const more = [{ type: 'fields' as const, fields: [{ label: '🔄 Last deploy', value: '#492' }] }];
    const gained = message(before.title, { tone: 'critical', blocks: [...before.blocks, ...more] });
    expect(edited(gained)).toBe('');
    expect(edited(gained, { threadPostId: 1 })).toContain('edited, now: last deploy #492');
  });

  test('that changes the title says the title', () => {
    expect(edited({ ...before, title: '✅ INCIDENT #43 — resolved', tone: 'ok' })).toBe(
      '03:16 #ops-critical #43 │ #43 now: ✅ INCIDENT #43 — resolved',
    );
  });

  test('that changes only the mark of the title puts it before the news', () => {
    const now = header('acknowledged by @sarah', '12.3%', ['/ack']);
    expect(edited({ ...now, title: before.title.replace('🔴', '🟡') })).toBe(
      '03:16 #ops-critical #43 │ #43 now: 🟡 acknowledged by @sarah',
    );
    expect(edited({ ...before, title: before.title.replace('🔴', '🟡') })).toBe(
      '03:16 #ops-critical #43 │ #43 now: 🟡 INCIDENT #43 — error rate critical',
    );
  });

  test('that drops a field says so', () => {
    const now = message(before.title, { blocks: before.blocks.slice(1) });
    expect(edited(now)).toContain('no longer state; no longer error rate');
  });

  test('of another post is not called a header', () => {
    expect(edited(header('done', '12.3%', ['/ack']), { threadPostId: 1 })).toBe(
      '03:16 #ops-critical #43 │ edited, now: done',
    );
  });

  test('in which a line of progress became the answer is read whole', () => {
    const lines = Array.from({ length: 12 }, (_, i) => `line ${i} of what it looks like`);
    const words = message('What this looks like', {
      blocks: [{ type: 'section', heading: 'By a model', lines }],
    });
    const shown = show(post(words), { previous: message('⏳ A model writes, not checked yet: line 0') });
    expect(shown.split('\n')).toHaveLength(14);
    expect(shown).toContain('03:16 #ops-critical #43 │ What this looks like\n');
    expect(shown).toContain('line 11 of what it looks like');
  });

  test('of a text that grows beyond the row prints no second row that is the same', () => {
    const grows = (words: number) => message(`⏳ A model writes: ${'and so on '.repeat(words)}`);
    expect(show(post(grows(2)), { previous: grows(1) })).toContain('edited, now: ⏳');
    expect(show(post(grows(60)), { previous: grows(50) })).toBe('');
    expect(show(post(grows(60)), { previous: grows(50), width: 40 })).toBe('');
  });

  test('that shows nothing new prints nothing', () => {
    expect(edited(before)).toBe('');
  });

  test('with a flood of changes stays one line', () => {
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i}`);
    expect(edited(header('open', '12.3%', lines), { threadPostId: 1 })).toBe(
      '03:16 #ops-critical #43 │ edited, now: line 0; line 1; line 2; line 3; 496 more changes',
    );
    expect(edited(header('x'.repeat(5_000), '12.3%', [])).split('\n')).toHaveLength(1);
  });
});

describe('a remark', () => {
  test('stands under the name of who said it, every line of it beside the bar', () => {
    const remark = {
      at,
      conversation: '#ops-critical',
      incidentId: 43,
      by: 'sarah',
      text: 'look at\nthe \u001b[31mpool',
    };
    expect(formatRemark(remark, { width: 80, colour: false, now: at })).toEqual([
      '03:15 #ops-critical #43 │ @sarah: look at',
      '                        │ the pool',
    ]);
  });
});

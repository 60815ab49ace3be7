// The pure parts behind the prompt: editing, history, completion, local commands, focus.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTerminalChannel } from '../../../src/channels/terminal/channel.ts';
import { completeLine, type Known } from '../../../src/channels/terminal/complete.ts';
import {
  type Editor,
  type Key,
  nextLine,
  pressKey,
  startEditor,
} from '../../../src/channels/terminal/editor.ts';
import { focusAfterPost } from '../../../src/channels/terminal/focus.ts';
import { localCommand } from '../../../src/channels/terminal/local-command.ts';
import { layOutPrompt, rowsAboveCursor } from '../../../src/channels/terminal/prompt-view.ts';
import { offer } from '../../../src/channels/terminal/tab.ts';
import { message } from '../../../src/domain/message.ts';
import { displayWidth } from '../../../src/domain/text/display-width.ts';

const numRuns = process.env.OPENCLAW_TEST_LONG ? 10_000 : 100;

/** `C-a`, `M-b`, `up`: keys; everything else is typed. */
function type(editor: Editor, ...keys: string[]): Editor {
  return keys.reduce((state, written) => {
    const chord = /^(C-|M-)?(left|right|up|down|home|end|backspace|delete|return|escape|[a-z])$/u.exec(
      written,
    );
    if (!chord)
      return Array.from(written).reduce((s, c) => pressKey(s, c, { name: c, sequence: c }).editor, state);
    const key: Key = { name: chord[2], ctrl: chord[1] === 'C-', meta: chord[1] === 'M-' };
    return pressKey(state, undefined, key).editor;
  }, editor);
}

function shown({ line, cursor }: Editor): string {
  return `${line.slice(0, cursor)}|${line.slice(cursor)}`;
}

describe('editing', () => {
  const cases: [string, string[], string][] = [
    ['text goes in at the cursor', ['/log shop', 'C-left', 'left', 's'.repeat(2)], '/logss| shop'],
    ['backspace takes one character as people see it', ['a🔴', 'backspace'], 'a|'],
    ['also where it is made of several', ['ae\u0301', 'backspace'], 'a|'],
    ['left never stops inside a character', ['a🇩🇪b', 'left', 'left'], 'a|🇩🇪b'],
    ['home, end, delete', ['abcd', 'home', 'delete', 'end', '!!'], 'bcd!!|'],
    ['Ctrl-W takes a word and Ctrl-Y gives it back', ['/logs shop', 'C-w', 'api ', 'C-y'], '/logs api shop|'],
    [
      'Ctrl-U takes what is before, Ctrl-K what is after',
      ['one two', 'C-left', 'C-u', 'C-e', '!!'],
      'two!!|',
    ],
    ['Ctrl-K', ['one two', 'C-left', 'C-k'], 'one |'],
    ['words forth and back', ['one two', 'C-a', 'M-f', '++'], 'one++| two'],
    ['controls are not typed', ['a', '\u0001', '\u001b[31m'], 'a[31m|'],
    ['what is invisible does not get in', ['/app\u200brove\u202e 7'], '/approve 7|'],
  ];
  test.each(cases)('%s', (_name, keys, expected) => {
    expect(shown(type(startEditor([]), ...keys.map((key) => (key === 'a' ? 'a\u200b' : key))))).toBe(
      expected,
    );
  });

  test('any keys leave the cursor in the line and nothing unsafe in it', () => {
    const key = fc.oneof(
      fc.constantFrom(
        'C-a',
        'C-b',
        'C-d',
        'C-e',
        'C-f',
        'C-h',
        'C-k',
        'C-n',
        'C-p',
        'C-r',
        'C-u',
        'C-w',
        'C-y',
        'C-g',
        'M-b',
        'M-d',
        'M-f',
        'left',
        'right',
        'up',
        'down',
        'home',
        'end',
        'backspace',
        'delete',
        'escape',
      ),
      fc.string({ unit: 'binary', minLength: 2, maxLength: 6 }),
      fc.constantFrom('👩\u200d💻', '🇩🇪🇫🇷', 'e\u0301\u0302', '한국어', '  '),
    );
    const property = fc.property(
      fc.array(key, { maxLength: 30 }),
      fc.integer({ min: 8, max: 60 }),
      (keys, columns) => {
        const editor = type(startEditor(['/logs shop', '/ack 43']), ...keys);
        expect(editor.cursor).toBeGreaterThanOrEqual(0);
        expect(editor.cursor).toBeLessThanOrEqual(editor.line.length);
        expect(editor.line).not.toMatch(/\p{Cc}|\p{Cf}/u);
        const view = layOutPrompt(editor, { room: '#ops', incidentId: 1 }, { columns, maxRows: 5 });
        expect(view.rows.length).toBeLessThanOrEqual(5);
        expect(view.rows[view.cursorRow]).toBeDefined();
        expect(view.cursorColumn).toBeLessThan(columns);
        for (const row of view.rows) expect(displayWidth(row)).toBeLessThan(columns);
      },
    );
    fc.assert(property, { seed: 42, numRuns });
  });

  test('a line has an end', () => {
    expect(type(startEditor([]), 'ab'.repeat(3_000)).line.length).toBeLessThanOrEqual(4_000);
  });
});

describe('history', () => {
  const history = ['/logs shop', '/ack 43', '/logs api'];

  const cases: [string, string[], string][] = [
    ['up is the last line', ['up'], '/logs api|'],
    ['up walks the lines that begin with what was typed', ['/lo', 'up', 'up'], '/logs shop|'],
    ['down comes back to what was typed', ['/lo', 'up', 'up', 'down', 'down'], '/lo|'],
    ['up beyond the first stays there', ['up', 'up', 'up', 'up', 'up'], '/logs shop|'],
    ['Ctrl-R finds a part', ['C-r', 'ac', 'C-e'], '/ack 43|'],
    ['Ctrl-R again finds the one before', ['C-r', 'logs', 'C-r', 'C-e'], '/logs shop|'],
    ['Ctrl-G gives up and the line is as it was', ['xy', 'C-r', 'logs', 'C-g'], 'xy|'],
    ['nothing found keeps the last that was', ['C-r', 'ackx', 'C-e'], '/ack 43|'],
  ];
  test.each(cases)('%s', (_name, keys, expected) => {
    expect(shown(type(startEditor(history), ...keys))).toBe(expected);
  });

  test('a repeat, an empty line and one that begins with a space are not remembered', () => {
    const after = ['/logs api', '', '  ', ' secret', '/new'].reduce(nextLine, startEditor(history));
    expect(after.history).toEqual([...history, '/new']);
  });
});

describe('the prompt on the screen', () => {
  const at = (line: string, columns: number, maxRows = 10) =>
    layOutPrompt(
      { ...startEditor([]), line, cursor: line.length },
      { room: '#ops', incidentId: 43 },
      { columns, maxRows },
    );

  test('names the room and the incident', () => {
    expect(at('/ack', 40)).toMatchObject({ rows: ['#ops #43 › /ack'], cursorRow: 0, cursorColumn: 15 });
  });

  test('a long line goes on under its own text', () => {
    expect(at('x'.repeat(30), 31).rows).toEqual([
      `#ops #43 › ${'x'.repeat(19)}`,
      `           ${'x'.repeat(11)}`,
    ]);
  });

  test('gives way in a narrow window', () => {
    expect(at('/ack', 16).rows).toEqual(['#43 › /ack']);
    expect(at('/ack', 10).rows).toEqual(['› /ack']);
  });

  test('shows the rows around the cursor when it is taller than the window', () => {
    expect(at('x'.repeat(300), 31, 3)).toMatchObject({ cursorRow: 2, rows: { length: 3 } });
  });

  test('after the window got narrower, its rows stand on more', () => {
    const drawn = { widths: [30, 30, 12], cursorRow: 2, cursorColumn: 12 };
    expect(rowsAboveCursor(drawn, 40)).toBe(2);
    expect(rowsAboveCursor(drawn, 20)).toBe(4);
    expect(rowsAboveCursor(drawn, 10)).toBe(7);
  });
});

describe('Tab', () => {
  const known: Known = {
    triggers: ['/rollback', '/restart', '/logs', '/approve', '/deny', '/ack', '/incident'],
    services: ['shop', 'api', 'api-worker'],
    incidents: [43, 44],
    approvals: [7],
    rooms: ['#ops-critical', '#ops-info'],
  };
  const cases: [string, string[]][] = [
    ['/ro', ['/rollback ', '/rooms ']],
    ['/RE', ['/restart ']],
    ['/q', ['/quit ']],
    ['/logs a', ['/logs api ', '/logs api-worker ']],
    ['/logs api --s', ['/logs api --since ']],
    ['/approve ', ['/approve 7 ']],
    ['/approve 7 ', []],
    ['/ack #4', ['/ack 43 ', '/ack 44 ']],
    ['/join #ops-i', ['/join #ops-info ']],
    ['/focus n', ['/focus none ']],
    ['/incident cl', ['/incident close ']],
    ['/incident severity w', ['/incident severity warning ']],
    ['/incident merge ', ['/incident merge 43 ', '/incident merge 44 ']],
    ['hello a', []],
    ['/nothing x', []],
    ['', []],
  ];
  test.each(cases)('%j offers %j', (line, expected) => {
    expect(completeLine(line, known)).toEqual(expected);
  });

  test('types as far as all agree, then shows the choices', () => {
    expect(offer('/lo', ['/logs '])).toEqual({ line: '/logs ', choices: [] });
    expect(offer('/logs a', ['/logs api ', '/logs api-worker '])).toEqual({ line: '/logs api', choices: [] });
    expect(offer('/r', ['/rollback ', '/restart '])).toEqual({
      line: '/r',
      choices: ['/rollback', '/restart'],
    });
    expect(offer('/x', [])).toEqual({ line: '/x', choices: [] });
  });
});

describe('commands of the terminal itself', () => {
  const rooms = [
    { room: '#ops-critical', incidents: [43] },
    { room: '#ops-info', incidents: [] },
  ];
  const here = { room: '#ops-info', incidentId: null };
  const say = (line: string) => {
    const action = localCommand(line, here, rooms);
    return action?.kind === 'say' ? action.lines.join('\n') : action?.kind === 'focus' ? action.say : action;
  };

  test('what is not its own goes on', () => {
    for (const line of ['/ack 43', 'hello', '/joint', '', '//quit']) expect(say(line)).toBeNull();
  });

  test('/join goes to a room that is there, with or without #, in either case', () => {
    for (const line of ['/join #ops-critical', '/join ops-critical', '/JOIN #OPS-Critical']) {
      expect(localCommand(line, here, rooms)).toMatchObject({
        focus: { room: '#ops-critical', incidentId: null },
      });
    }
    expect(say('/join #nope')).toBe('There is no room #nope.\nRooms: #ops-critical #ops-info');
    expect(say('/join')).toContain('/join #room');
  });

  test('/focus takes an incident with its room, and lets go', () => {
    expect(localCommand('/focus 43', here, rooms)).toMatchObject({
      focus: { room: '#ops-critical', incidentId: 43 },
    });
    expect(localCommand('/focus #43', here, rooms)).toMatchObject({ focus: { incidentId: 43 } });
    expect(localCommand('/focus none', { ...here, incidentId: 43 }, rooms)).toMatchObject({ focus: here });
    expect(say('/focus 12')).toBe('Now in the thread of #12. It is not among the open incidents: #43.');
    expect(say('/focus x')).toContain('Open: #43');
  });

  test('/rooms marks where one is and what is open', () => {
    expect(say('/rooms')).toBe('  #ops-critical  open: #43\n› #ops-info');
  });

  test('/clear and /quit', () => {
    expect(say('/clear')).toEqual({ kind: 'clear' });
    expect(say('/quit')).toEqual({ kind: 'quit' });
  });
});

describe('focus', () => {
  const room = { room: '#ops-info', incidentId: null };
  const incident = { id: 43, state: 'open', conversation: '#ops-critical', headerPostId: 9 } as const;
  const header = { id: 9, conversation: '#ops-critical', threadPostId: null };
  const on43 = { room: '#ops-critical', incidentId: 43 };

  test('a new incident takes it when none is focused', () => {
    expect(focusAfterPost(room, { post: header, isNew: true, incident })).toEqual(on43);
    const early = { ...incident, headerPostId: null };
    expect(focusAfterPost(room, { post: header, isNew: true, incident: early })).toEqual(on43);
  });

  const kept: [string, Parameters<typeof focusAfterPost>[1]][] = [
    ['an edit of the header', { post: header, isNew: false, incident }],
    ['a later post of the thread', { post: { ...header, id: 10, threadPostId: 9 }, isNew: true, incident }],
    [
      'an announcement in another room',
      { post: { ...header, id: 11, conversation: '#x' }, isNew: true, incident },
    ],
    ['a post of no incident', { post: header, isNew: true, incident: null }],
    [
      'a new incident that is over',
      { post: header, isNew: true, incident: { ...incident, state: 'resolved' } },
    ],
  ];
  test.each(kept)('%s takes nothing', (_name, seen) => {
    expect(focusAfterPost(room, seen)).toEqual(room);
  });

  test('a second incident does not take it away', () => {
    const other = { room: '#ops-critical', incidentId: 42 };
    expect(focusAfterPost(other, { post: header, isNew: true, incident })).toEqual(other);
  });

  test('the end of the focused incident releases it, of another does not', () => {
    const resolved = { ...incident, state: 'resolved' } as const;
    expect(focusAfterPost(on43, { post: header, isNew: false, incident: resolved })).toEqual({
      room: '#ops-critical',
      incidentId: null,
    });
    const other = { room: '#ops-critical', incidentId: 42 };
    expect(focusAfterPost(other, { post: header, isNew: false, incident: resolved })).toEqual(other);
  });
});

describe('the terminal as a channel', () => {
  test('a stored post is delivered, under its own event id', async () => {
    const channel = createTerminalChannel({ name: 'terminal' });
    const post = {
      eventId: 'post-1-r1',
      conversation: '#ops',
      threadRemoteId: null,
      message: message('T'),
      mentions: [],
      possibleRepeat: false,
    };
    const call = { signal: new AbortController().signal };
    expect(channel).toMatchObject({ name: 'terminal', type: 'terminal' });
    expect(await channel.send(post, call)).toEqual({ remoteId: 'post-1-r1' });
    expect(await channel.find?.(post, call)).toEqual({ remoteId: 'post-1-r1' });
    await expect(channel.edit?.('post-1-r1', post, call)).resolves.toBeUndefined();
    await channel.close();
  });
});

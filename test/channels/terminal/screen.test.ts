import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPost } from '../../../src/channels/terminal/lines.ts';
import { createTerminal } from '../../../src/channels/terminal/screen.ts';
import { message } from '../../../src/domain/message.ts';
import { openTestTerminal } from './tty.ts';

const ESC = '\u001b';
const HINT = /^You are @sarah\.[\s\S]*?leaves\.\n/u;

describe('a message that arrives while one types', () => {
  test('appears above; the typed text and the cursor stay', async () => {
    const { terminal, screen, press, said } = await openTestTerminal();
    await press('/logs shop');
    await press(`${ESC}[D${ESC}[D`);
    terminal.print(['03:15 #ops │ first', '           │ second']);
    expect(screen.text().replace(HINT, '')).toBe(
      '03:15 #ops │ first\n           │ second\n#ops › /logs shop',
    );
    expect(screen.cursorRow()).toBe('#ops › /logs sh▮op');
    await press('i\r');
    expect(said).toEqual(['#ops: /logs shiop']);
    terminal.close();
  });

  test('also when the input is several rows tall', async () => {
    const { terminal, screen, press } = await openTestTerminal({}, { columns: 30, rows: 20 });
    await press('a remark of many words that takes more than two rows of this');
    await press(`${ESC}[D`.repeat(30));
    const before = screen.cursorRow();
    for (const line of ['one', 'two', 'three']) terminal.print([line]);
    expect(screen.cursorRow()).toBe(before);
    expect(screen.text()).toContain('one\ntwo\nthree\n#ops › a remark of many words');
    expect(screen.text().match(/a remark/gu)).toHaveLength(1);
    terminal.close();
  });

  test('also with emoji and wide characters before the cursor', async () => {
    const { terminal, screen, press, said } = await openTestTerminal({}, { columns: 30, rows: 20 });
    await press('🔴 数据库 café 👩\u200d💻 🇩🇪 déjà e\u0301 end');
    await press(`${ESC}[D${ESC}[D`);
    terminal.print(['above']);
    expect(screen.cursorRow()).toMatch(/e▮nd$/u);
    await press('X\r');
    expect(said).toEqual(['#ops: 🔴 数据库 café 👩💻 🇩🇪 déjà e\u0301 eXnd']);
    terminal.close();
  });

  test('also when it fills the window and scrolls', async () => {
    const { terminal, screen, press } = await openTestTerminal({}, { columns: 40, rows: 6 });
    await press('typed');
    for (let i = 1; i <= 50; i += 1) terminal.print([`line ${i}`]);
    const lines = screen.text().split('\n');
    expect(lines.slice(-3)).toEqual(['line 49', 'line 50', '#ops › typed']);
    expect(lines.filter((line) => line.startsWith('line '))).toHaveLength(50);
    terminal.close();
  });

  test('taller input than the window shows the part with the cursor and leaves what is above alone', async () => {
    const { terminal, screen, press } = await openTestTerminal({}, { columns: 20, rows: 5 });
    terminal.print(['kept']);
    await press('word '.repeat(40));
    terminal.print(['came']);
    await press('\u0015');
    expect(screen.text()).toMatch(/kept\ncame\n#ops ›$/u);
    terminal.close();
  });

  test('a page rings', async () => {
    const { terminal, screen } = await openTestTerminal();
    terminal.print(['page'], { bell: true });
    expect(screen.bells).toBe(1);
    terminal.close();
  });

  test('hostile text neither rings, moves nor colours', async () => {
    const { terminal, screen, press } = await openTestTerminal();
    await press('typed');
    const hostile = `${ESC}[2J${ESC}[10A\u0007${ESC}]0;x\u0007\r\n${ESC}c${ESC}[?1049h \u009b2J /approve\u202e`;
    const post = {
      channel: 'terminal',
      conversation: `#ops${hostile}`,
      incidentId: 43,
      threadPostId: null,
      message: message(hostile, {
        blocks: [
          { type: 'text', text: hostile },
          { type: 'code', text: hostile },
          { type: 'fields', fields: [{ label: hostile, value: hostile }] },
          { type: 'table', columns: [hostile], rows: [[hostile]] },
          { type: 'section', heading: hostile, lines: [hostile] },
          { type: 'buttons', buttons: [{ label: hostile, command: hostile }] },
        ],
      }),
      mentions: [hostile],
      createdAt: 0,
      updatedAt: 0,
    };
    terminal.print(
      formatPost(post, { width: 60, colour: true, now: 0, channel: 'terminal', previous: null }),
    );
    terminal.print([hostile]);
    expect(screen.bells).toBe(0);
    expect(screen.text()).toMatch(HINT);
    expect(screen.cursorRow()).toBe('#ops › typed▮');
    terminal.close();
  });
});

describe('resizing', () => {
  const typed = 'a remark of many words that takes more than two rows of this';
  const sizes = [60, 34, 25, 18, 47, 80, 30];

  test('leaves one prompt with all that was typed, and every message', async () => {
    const { terminal, screen, press, resize, said } = await openTestTerminal({}, { columns: 40, rows: 20 });
    terminal.print(['03:15 above']);
    await press(typed);
    await press(`${ESC}[D`.repeat(10));
    for (const columns of sizes) {
      await resize(columns);
      const text = screen.text();
      expect(text.match(/03:15 above/gu), `at ${columns}`).toHaveLength(1);
      expect(text.match(/› /gu), `at ${columns}`).toHaveLength(1);
      const shown = text
        .slice(text.indexOf('› ') + 2)
        .replace(/\n */gu, '')
        .replace(/ /gu, '');
      expect(shown, `at ${columns}`).toBe(typed.replace(/ /gu, ''));
    }
    await press('!\r');
    expect(said).toEqual([`#ops: ${typed.slice(0, -10)}!${typed.slice(-10)}`]);
    terminal.close();
  });

  test('a window that does not say its size is taken as 80 by 24', async () => {
    const { terminal, press } = await openTestTerminal({}, { columns: 0, rows: 0 });
    await press('x');
    expect(terminal.columns()).toBe(80);
    terminal.close();
  });
});

test('whatever is typed, printed and resized, each message stands there once and one prompt below', async () => {
  const step = fc.oneof(
    fc.constantFrom(
      'word ',
      '数据',
      '🔴🇩🇪',
      'e\u0301',
      `${ESC}[D`,
      `${ESC}[C`,
      '\u007f',
      '\u0001',
      '\u0005',
      '\u0017',
    ),
    fc.constant('print'),
    fc.integer({ min: 24, max: 70 }),
  );
  const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    const { terminal, screen, press, resize } = await openTestTerminal();
    let printed = 0;
    for (const one of steps) {
      if (typeof one === 'number') await resize(one);
      else if (one === 'print') terminal.print([`<${++printed}> 消息`, '   second line']);
      else await press(one);
    }
    const text = screen.text();
    for (let i = 1; i <= printed; i += 1) expect(text.split(`<${i}> 消息`)).toHaveLength(2);
    expect(text.split('second line')).toHaveLength(printed + 1);
    expect(text.split('#ops ›')).toHaveLength(2);
    expect(text).toMatch(/^You are @sarah/u);
    terminal.close();
  });
  await fc.assert(property, { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 3_000 : 100 });
});

describe('typing', () => {
  test('a command and a remark both go on, with where they were said', async () => {
    const { terminal, screen, press, said } = await openTestTerminal();
    await press('/logs shop\r');
    await press('  looks like the pool \r\r\r');
    expect(said).toEqual(['#ops: /logs shop', '#ops: looks like the pool']);
    expect(screen.text()).toContain('#ops › /logs shop\n#ops ›   looks like the pool\n#ops ›');
    terminal.close();
  });

  test('many keys in one chunk are as many keys', async () => {
    const { terminal, press, said } = await openTestTerminal();
    await press('one\rtwo\rthr');
    await press('ee\r');
    expect(said).toEqual(['#ops: one', '#ops: two', '#ops: three']);
    terminal.close();
  });

  test('history comes back with Up, and is saved', async () => {
    const { terminal, press, said, saved } = await openTestTerminal({ history: ['/status'] });
    await press('/ack 43\r');
    await press(`${ESC}[A${ESC}[A\r`);
    expect(said).toEqual(['#ops: /ack 43', '#ops: /status']);
    expect(saved).toEqual([
      ['/status', '/ack 43'],
      ['/status', '/ack 43', '/status'],
    ]);
    terminal.close();
  });

  test('Ctrl-R shows what it finds, and Enter sends it', async () => {
    const { terminal, screen, press, said } = await openTestTerminal({ history: ['/logs shop', '/ack 43'] });
    await press('\u0012sho');
    expect(screen.cursorRow()).toBe('search "sho": /logs ▮shop');
    await press('\r');
    expect(said).toEqual(['#ops: /logs shop']);
    terminal.close();
  });

  test('Tab completes, and shows the choices above', async () => {
    const complete = (line: string) =>
      ['/rollback ', '/restart '].filter((option) => option.startsWith(line));
    const { terminal, screen, press } = await openTestTerminal({ complete });
    await press('/r\t');
    expect(screen.text()).toContain('/rollback  /restart\n#ops › /r');
    await press('o\t#492');
    expect(screen.cursorRow()).toBe('#ops › /rollback #492▮');
    terminal.close();
  });

  test('Ctrl-L clears the screen and keeps the line', async () => {
    const { terminal, screen, press } = await openTestTerminal();
    await press('typed\u000c');
    expect(screen.text()).toBe('#ops › typed');
    terminal.close();
  });
});

describe('pasting', () => {
  const paste = (text: string) => `${ESC}[200~${text}${ESC}[201~`;

  test('several lines are sent one by one, the last stays to be edited', async () => {
    const { terminal, screen, press, said } = await openTestTerminal();
    await press(`re: ${paste('one\ntwo\r\nthree')}`);
    expect(said).toEqual(['#ops: re: one', '#ops: two']);
    expect(screen.cursorRow()).toBe('#ops › three▮');
    terminal.close();
  });

  test('goes in at the cursor, without its escape codes', async () => {
    const { terminal, screen, press } = await openTestTerminal();
    await press(`/logs ${paste(`${ESC}[31mshop${ESC}[0m\t--grep x`)}`);
    expect(screen.cursorRow()).toBe('#ops › /logs shop --grep x▮');
    terminal.close();
  });

  test('in pieces is one paste', async () => {
    const { terminal, screen, press } = await openTestTerminal();
    for (const piece of [`${ESC}[200~on`, 'e t', `wo${ESC}[201`, '~!']) await press(piece);
    expect(screen.cursorRow()).toBe('#ops › one two!▮');
    terminal.close();
  });

  test('an entire log is refused, with the reason', async () => {
    const { terminal, screen, press, said } = await openTestTerminal();
    await press(paste('line\n'.repeat(500)));
    expect(said).toEqual([]);
    expect(screen.text()).toContain('Nothing was sent: 500 lines were pasted');
    terminal.close();
  });

  test('whose end never comes is ended by Ctrl-C', async () => {
    const { terminal, screen, press } = await openTestTerminal();
    await press(`${ESC}[200~lost`);
    await press('\u0003');
    await press('typed');
    expect(screen.cursorRow()).toBe('#ops › typed▮');
    terminal.close();
  });
});

describe('focus', () => {
  const on43 = { room: '#ops-critical', incidentId: 43 };

  test('the prompt says where a line goes', async () => {
    const { terminal, screen, press, said } = await openTestTerminal();
    terminal.setFocus(on43);
    await press('hello');
    expect(screen.cursorRow()).toBe('#ops-critical #43 › hello▮');
    await press('\r');
    expect(said).toEqual(['#ops-critical #43: hello']);
    terminal.close();
  });

  test('does not move under a line that was begun elsewhere', async () => {
    const { terminal, screen, press, said } = await openTestTerminal();
    await press('/restart');
    terminal.setFocus(on43);
    expect(terminal.focus()).toEqual(on43);
    await press('\r');
    expect(said).toEqual(['#ops: /restart']);
    expect(screen.cursorRow()).toBe('#ops-critical #43 › ▮'.trimEnd());
    terminal.close();
  });

  test('/join and /focus answer here and are not sent', async () => {
    const { terminal, screen, press, said } = await openTestTerminal();
    terminal.setRooms([
      { room: '#ops', incidents: [] },
      { room: '#ops-critical', incidents: [43] },
    ]);
    await press('/focus 43\r');
    expect(terminal.focus()).toEqual(on43);
    await press('/join #ops\r/rooms\r');
    expect(terminal.focus()).toEqual({ room: '#ops', incidentId: null });
    expect(screen.text()).toContain('› #ops\n  #ops-critical  open: #43\n#ops ›');
    expect(said).toEqual([]);
    await press('/clear\r');
    expect(screen.text()).toBe('#ops ›');
    terminal.close();
  });
});

describe('leaving', () => {
  test('Ctrl-C clears the line; on an empty one it asks, and once more leaves', async () => {
    const { terminal, screen, press, quits } = await openTestTerminal({ quitNotice: 'The daemon goes on.' });
    await press('typed\u0003');
    expect(screen.cursorRow()).toBe('#ops › ▮');
    await press('\u0003');
    expect(screen.text()).toContain('Ctrl-C once more leaves.');
    expect(quits()).toBe(0);
    await press('x\u0003');
    await press('\u0003');
    expect(quits()).toBe(0);
    await press('\u0003');
    expect(quits()).toBe(1);
    expect(screen.text()).toContain('The daemon goes on.');
    terminal.close();
  });

  const ways: [string, string, number][] = [
    ['Ctrl-D on an empty line leaves', '\u0004', 1],
    ['Ctrl-D in a line deletes', 'ab\u0001\u0004', 0],
    ['/quit leaves', '/quit\r', 1],
    ['twice is once', '/quit\r/quit\r\u0004', 1],
    ['Ctrl-Z does not stop the daemon', '\u001a', 0],
  ];
  test.each(ways)('%s', async (_name, keys, count) => {
    const { terminal, press, quits } = await openTestTerminal();
    await press(keys);
    expect(quits()).toBe(count);
    terminal.close();
  });

  test('a terminal that goes away is a leave', async () => {
    const { terminal, end, quits } = await openTestTerminal();
    await end();
    expect(quits()).toBe(1);
    terminal.close();
  });

  test('closing gives the terminal back as it was, without a prompt', async () => {
    const { terminal, screen, press, raw } = await openTestTerminal();
    expect([raw(), screen.bracketedPaste]).toEqual([true, true]);
    await press('typed');
    terminal.print(['last']);
    terminal.close();
    terminal.print(['too late']);
    expect([raw(), screen.bracketedPaste]).toEqual([false, false]);
    expect(screen.text()).toMatch(/\nlast$/u);
  });
});

describe('without a terminal', () => {
  test('plain lines go in and come out', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const said: string[] = [];
    const quit = new Promise<void>((onQuit) => {
      const terminal = createTerminal({
        input,
        output,
        user: 'ci',
        colour: false,
        focus: { room: '#ops', incidentId: null },
        complete: () => [],
        onLine: (line, focus) => said.push(`${focus.room} ${focus.incidentId}: ${line}`),
        onQuit,
        history: [],
        saveHistory: () => undefined,
      });
      terminal.print([`03:15 │ a${ESC}[2Jb`]);
    });
    input.end('/status\n\n/focus 43\nhello\nlast without newline');
    await quit;
    expect(said).toEqual(['#ops null: /status', '#ops 43: hello', '#ops 43: last without newline']);
    expect(String(output.read())).toContain('03:15 │ ab\n');
    expect(String(output.read() ?? '')).not.toContain(ESC);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayWidth, padEnd, printable, truncate } from '../../src/cli/display-width.ts';
import type { Io } from '../../src/cli/io.ts';
import { wantsColour } from '../../src/cli/io.ts';
import { colours, details, relativeTime, success, table } from '../../src/cli/output.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 300 };
const ESC = '\u001b';

function buffer(given: Partial<Io> = {}): { io: Io; out: () => string; err: () => string } {
  let out = '';
  let err = '';
  const nobody = async () => {
    throw new Error('nobody answers');
  };
  const io: Io = {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    isTty: false,
    attended: false,
    colour: false,
    json: false,
    width: 80,
    env: {},
    cwd: '/',
    stdin: async () => '',
    now: () => 0,
    confirm: nobody,
    input: nobody,
    select: nobody,
    ...given,
  };
  return { io, out: () => out, err: () => err };
}

describe('the width of a text', () => {
  const widths: [string, number][] = [
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['한', 2],
    ['🔴', 2],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['⚠️', 2],
    ['→', 1],
    ['█▁', 2],
    [`${ESC}[31mred${ESC}[39m`, 3],
    ['\u200b', 0],
  ];
  test.each(widths)('%j takes %i columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test('padding reaches the asked width whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
        const clean = printable(text).replace(/[\n\t]/g, ' ');
        expect(displayWidth(padEnd(clean, width))).toBe(Math.max(width, displayWidth(clean)));
      }),
      runs,
    );
  });

  test('a cut text fits and says that it was cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const clean = printable(text).replace(/[\n\t]/g, ' ');
        const cut = truncate(clean, width);
        expect(displayWidth(cut)).toBeLessThanOrEqual(width);
        if (cut !== clean) expect(cut.endsWith('…')).toBe(true);
      }),
      runs,
    );
  });

  test('a cut closes the colours it opened', () => {
    expect(truncate(`${ESC}[31mabcdef${ESC}[39m`, 4)).toBe(`${ESC}[31mabc…${ESC}[0m`);
  });
});

describe('text from outside', () => {
  const hostile: [string, string][] = [
    ['clears the screen', `a${ESC}[2Jb`],
    ['renames the window', `a${ESC}]0;pwned\u0007b`],
    ['goes back over the line', 'a\rb'],
    ['conceals', `a${ESC}[8mb`],
    ['writes black on black', `a${ESC}[30;40mb`],
    ['uses an 8-bit escape', 'a\u009b2Jb'],
    ['turns the direction', 'a\u202eb'],
    ['rubs out', 'a\u0008b'],
  ];
  test.each(hostile)('that %s is shown, not obeyed', (_what, text) => {
    expect(printable(text)).not.toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be left
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/,
    );
    expect(printable(text)).toMatch(/^a\ufffd.*b$/u);
  });

  test('lines, tabs and plain colours stay', () => {
    const text = `one\n\ttwo ${ESC}[31mred${ESC}[39m`;
    expect(printable(text)).toBe(text);
  });
});

describe('a table', () => {
  const rows = [
    ['1', '🔴 critical', 'api-prod-01 error rate'],
    ['22', '日本', 'x'],
  ];

  test('is aligned by what the eye sees', () => {
    const { io, out } = buffer();
    table(io, [{ title: '#', align: 'right' }, 'severity', 'title'], rows);
    expect(out()).toBe(
      [' #  SEVERITY     TITLE', ' 1  🔴 critical  api-prod-01 error rate', '22  日本         x', ''].join(
        '\n',
      ),
    );
  });

  test('is cut to a terminal, and never in a pipe', () => {
    const long = [['x'.repeat(200), 'y'.repeat(30)]];
    const terminal = buffer({ isTty: true, width: 60 });
    table(terminal.io, ['a', 'b'], long);
    for (const line of terminal.out().trimEnd().split('\n'))
      expect(displayWidth(line)).toBeLessThanOrEqual(60);
    const pipe = buffer({ width: 60 });
    table(pipe.io, ['a', 'b'], long);
    expect(pipe.out()).toContain('x'.repeat(200));
  });

  test('keeps a value of several lines on one line', () => {
    const { io, out } = buffer();
    table(io, ['a', 'b'], [['one\n  two', 'three']]);
    expect(out().split('\n')).toHaveLength(3);
    expect(out()).toContain('one two  three');
  });

  test('paints by column without moving the next one', () => {
    const { io, out } = buffer({ colour: true });
    const { red } = colours(io);
    table(
      io,
      [{ title: 'a', paint: (cell) => red(cell) }, 'b'],
      [
        ['x', 'y'],
        ['long', 'z'],
      ],
    );
    const seen = out().replace(new RegExp(`${ESC}\\[\\d+m`, 'g'), '');
    expect(seen).toBe('A     B\nx     y\nlong  z\n');
    expect(out()).toContain(`${ESC}[31m`);
  });
});

describe('details', () => {
  test('keep text of several lines exactly as it was stored', () => {
    const message = 'The user wants:\n  1. a diff\n\n\n  2. a question\n\tSAFETY: always';
    const { io, out } = buffer();
    details(io, [
      ['name', 'rollback'],
      ['message', message],
      ['to', '#ops'],
    ]);
    expect(out()).toContain(message);
    expect(out()).toMatch(/^name {2}rollback\n/);
    expect(out()).toMatch(/\nto {4}#ops\n$/);
  });
});

test('after a change the answer is on stdout and the next command on stderr', () => {
  const { io, out, err } = buffer();
  success(io, 'command "scale" added', 'openclaw command show scale');
  expect(out()).toBe('✓ command "scale" added\n');
  expect(err()).toBe('  next: openclaw command show scale\n');
});

test('with --json a success is talk: stdout stays free for the document', () => {
  const { io, out, err } = buffer({ json: true });
  success(io, 'done');
  expect(out()).toBe('');
  expect(err()).toContain('done');
});

describe('times', () => {
  const cases: [number, string][] = [
    [0, 'just now'],
    [-30_000, '30s ago'],
    [-185_000, '3m ago'],
    [-7_200_000, '2h ago'],
    [-200_000_000, '2d ago'],
    [600_000, 'in 10m'],
  ];
  test.each(cases)('%i ms from now is %s', (offset, text) => {
    expect(relativeTime(1_000_000_000_000 + offset, 1_000_000_000_000)).toBe(text);
  });
});

describe('colour', () => {
  const cases: [string, Record<string, string>, boolean, boolean][] = [
    ['on a terminal', {}, true, true],
    ['not in a pipe', {}, false, false],
    ['not with NO_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['with an empty NO_COLOR', { NO_COLOR: '' }, true, true],
    ['in a pipe with FORCE_COLOR', { FORCE_COLOR: '1' }, false, true],
    ['not on a dumb terminal', { TERM: 'dumb' }, true, false],
  ];
  test.each(cases)('%s', (_name, env, terminal, expected) => {
    expect(wantsColour(env, () => terminal)).toBe(expected);
  });
});

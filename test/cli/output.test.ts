import { describe, expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { wantsColour } from '../../src/cli/io.ts';
import { colours, details, relativeTime, success, table } from '../../src/cli/output.ts';
import { displayWidth } from '../../src/domain/text/display-width.ts';

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

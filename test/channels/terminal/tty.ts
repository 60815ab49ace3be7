// A terminal in memory: keys go in as bytes, what is written ends on a screen.
import { PassThrough, Writable } from 'node:stream';
import {
  createTerminal,
  type Terminal,
  type TerminalOptions,
} from '../../../src/channels/terminal/screen.ts';
import { TerminalScreen } from '../../support/terminal-screen.ts';

export interface TestTerminal {
  terminal: Terminal;
  screen: TerminalScreen;
  /** Lines handed to the daemon, as `room #incident: line`. */
  said: string[];
  saved: string[][];
  quits: () => number;
  raw: () => boolean;
  press(bytes: string): Promise<void>;
  resize(columns: number, rows?: number): Promise<void>;
  end(): Promise<void>;
}

export async function openTestTerminal(
  changes: Partial<TerminalOptions> = {},
  size = { columns: 60, rows: 20 },
): Promise<TestTerminal> {
  const screen = new TerminalScreen(size.columns || 80, size.rows || 24);
  let raw = false;
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => {
      raw = on;
    },
  });
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      screen.write(String(chunk));
      done();
    },
  });
  const output = Object.assign(stream, { isTTY: true, ...size });
  const said: string[] = [];
  const saved: string[][] = [];
  let quits = 0;
  const terminal = createTerminal({
    input,
    output,
    user: 'sarah',
    colour: true,
    focus: { room: '#ops', incidentId: null },
    complete: () => [],
    onLine: (line, { room, incidentId }) =>
      said.push(`${room}${incidentId === null ? '' : ` #${incidentId}`}: ${line}`),
    onQuit: () => {
      quits += 1;
    },
    history: [],
    saveHistory: (lines) => saved.push([...lines]),
    ...changes,
  });
  const settled = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
  await settled();
  return {
    terminal,
    screen,
    said,
    saved,
    quits: () => quits,
    raw: () => raw,
    press: async (bytes) => {
      input.write(bytes);
      await settled();
    },
    resize: async (columns, rows = output.rows) => {
      Object.assign(output, { columns, rows });
      screen.resize(columns, rows);
      output.emit('resize');
      await settled();
    },
    end: async () => {
      input.end();
      await settled();
    },
  };
}

// Run on a real pseudo-terminal by pty.test.ts. Tab makes a message arrive while one types.
import { createTerminal } from '../../../src/channels/terminal/screen.ts';

const terminal = createTerminal({
  input: process.stdin,
  output: process.stdout,
  user: 'sarah',
  colour: true,
  focus: { room: '#ops', incidentId: null },
  complete: () => {
    terminal.print(['03:15 │ arrived 🔴', '      │ in two lines']);
    return [];
  },
  onLine: (line) => terminal.print([`heard: ${line}`]),
  onQuit: () => {
    terminal.close();
    process.stdout.write('left\n');
  },
  history: [],
  saveHistory: () => undefined,
});

// `openclaw chat` without a message: the terminal on a running daemon. The database is all they share.
import { join } from 'node:path';
import type { Principal } from '../domain/principal.ts';
import { openStore } from '../store/store.ts';
import { openChatTerminal } from './terminal.ts';

export async function attachTerminal(options: {
  stateDir: string;
  io: { colour: boolean; now(): number };
  person: Principal;
}): Promise<void> {
  const { stateDir, io, person } = options;
  const store = await openStore({ file: join(stateDir, 'openclaw.db'), clock: io });
  let leave: () => void = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  try {
    const chat = await openChatTerminal({
      store,
      person,
      clock: io,
      stateDir,
      colour: io.colour,
      input: process.stdin,
      output: process.stdout,
      greeting: ['Connected to the running daemon, which goes on when you leave.'],
      quitNotice: 'The daemon goes on running.',
      onQuit: leave,
    });
    await left;
    await chat.close();
  } finally {
    await store.close();
  }
}

// What is typed in the terminal chat, as it is stored for the engine.
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { openChatTerminal } from '../../src/daemon/terminal.ts';
import type { ChatEvent } from '../../src/domain/chat.ts';
import { openStore } from '../../src/store/store.ts';
import { temporaryStateDir } from '../cli/run-cli.ts';
import { until } from '../support/until.ts';

test('a line that begins with our name is said to us, and one that does not is not', async () => {
  const { stateDir, remove } = temporaryStateDir();
  onTestFinished(remove);
  const store = await openStore({ file: join(stateDir, 'openclaw.db'), clock: { now: Date.now } });
  onTestFinished(() => store.close());
  const input = new PassThrough();
  const output = new PassThrough();
  output.resume();
  const chat = await openChatTerminal({
    store,
    clock: { now: Date.now },
    stateDir,
    input: input as never,
    output: output as never,
    colour: false,
    person: { platform: 'local', workspace: '', userId: '1', displayName: 'sam' },
    greeting: [],
    onQuit: () => {},
  });
  onTestFinished(() => chat.close());
  input.write('@openclaw what changed?\r');
  input.write('@openclawd is a name\r');
  input.write('@openclaw ack 1\r');
  input.write('ack 1\r');
  const heard = async () =>
    (await store.read.inbox.unhandled('chat', 10)).map(({ body }) => body as ChatEvent);
  await until(async () => (await heard()).length === 4);
  expect((await heard()).map(({ text, toUs }) => [text, toUs])).toEqual([
    ['what changed?', true],
    ['@openclawd is a name', undefined],
    // As in any chat that knows mentions, a command said to us needs no slash.
    ['/ack 1', true],
    ['ack 1', undefined],
  ]);
});

// To try openclaw with a model by hand, without one: our own Messages API of the tests on a port of loopback. Nothing leaves
// this machine, and nobody at Anthropic is asked. It says what to export; a line on its input switches how it behaves.
//   node test/by-hand/model.mjs [--port 7600] [--mode ok] [--log FILE]
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '7600' },
    mode: { type: 'string', default: 'ok' },
    log: { type: 'string' },
  },
});
const { listenMessagesApi, MODES, replyIn } = await ours();
let mode = Object.hasOwn(MODES, values.mode) ? values.mode : 'ok';
const { api, close } = await listenMessagesApi(Number(values.port));
api.answer = (request, index) => {
  const { model, messages } = request.body;
  console.log(`${index + 1} ${mode}: ${model}, ${messages.length} messages, ${request.raw.length} bytes`);
  // As it left, to be searched for what must not.
  if (values.log) appendFileSync(values.log, `${request.raw}\n`);
  api.chunkPauseMs = mode === 'drip' ? 20 : 0;
  return replyIn(mode, request);
};

console.log(`A Messages API of ours, no model, at ${api.url}. In the shell of openclaw:`);
console.log(`  export ANTHROPIC_BASE_URL=${api.url} ANTHROPIC_API_KEY=${api.key}`);
for (const [name, what] of Object.entries(MODES)) console.log(`  ${name.padEnd(9)} ${what}`);
console.log('Type one of these; Ctrl-C ends it.');
createInterface({ input: process.stdin }).on('line', (line) => {
  const asked = line.trim();
  if (Object.hasOwn(MODES, asked)) mode = asked;
  else if (asked !== '') console.log(`no mode ${asked}: ${Object.keys(MODES).join(' ')}`);
  console.log(`mode: ${mode}`);
  for (const words of api.refused.splice(0)) console.log(`refused: ${words}`);
});
process.once('SIGINT', () => void close().then(() => process.exit(0)));

/** The server of the tests and the rules beside this file are TypeScript. */
async function ours() {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from './brain.ts'; export { listenMessagesApi } from '../support/messages-api/server.ts';`,
      resolveDir: here('.'),
      loader: 'ts',
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    external: ['vitest'],
  });
  const code = outputFiles[0]?.text ?? '';
  return import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
}

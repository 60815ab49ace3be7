// A Slack and a PagerDuty of ours on loopback, for a person who wants to see a night by hand.
// `node test/by-hand/run.mjs` starts them and prints what openclaw is told; `node test/by-hand/run.mjs help` says what may be typed.
// Each line is a command of its own (`node test/by-hand/run.mjs sarah '#ops-critical: ack'`), or is typed where they run.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const PORT = Number(process.env.BY_HAND_PORT ?? 7790);
const line = process.argv.slice(2).join(' ');

if (line === '') await start();
else {
  const answer = await fetch(`http://127.0.0.1:${PORT}/`, { method: 'POST', body: line }).catch(() => null);
  if (answer === null) console.error(`nobody runs at port ${PORT}: node test/by-hand/run.mjs`);
  else process.stdout.write(await answer.text());
  process.exitCode = answer?.ok ? 0 : 1;
}

async function start() {
  // Inside node_modules, so that what is not bundled is found from there.
  const folder = fileURLToPath(new URL('../../node_modules/.cache/openclaw-by-hand/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `desk-${process.pid}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL('desk.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    packages: 'external',
    logLevel: 'error',
    // The stubs close when a test ends. Here none does.
    plugins: [
      {
        name: 'no-test',
        setup(plugins) {
          plugins.onResolve({ filter: /^vitest$/ }, () => ({ path: 'vitest', namespace: 'no-test' }));
          plugins.onLoad({ filter: /.*/, namespace: 'no-test' }, () => ({
            contents: 'export const onTestFinished = () => {};',
          }));
        },
      },
    ],
  });
  const { openDesk } = await import(pathToFileURL(outfile).href);
  const type = await openDesk(PORT);
  for await (const typed of createInterface({ input: process.stdin }))
    process.stdout.write(await type(typed));
}

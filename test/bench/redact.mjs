// How fast texts are redacted, for chat and for a model: `npm run bench:redact [-- FOLDER]`, of any folder laid out as loghub is
// (default: ../shared/data, or OPENCLAW_TEST_DATA), and whether twice the text takes twice the time. It asserts nothing.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [given] = process.argv.slice(2);
const folder = given
  ? resolve(given)
  : join(process.env.OPENCLAW_TEST_DATA ?? join(root, '../shared/data'), 'loghub');
const bundles = mkdtempSync(join(tmpdir(), 'openclaw-redact-'));

try {
  const outfile = join(bundles, 'redact.mjs');
  const contents = `export { redact } from './redact.ts'; export { redactForModel } from './redact-for-model.ts';`;
  await build({
    stdin: { contents, resolveDir: join(root, 'src/domain') },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  const { redact, redactForModel } = await import(pathToFileURL(outfile).href);
  const texts = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const lines = texts.flatMap((text) => text.split('\n'));
  const megabytes = texts.reduce((sum, text) => sum + text.length, 0) / 1e6;
  for (const each of [redact, redactForModel]) {
    const rate = (list) => (megabytes / secondsOf(() => list.forEach((text) => void each(text)))).toFixed(1);
    console.log(`${each.name}: ${rate(lines)} MB/s line by line, ${rate(texts)} MB/s in whole texts`);
    for (const piece of ['aB3/', 'a1', '%41', 'aB3dE5\n', 'password=a ', 'https://a:b@c ', '","']) {
      const [one, two] = [400_000, 800_000].map((size) => piece.repeat(size / piece.length));
      const ratio = secondsOf(() => each(two)) / secondsOf(() => each(one));
      console.log(`  ${JSON.stringify(piece)} twice as long: ${ratio.toFixed(1)} times as slow`);
    }
  }
} finally {
  rmSync(bundles, { recursive: true, force: true });
}

/** CPU time of the best of three. */
function secondsOf(work) {
  const runs = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return Math.min(...runs);
}

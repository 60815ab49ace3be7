// Prints how often the right cause of the incidents under test/diagnosis/incidents comes first, how often a wrong one is
// said with confidence, and a line for each: `npm run bench:cause`. With a part of a set's name, that set alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'openclaw-bench-cause-'));
const incidents = fileURLToPath(new URL('../diagnosis/incidents/', import.meta.url));
try {
  const outfile = join(folder, 'cause.mjs');
  await build({
    stdin: {
      contents: "export * from './all.ts'; export * from './score.ts';",
      resolveDir: incidents,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    logLevel: 'error',
  });
  const {
    BLIND,
    BLIND_AGAIN,
    BLIND_THIRD,
    FIELD,
    FIELD_LAST,
    FIELD_LATER,
    HELD_OUT,
    JUDGED_ONCE,
    SEEN,
    WRITTEN_AFTER,
    scoreAll,
    scoreText,
  } = await import(pathToFileURL(outfile).href);
  const sets = [
    ['made with', SEEN],
    ['held out', HELD_OUT],
    ['written afterwards', WRITTEN_AFTER],
    ['judged once', JUDGED_ONCE],
    ['written blind', BLIND],
    ['written blind again', BLIND_AGAIN],
    ['field', FIELD],
    ['field later', FIELD_LATER],
    ['field last', FIELD_LAST],
    ['written blind, the third', BLIND_THIRD],
  ];
  const [wanted = ''] = process.argv.slice(2);
  for (const [name, set] of sets.filter(([each]) => each.includes(wanted))) {
    const score = scoreAll(set);
    console.log(`\n${scoreText(name, score)}\n${score.lines.map((line) => `  ${line}`).join('\n')}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// How well log lines are grouped, how fast, and in how much memory: `npm run bench:logs [-- FOLDER]`, of any folder laid out as
// loghub is (<System>/<System>_2k.log_structured.csv with the columns Content and EventId). One configuration for all systems.
// GA, grouping accuracy: the share of lines whose group has exactly the lines of their true group (Zhu et al., ICSE-SEIP 2019).
// FGA: F1 over groups, of exact groups among those found and among the true ones (Jiang et al., ISSTA 2024, Loghub-2.0).
// "settled": groups when all is read; "streaming": each line's group as said when it arrived. It asserts nothing.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { print } from './daemon.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [given] = process.argv.slice(2);
const folder = given
  ? resolve(given)
  : join(process.env.OPENCLAW_TEST_DATA ?? join(root, '../shared/data'), 'loghub');
const LINES = Number(process.env.BENCH_LINES ?? 400_000);
const bundles = mkdtempSync(join(tmpdir(), 'openclaw-logs-'));
const bundle = join(bundles, 'log-grouping.mjs');

try {
  await build({
    absWorkingDir: root,
    entryPoints: ['test/bench/log-grouping.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const { scores } = await import(pathToFileURL(bundle).href);
  const systems = scores(folder);
  if (systems.length === 0) {
    console.log(`no labelled logs in ${folder}; name a folder: npm run bench:logs -- FOLDER`);
    process.exitCode = 1;
  } else report(systems);
} finally {
  rmSync(bundles, { recursive: true, force: true });
}

function report(systems) {
  row('', ['settled GA', 'FGA', 'groups', 'streaming GA', 'FGA', 'groups', 'true groups']);
  for (const { system, settled, streaming } of systems) {
    row(system, [...figures(settled), ...figures(streaming), settled.truth]);
  }
  const mean = (way, of) => systems.reduce((sum, each) => sum + each[way][of], 0) / systems.length;
  const means = ['settled', 'streaming'].flatMap((way) => [
    mean(way, 'accuracy').toFixed(3),
    mean(way, 'f1').toFixed(3),
    '',
  ]);
  row('mean', means);
  row('goal', ['0.950', '0.930', '', '0.930', '0.930']);
  console.log();
  for (const way of ['settled', 'streaming']) {
    const { perSecond, residentMb } = measured(way);
    const load = `load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`;
    print(`${way}, lines a second`, Math.round(perSecond).toLocaleString('en'), 'goal 100,000', load);
    print(`${way}, resident`, `${residentMb.toFixed(0)} MB`, 'goal 150 MB', `${LINES} lines`);
  }
}

function figures({ accuracy, f1, found }) {
  return [accuracy.toFixed(3), f1.toFixed(3), found];
}

function row(name, cells) {
  console.log(`  ${name.padEnd(14)}${cells.map((cell) => String(cell).padStart(14)).join('')}`.trimEnd());
}

/** In a process of its own, which holds nothing else. */
function measured(way) {
  const script = `import { speed } from ${JSON.stringify(pathToFileURL(bundle).href)};
    console.log(JSON.stringify(speed(${JSON.stringify(folder)}, ${LINES}, '${way}')));`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
  );
}

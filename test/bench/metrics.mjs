// `npm run bench:metrics [-- DIR]`: prints how the diagnosis of metrics does on labelled series, DIR/windows.json and the CSV
// files it names (default: ../shared/data/nab, or OPENCLAW_TEST_DATA). The score is defined in metrics/nab-score.ts, the planted
// changes in metrics/planting.ts. It asserts nothing; test/bench/metrics/bars.test.ts does.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'openclaw-bench-'));
try {
  const outfile = join(folder, 'metrics.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'metrics/print.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'warning',
    define: { 'import.meta.dirname': JSON.stringify(join(import.meta.dirname, 'metrics')) },
  });
  const { printBench } = await import(pathToFileURL(outfile).href);
  process.exitCode = printBench(process.argv[2]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

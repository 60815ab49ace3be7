// What `npm run bench:metrics` prints.
import { performance } from 'node:perf_hooks';
import { ALARM_BITS } from '../../../src/diagnosis/metrics/detector.ts';
import { type Detection, detection } from './detection.ts';
import { DEFAULT_FOLDER, hasSeries, readSeriesOf } from './nab-data.ts';
import { scaled } from './nab-score.ts';
import {
  falseRate,
  hitRate,
  isQuiet,
  noiseStretches,
  type Planting,
  planting,
  unlabelledStretches,
} from './planting.ts';

const SEED = 20_261_128;

/** Gives the exit code. */
export function printBench(folder = DEFAULT_FOLDER): number {
  if (!hasSeries(folder)) {
    console.error(`no windows.json in ${folder}: name a folder of labelled series`);
    return 1;
  }
  const series = readSeriesOf(folder);
  printDetection(detection(series, () => performance.now()));
  const unlabelled = unlabelledStretches(series);
  console.log('');
  console.log('onset of planted changes, hit within 3 points, and onsets in what was left as it is');
  printPlanting('synthetic noise', planting(noiseStretches(400, SEED), SEED));
  printPlanting('quiet stretches of the series', planting(unlabelled.filter(isQuiet), SEED));
  // Beside it, so that what counts as quiet hides nothing: these have real spikes and steps that nobody labelled.
  printPlanting('all that is unlabelled (no goal)', planting(unlabelled, SEED));
  return 0;
}

function printPlanting(name: string, found: Planting): void {
  const kinds = Object.entries(found.hits).map(([kind, { hit, of }]) => `${kind} ${percent(hit / of)}`);
  print(name, `hit ${percent(hitRate(found))}`, `false ${percent(falseRate(found))}`, kinds.join(', '));
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)}%` : '-';
}

function printDetection(found: Detection): void {
  console.log('streaming detection, NAB standard profile (100: perfect, 0: silence), one setting for all');
  print('series', 'score', 'found', 'false alarms');
  for (const { name, score } of found.files) {
    print(name, number(scaled([score])), `${score.found} of ${score.windows}`, String(score.falseAlarms));
  }
  const sum = (of: (file: Detection['files'][number]) => number) =>
    found.files.reduce((all, each) => all + of(each), 0);
  print(
    'all',
    number(found.fixed),
    `${sum(({ score }) => score.found)} of ${sum(({ score }) => score.windows)}`,
    String(sum(({ score }) => score.falseAlarms)),
  );
  console.log('');
  print(`score at the fixed ${ALARM_BITS} bits`, number(found.fixed), 'goal 57', 'aim 62');
  print('score, two-fold threshold', number(found.twoFold), '', 'chosen on half, scored on the other');
  print(
    'score at the best threshold',
    number(found.best.score),
    '',
    `${found.best.bits} bits, as NAB chooses it`,
  );
  print('points per second', Math.round(found.pointsPerSecond).toLocaleString('en'), 'goal 50,000', '');
  print('bytes per series', found.bytesPerSeries.toLocaleString('en'), '', 'however long it runs');
}

function number(value: number): string {
  return Number.isFinite(value) ? value.toFixed(1) : '-';
}

function print(...[name = '', ...rest]: string[]): void {
  console.log([name.padEnd(58), ...rest.map((each) => each.padEnd(14))].join(' ').trimEnd());
}

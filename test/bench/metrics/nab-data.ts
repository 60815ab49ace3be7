// Reads a folder of labelled series: `windows.json`, and the CSV files it names, under `data/` or beside it.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LabelledSeries } from './nab-score.ts';

export const DEFAULT_FOLDER = join(
  process.env.OPENCLAW_TEST_DATA ?? resolve(import.meta.dirname, '../../../../shared/data'),
  'nab',
);

export function hasSeries(folder: string): boolean {
  return existsSync(join(folder, 'windows.json'));
}

/** In the order of their names. Errors: no `windows.json`, a file it names is not there, a line that is no `timestamp,value`. */
export function readSeriesOf(folder: string): LabelledSeries[] {
  const labels = JSON.parse(readFileSync(join(folder, 'windows.json'), 'utf8')) as Record<
    string,
    [string, string][]
  >;
  return Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, windows]) => ({
      name,
      points: pointsOf(readFileSync(pathOf(folder, name), 'utf8'), name),
      windows: windows
        .map(([from, to]): [number, number] => [instant(from), instant(to)])
        .toSorted(([a], [b]) => a - b),
    }));
}

function pathOf(folder: string, name: string): string {
  const path = join(folder, 'data', name);
  return existsSync(path) ? path : join(folder, name);
}

function pointsOf(text: string, name: string): LabelledSeries['points'] {
  const [, ...lines] = text.trim().split(/\r?\n/);
  return lines.map((line, index) => {
    const [time = '', value = ''] = line.split(',');
    const at = instant(time);
    if (Number.isNaN(at)) throw new Error(`${name}, line ${index + 2}: no timestamp and value`);
    return { at, value: value === '' ? Number.NaN : Number(value) };
  });
}

/** `2014-02-14 14:30:00.000000`, in UTC. */
function instant(text: string): number {
  return Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);
}

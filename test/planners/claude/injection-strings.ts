// Attack strings of a public collection, beside the project or where OPENCLAW_TEST_DATA says. Read there, never copied here.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = join(
  process.env.OPENCLAW_TEST_DATA ?? resolve(import.meta.dirname, '../../../../shared/data'),
  'injection',
);

/** Empty, with a word, where the data is not there. */
export function injectionStrings(): string[] {
  if (!existsSync(folder)) {
    console.log(`skipped: no injection strings at ../shared/data/injection`);
    return [];
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const groups = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, string[]>;
      return Object.values(groups).flat();
    });
}

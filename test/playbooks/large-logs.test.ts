// Logs of any size, in a process of its own: all lines are counted, in memory that does not grow with them.
import { expect, test } from 'vitest';
import { tempFolder } from '../sources/host/support.ts';
import { startChild } from '../support/child.ts';

const MB = 1_000_000;
/** What a young process takes for itself while it works through anything. */
const MOST_GROWTH = 150 * MB;

interface Told {
  count: number;
  text: string;
  attached: string | null;
  progress: [number, string, string];
  grownBy: number;
  seconds: number;
}

async function ask(megabytes: number, ...words: string[]): Promise<Told> {
  const child = await startChild('test/support/read-logs-child.ts', [
    await tempFolder(),
    String(megabytes),
    ...words,
  ]);
  return JSON.parse(await child.line()) as Told;
}

const sizes = process.env.OPENCLAW_TEST_LONG ? [1_000] : [40];

test.each(sizes)(
  '%d MB are read to the last line, and the rare line that explains it is the first',
  async (size) => {
    const told = await ask(size, 'shop', '--since', '20h');
    expect(told.text).toContain(`Read: ${told.count.toLocaleString('en')} lines since 2026-03-06 07:20 UTC`);
    expect(told.text).toMatch(/From: host \((?:[\d.]+ [MG]B)\)/);
    expect(told.text).toMatch(/ERROR connection pool exhausted after \d+ms/);
    expect(told.text.indexOf('ERROR connection')).toBeLessThan(told.text.indexOf('WARN  slow query'));
    expect(told.text).toContain('Likely cause: connection pool exhausted');
    expect(told.text).not.toContain('Not complete');
    expect(told.attached).toMatch(/lines of the logs of shop, those shown first, then the newest of \d+$/);
    expect(told.grownBy).toBeLessThan(MOST_GROWTH);
    const [times, first, last] = told.progress;
    expect(times).toBeGreaterThan(size);
    expect(first).toMatch(/^Reading the logs of shop: [\d.]+ [kM]B so far, back to 03:\d\d UTC$/);
    expect(last).toMatch(/so far, back to /);
    if (process.env.OPENCLAW_TEST_LONG)
      console.info(
        `${size} MB: ${told.seconds.toFixed(1)} s, ${Math.round(told.grownBy / MB)} MB more memory`,
      );
  },
);

test('a pattern is looked for in all of them', async () => {
  const told = await ask(15, 'shop', '--since', '20h', '--grep', 'took \\d*9ms on shard (1|5)\\b');
  expect(told.text).toMatch(/Read: 150,000 lines since .*, 750 of them with "took/);
  expect(told.text).toContain('slow query took');
  expect(told.text).not.toContain('GET');
  expect(told.grownBy).toBeLessThan(MOST_GROWTH);
});

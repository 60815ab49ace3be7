import { expect, test } from 'vitest';
import type { MountUsage } from '../../src/domain/capability.ts';
import type { Step } from '../../src/domain/plan.ts';
import type { SourceAdapter } from '../../src/domain/tool.ts';
import { diskForecast } from '../../src/engine/disk-forecast.ts';

const usage = (mount: string, percent: number, totalBytes = 100e9): MountUsage => ({
  mount,
  percent,
  totalBytes,
  usedBytes: (percent / 100) * totalBytes,
});

/** `tmp`: what holds /tmp, where it is a file system of its own. */
const forecast = (steps: Step[], disk: MountUsage, tmp?: MountUsage): Promise<string | null> => {
  const source: SourceAdapter = {
    name: 'host',
    tools: [
      {
        kind: 'read',
        capability: 'disk.usage',
        source: 'host',
        read: async ({ path }: { path?: string | undefined }) => [path === undefined ? disk : (tmp ?? disk)],
      },
    ],
    close: async () => {},
  } as unknown as SourceAdapter;
  return diskForecast(steps, disk.mount, source, AbortSignal.timeout(5000));
};

const step = (capability: Step['capability'], bytes: number | null, args: object = {}): Step =>
  ({
    capability,
    args,
    preview: [{ text: '', how: 'measured', ...(bytes === null ? {} : { bytes }) }],
  }) as Step;
const prune = (bytes: number | null) => [step('disk.prune-docker', bytes)];

test.each([
  ['a whole number is compared with a whole one', prune(21e9), usage('/', 92), 'would bring disk to 71%'],
  ['one decimal with one decimal', prune(5e9), usage('/', 23.9), 'would bring disk to 18.9%'],
  ['a small gain is not rounded away', prune(3e8), usage('/', 92), 'would bring disk to 91.7%'],
  [
    'nothing to free is said',
    prune(0),
    usage('/', 23.9),
    'disk stays at 23.9%: nothing was found there that it would free',
  ],
  [
    'and what is too little to be seen',
    prune(1e6),
    usage('/var', 23.9),
    'would free less than 0.1% of /var, which stays at 23.9%',
  ],
  ['what was not measured is not claimed', prune(null), usage('/', 92), null],
])('%s', async (_name, steps, disk, text) => {
  expect(await forecast(steps, disk)).toBe(text);
});

test('what is freed on another file system does not count for this one', async () => {
  const old = { path: '/tmp', olderThanMs: 3_600_000 };
  const steps = [...prune(10e9), step('disk.remove-old-files', 20e9, old)];
  expect(await forecast(steps, usage('/', 92))).toBe('would bring disk to 62%');
  expect(await forecast(steps, usage('/', 92), usage('/tmp', 40, 64e9))).toBe('would bring disk to 82%');
});

// The seed's disk fix with one step, as it is stored.
import { digestOf, type Json } from '../../src/domain/digest.ts';
import type { AutoFix } from '../../src/domain/resource.ts';

const STEPS = [
  { capability: 'disk.remove-old-files', args: { path: '/tmp', olderThanMs: 604_800_000 }, from: 'files' },
];

export const diskFix = (change: Partial<AutoFix> = {}): AutoFix => ({
  name: 'Disk Cleanup',
  condition: 'disk_usage > 90%',
  action: 'remove old files',
  approval: 'auto',
  notify: '#ops-info',
  twoPerson: false,
  steps: STEPS,
  stepsDigest: digestOf(STEPS as unknown as Json),
  ...change,
});

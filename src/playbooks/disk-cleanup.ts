// /disk-cleanup: the three bounded ways to make room, each measured by the tool before anyone says yes.

import type { ChangeCapability, MountUsage } from '../domain/capability.ts';
import type { Kit, Playbook, StepRequest } from '../domain/playbook.ts';
import { formatBytes } from '../domain/value-text.ts';
import { firstKnown, noSource, sections, silentSources } from './answers.ts';
import { readArguments } from './arguments.ts';
import { clean } from './text.ts';

const usage = '/disk-cleanup';

const DISK_STEPS: readonly (StepRequest & { capability: ChangeCapability; what: string })[] = [
  { capability: 'disk.prune-docker', args: {}, what: 'Docker images' },
  { capability: 'disk.vacuum-journal', args: { keepBytes: 500_000_000 }, what: 'old logs' },
  {
    capability: 'disk.remove-old-files',
    args: { path: '/tmp', olderThanMs: 7 * 86_400_000 },
    what: '/tmp files older than 7 days',
  },
];

export const diskCleanup: Playbook = {
  name: 'disk-cleanup',
  usage,
  summary: 'Remove unused Docker images, old logs and old files in /tmp',
  changes: true,
  async propose(request, kit) {
    readArguments(request, { usage, positionals: 0, flags: {} });
    const possible = DISK_STEPS.filter(({ capability }) => kit.changer(capability, null) !== null);
    const [first] = possible;
    const source = first && kit.changer(first.capability, null);
    if (!source) return noSource('clean up a disk', null, kit);
    const answers = await kit.read('disk.usage', {});
    const usageOfDisk = firstKnown(answers, source);
    const fullest = usageOfDisk && fullestOf(usageOfDisk.result);
    const missing = DISK_STEPS.filter((step) => !possible.includes(step)).map(
      ({ what }) => `left out: ${what}`,
    );
    return {
      kind: 'steps',
      title: fullest
        ? `Disk ${fullest.mount} at ${Math.round(fullest.percent)}% on ${source}: clean up`
        : `Clean up the disk of ${source}`,
      service: null,
      steps: possible.map(({ capability, args }) => ({ capability, args: { ...args } })),
      notes: sections(
        {
          heading: 'Disk now',
          lines: usageOfDisk ? usageOfDisk.result.slice(0, 10).map(mountLine) : ['unknown'],
        },
        {
          heading: 'Note',
          lines: [...otherSources(possible, source, kit), ...missing, ...silentSources(answers)],
        },
      ),
      success: fullest
        ? { kind: 'disk', source, mount: fullest.mount, beforePercent: fullest.percent }
        : { kind: 'none' },
    };
  },
};

function fullestOf(mounts: readonly MountUsage[]): MountUsage | undefined {
  return [...mounts].sort((a, b) => b.percent - a.percent)[0];
}

function mountLine({ mount, percent, usedBytes, totalBytes }: MountUsage): string {
  return `${clean(mount, 80)}: ${Math.round(percent)}%, ${formatBytes(usedBytes)} of ${formatBytes(totalBytes)}`;
}

/** A step may go to another source of the command than the first does: the card must not hide that. */
function otherSources(steps: typeof DISK_STEPS, source: string, kit: Kit): string[] {
  return steps.flatMap(({ capability, what }) => {
    const other = kit.changer(capability, null);
    return other === source ? [] : [`${what}: on ${other}`];
  });
}

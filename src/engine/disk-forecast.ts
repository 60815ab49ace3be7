// How full a disk will be when a plan has freed what it measured.
import type { MountUsage } from '../domain/capability.ts';
import type { Step } from '../domain/plan.ts';
import type { Kit } from '../domain/playbook.ts';
import type { SourceAdapter } from '../domain/tool.ts';
import { createKit } from './toolbox.ts';

/** "would bring disk to 71%", or that it would not; null where nothing was measured or the source does not say. */
export async function diskForecast(
  steps: readonly Step[],
  mount: string,
  source: SourceAdapter,
  signal: AbortSignal,
): Promise<string | null> {
  if (steps.every((step) => freedBy(step) === null)) return null;
  const kit = createKit({
    now: 0,
    zone: 'UTC',
    sources: [source],
    names: [source.name],
    services: [],
    signal,
    overview: () => Promise.reject(new Error('a forecast has no overview')),
  });
  const [usage] = await kit.read('disk.usage', {});
  const disk = usage?.ok ? usage.result.find((each) => each.mount === mount) : undefined;
  if (!disk || disk.totalBytes <= 0) return null;
  let bytes = 0;
  for (const step of steps) if (!(await isElsewhere(step, disk, kit))) bytes += freedBy(step) ?? 0;
  return words(disk, bytes);
}

function words({ mount, percent, totalBytes }: MountUsage, bytes: number): string {
  const name = mount === '/' ? 'disk' : mount;
  if (bytes <= 0) return `${name} stays at ${percent}%: nothing was found there that it would free`;
  const after = Math.max(0, percent - (100 * bytes) / totalBytes);
  const exact = Number(after.toFixed(1));
  // As exact as what it is compared with; and never so round that it reads as no change.
  const shown = Number.isInteger(percent) && Math.round(after) < percent ? Math.round(after) : exact;
  return shown < percent
    ? `would bring ${name} to ${shown}%`
    : `would free less than 0.1% of ${name}, which stays at ${percent}%`;
}

/** Null: not measured. */
function freedBy({ preview }: Step): number | null {
  const measured = preview.flatMap(({ bytes }) => bytes ?? []);
  return measured.length === 0 ? null : measured.reduce((sum, each) => sum + each, 0);
}

/** Of a step that names its folder: whether that is on another file system, told by its size and use. */
async function isElsewhere({ args }: Step, disk: MountUsage, kit: Kit): Promise<boolean> {
  if (!('path' in args)) return false;
  const [usage] = await kit.read('disk.usage', { path: args.path });
  const [found] = usage?.ok ? usage.result : [];
  if (!found) return false;
  const difference = Math.abs(found.usedBytes - disk.usedBytes);
  return found.totalBytes !== disk.totalBytes || difference > disk.totalBytes / 100;
}

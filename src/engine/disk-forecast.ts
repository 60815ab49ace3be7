// How full a disk will be when a plan has freed what it measured.
import type { Step } from '../domain/plan.ts';
import type { SourceAdapter } from '../domain/tool.ts';
import { createKit } from './toolbox.ts';

/** "would bring disk to 71%"; null where nothing was measured or the source does not say. */
export async function diskForecast(
  steps: readonly Step[],
  mount: string,
  source: SourceAdapter,
  signal: AbortSignal,
): Promise<string | null> {
  const freed = steps.flatMap(({ preview }) => preview.flatMap(({ bytes }) => bytes ?? []));
  if (freed.length === 0) return null;
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
  const bytes = freed.reduce((sum, each) => sum + each, 0);
  const after = Math.max(0, disk.percent - (100 * bytes) / disk.totalBytes);
  return `would bring ${mount === '/' ? 'disk' : mount} to ${Math.round(after)}%`;
}

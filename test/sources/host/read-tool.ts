// The host source's own reader of logs, for what its callers hand over with the question.
import type { ReadTool } from '../../../src/domain/tool.ts';
import { hostSource, service } from './support.ts';

/** Of every `*.log` in the folder. */
export function tool(folder: string, now: number): Pick<ReadTool<'logs.search'>, 'read'> {
  const shop = service({ dir: folder, logs: ['*.log'] });
  const { source } = hostSource([shop], { clock: { now: () => now } });
  const found = source.tools.find(({ capability }) => capability === 'logs.search');
  if (found?.kind !== 'read') throw new Error('a host source reads logs');
  const own = found as ReadTool<'logs.search'>;
  return { read: (args, _service, call) => own.read(args, shop, call) };
}

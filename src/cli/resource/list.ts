import type { Kind } from '../../domain/resource.ts';
import type { Definition } from '../../resources/definition.ts';
import type { Context } from '../context.ts';
import { type Column, colours, localTime, printJson, severityColour, table } from '../output.ts';
import { oneLineOf } from './one-line.ts';

export async function listResources<K extends Kind>(
  context: Context,
  definition: Definition<K>,
): Promise<void> {
  const { io } = context;
  const { kind, plural, columns } = definition;
  const found = await (await context.store()).read.resources.list(kind);
  if (io.json) return printJson(io, found);
  if (found.length === 0) {
    io.stdout(`no ${plural} yet\n`);
    io.stderr(`${colours(io).dim(`  next: openclaw ${kind} add --help`)}\n`);
    return;
  }
  const heads: Column[] = [
    { title: 'id', align: 'right' },
    { title: 'name' },
    ...columns.map(({ title, severity }) => (severity ? { title, paint: paintSeverity } : { title })),
    ...(found.some(({ enabled }) => !enabled) ? [{ title: 'state' }] : []),
  ];
  table(
    io,
    heads,
    found.map(({ id, name, spec, enabled }) => [
      String(id),
      name,
      ...columns.map(({ text, isInstant }) => {
        const cell = oneLineOf(text(spec));
        const at = isInstant ? Date.parse(cell) : Number.NaN;
        return Number.isNaN(at) ? cell : localTime(at);
      }),
      enabled ? '' : 'disabled',
    ]),
  );

  function paintSeverity(cell: string, text: string): string {
    const severity = (['critical', 'warning', 'info'] as const).find((one) => text.startsWith(one));
    return severity ? severityColour(io, severity)(cell) : cell;
  }
}

// Which tool answers for a capability and a service, and what a planner may use of it: reads only.
import {
  type ChangeCapability,
  READ_ARGS,
  type ReadArgs,
  type ReadCapability,
} from '../domain/capability.ts';
import { ToolError } from '../domain/errors.ts';
import type { Kit, Overview, ReadAnswer, ReadOptions } from '../domain/playbook.ts';
import { redact } from '../domain/redact.ts';
import type { Service } from '../domain/resource.ts';
import type { ChangeTool, LogReading, ReadTool, SourceAdapter, Tool } from '../domain/tool.ts';

/** A source that does not answer within this is named, never waited for. */
export const READ_DEADLINE_MS = 8000;
/** One that reads on is stopped after this, with what it has. */
const LONGEST_READ_MS = 10 * 60_000;

/** The first of the sources, in their order, that can change this service. */
export function findChangeTool(
  sources: readonly SourceAdapter[],
  names: readonly string[],
  capability: ChangeCapability,
  service: Service | null,
): ChangeTool | null {
  for (const source of inOrder(sources, names)) {
    for (const tool of source.tools) {
      if (tool.kind === 'change' && tool.capability === capability && serves(tool, service))
        return tool as ChangeTool;
    }
  }
  return null;
}

export function findReadTools(
  sources: readonly SourceAdapter[],
  names: readonly string[],
  capability: ReadCapability,
  service: Service | null,
): ReadTool[] {
  return inOrder(sources, names).flatMap((source) =>
    source.tools.filter(
      (tool): tool is Extract<Tool, { kind: 'read' }> =>
        tool.kind === 'read' && tool.capability === capability && serves(tool, service),
    ),
  ) as ReadTool[];
}

export function createKit(options: {
  now: number;
  zone: string;
  sources: readonly SourceAdapter[];
  names: readonly string[];
  services: readonly Service[];
  signal: AbortSignal;
  overview(): Promise<Overview>;
  changes?: Kit['changes'];
  progress?: Kit['progress'];
  commands?: Kit['commands'];
}): Kit {
  const { sources, names, services, signal } = options;
  const serviceOf = (args: object): Service | null => {
    const name = 'service' in args ? args.service : undefined;
    return services.find((service) => service.name === name) ?? null;
  };
  return {
    now: options.now,
    zone: options.zone,
    services,
    sources: inOrder(sources, names).map(({ name }) => name),
    async read<C extends ReadCapability>(
      capability: C,
      args: ReadArgs<C>,
      { withinMs = READ_DEADLINE_MS, logs }: ReadOptions = {},
    ): Promise<ReadAnswer<C>[]> {
      // A planner's arguments are as untrusted as its words.
      const parsed = READ_ARGS[capability].parse(args) as ReadArgs<C>;
      const service = serviceOf(parsed);
      if ('service' in parsed && service === null) return [];
      const tools = findReadTools(sources, names, capability, service) as unknown as ReadTool<C>[];
      const limitMs = Math.min(withinMs, READ_DEADLINE_MS);
      return Promise.all(
        tools.map((tool) => ask(tool, parsed, service, { limitMs, signal, logs: logs?.(tool.source) })),
      );
    },
    changer(capability, service) {
      const found = services.find(({ name }) => name === service) ?? null;
      return findChangeTool(sources, names, capability, found)?.source ?? null;
    },
    overview: options.overview,
    ...(options.changes ? { changes: options.changes } : {}),
    ...(options.progress ? { progress: options.progress } : {}),
    commands: options.commands,
  };
}

async function ask<C extends ReadCapability>(
  tool: ReadTool<C>,
  args: ReadArgs<C>,
  service: Service | null,
  { limitMs, signal, logs }: { limitMs: number; signal: AbortSignal; logs: LogReading | undefined },
): Promise<ReadAnswer<C>> {
  let isLong = false;
  const longest = logs ? setTimeout(() => (isLong = true), LONGEST_READ_MS) : undefined;
  try {
    const result = await withDeadline(limitMs, signal, (limited, stillThere) =>
      tool.read(args, service ?? undefined, {
        signal: limited,
        ...(logs ? { logs: watched(logs, stillThere, () => isLong) } : {}),
      }),
    );
    return { source: tool.source, ok: true, result };
  } catch (error) {
    return {
      source: tool.source,
      ok: false,
      why: redact(error instanceof Error ? error.message : String(error)),
    };
  } finally {
    clearTimeout(longest);
  }
}

/** Who says how far it is has not fallen silent. */
function watched(logs: LogReading, stillThere: () => void, isLong: () => boolean): LogReading {
  return {
    each: (lines) => logs.each(lines) && !isLong(),
    progress: (read) => {
      stillThere();
      logs.progress(read);
    },
  };
}

/** `stillThere` begins the time anew. Ends at the deadline even when the call does not listen to its signal. Errors: ToolError 'unknown' then. */
export async function withDeadline<T>(
  ms: number,
  signal: AbortSignal,
  call: (signal: AbortSignal, stillThere: () => void) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new ToolError('unknown', `no answer within ${ms / 1000} s`)),
    ms,
  );
  const both = AbortSignal.any([signal, limit.signal]);
  try {
    both.throwIfAborted();
    return await new Promise<T>((resolve, reject) => {
      both.addEventListener('abort', () => reject(both.reason), { once: true });
      call(both, () => timer.refresh()).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
  }
}

function inOrder(sources: readonly SourceAdapter[], names: readonly string[]): SourceAdapter[] {
  return names.flatMap((name) => sources.filter((source) => source.name === name));
}

function serves(tool: Tool, service: Service | null): boolean {
  if (service === null) return tool.serves === undefined;
  return tool.serves === undefined || tool.serves(service);
}

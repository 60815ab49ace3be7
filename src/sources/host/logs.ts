// `logs.search`: the newest matching lines of a service's log files, merged by time, within fixed bounds.
import { linePattern } from '../../diagnosis/line-pattern.ts';
import type { LogLine, ReadArgs, ReadResults } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Call, ReadTool } from '../../domain/tool.ts';
import { type Host, requireBound, servesWith } from './binding.ts';
import { findLogFiles, type LogFile } from './log-files.ts';
import { type LogRecord, recordsOf } from './log-records.ts';
import { readOn } from './read-on.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_LINES = 10_000;
const MAX_FILES = 100;

/** Of the lines in the answer, where all that fit are read on. */
const NEWEST_LINES = 1_000;

/**
 * Lines oldest first. `truncated`: there are, or may be, older lines that fit the question, left out for `limit` or
 * because 64 MB were read. With `call.logs` and a time since when, all lines since then are handed over.
 */
export function logsTool(host: Host): ReadTool<'logs.search'> {
  return {
    kind: 'read',
    capability: 'logs.search',
    source: host.name,
    serves: servesWith(host, ['logs']),
    read: async (args, asked, call) => {
      const { service, binding } = requireBound(host, asked);
      const { files, problems } = await findLogFiles(binding.logs ?? [], binding.dir);
      if (files.length === 0)
        throw new ToolError(
          'failed',
          `${host.name} has no log file of ${service.name}: ${problems.join('; ')}`,
        );
      const chosen = narrow(files, args.instance, { service: service.name, source: host.name });
      const [first, someLeftOut] = [chosen.slice(0, MAX_FILES), chosen.length > MAX_FILES];
      const limit = call.logs ? Math.min(args.limit, NEWEST_LINES) : args.limit;
      const newest = await search(first, { ...args, limit }, host.clock.now(), call, someLeftOut);
      if (!call.logs || !newest.truncated || args.sinceAt === undefined) return newest;
      const { whole, bytes, read } = await readAll(
        first,
        { ...args, sinceAt: args.sinceAt },
        host.clock.now(),
        call,
      );
      return { lines: newest.lines, truncated: !whole || someLeftOut, bytes, read };
    },
  };
}

/** A single log file is everybody's; among several, the instance's own. */
function narrow(
  files: LogFile[],
  instance: string | undefined,
  { service, source }: { service: string; source: string },
): LogFile[] {
  if (instance === undefined || files.length === 1) return files;
  const own = files.filter((file) => file.instance === instance || file.names[0] === instance);
  if (own.length > 0) return own;
  const known = files.map((file) => file.instance).slice(0, 20);
  throw new ToolError(
    'failed',
    `${source} has no log file of ${service} named after ${instance}: there are ${known.join(', ')}`,
  );
}

async function search(
  files: readonly LogFile[],
  { limit, grep, level, sinceAt, untilAt }: ReadArgs<'logs.search'>,
  now: number,
  call: Call,
  someLeftOut: boolean,
): Promise<ReadResults['logs.search']> {
  const wanted = Math.min(limit, MAX_LINES);
  const pattern = grep === undefined ? null : await linePattern(grep);
  const read = { lines: 0 };
  const budgets = files.map(() => ({ bytes: Math.floor(MAX_BYTES / files.length) }));
  const sources = files.map((file, index) =>
    recordsOf(file, {
      sinceAt,
      untilAt,
      now,
      pattern,
      errors: level === 'error',
      read,
      budget: budgets[index] ?? { bytes: 0 },
      signal: call.signal,
    }),
  );
  try {
    const { lines, more } = await newest(sources, wanted);
    const left = budgets.reduce((sum, { bytes }) => sum + bytes, 0);
    return {
      lines: lines.reverse(),
      bytes: Math.floor(MAX_BYTES / files.length) * files.length - left,
      truncated: more || someLeftOut || budgets.some(({ bytes }) => bytes <= 0),
      read: read.lines,
    };
  } catch (error) {
    if (call.signal.aborted)
      throw new ToolError('retry', 'reading the logs was stopped before it ended', { cause: error });
    throw error;
  } finally {
    await Promise.all(sources.map((source) => source.return(undefined)));
  }
}

async function readAll(
  files: readonly LogFile[],
  { sinceAt, untilAt, grep, level }: ReadArgs<'logs.search'> & { sinceAt: number },
  now: number,
  { logs, signal }: Call,
): Promise<{ whole: boolean; bytes: number; read: number }> {
  const pattern = grep === undefined ? null : await linePattern(grep);
  const [errors, read] = [level === 'error', { lines: 0 }];
  let bytes = 0;
  for (const file of files) {
    const before = bytes;
    const toTheEnd = await readOn(
      file,
      { sinceAt, untilAt, now, pattern, errors, read, signal },
      {
        each: (lines) => logs?.each(lines) ?? false,
        progress: (read) => {
          bytes = before + read.bytes;
          logs?.progress({ ...read, bytes });
        },
      },
    );
    if (!toTheEnd) return { whole: false, bytes, read: read.lines };
  }
  return { whole: true, bytes, read: read.lines };
}

/** Takes from several newest-first sources, always the newest record, until there are enough lines. */
async function newest(
  sources: readonly AsyncGenerator<LogRecord>[],
  wanted: number,
): Promise<{ lines: LogLine[]; more: boolean }> {
  const heads = await Promise.all(sources.map(take));
  const lines: LogLine[] = [];
  for (;;) {
    let best = -1;
    for (const [index, head] of heads.entries()) {
      if (head !== null && (best === -1 || head.order > (heads[best]?.order ?? 0))) best = index;
    }
    const record = heads[best];
    const source = sources[best];
    if (record === undefined || record === null || source === undefined) return { lines, more: false };
    for (const line of record.lines) {
      if (lines.length === wanted) return { lines, more: true };
      lines.push(line);
    }
    heads[best] = await take(source);
  }
}

async function take(source: AsyncGenerator<LogRecord>): Promise<LogRecord | null> {
  const next = await source.next();
  return next.done === true ? null : next.value;
}

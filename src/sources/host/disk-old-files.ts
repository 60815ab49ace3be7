// `disk.remove-old-files`: regular files nobody has changed, read or moved for a while, below /tmp or /var/tmp.
import { constants } from 'node:fs';
import { access, lstat } from 'node:fs/promises';
import type { ChangeArgs } from '../../domain/capability.ts';
import { formatDurationWords } from '../../domain/duration.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Call, ChangeTool, Inspection, PreviewLine } from '../../domain/tool.ts';
import { formatBytes } from '../../domain/value-text.ts';
import type { Host } from './binding.ts';
import { type OldFiles, walkOldFiles } from './old-files.ts';
import { findOpenFiles, type OpenFiles } from './open-files.ts';

type Args = ChangeArgs<'disk.remove-old-files'>;
export type OldFileRoots = Readonly<Record<Args['path'], string>>;

/** `roots`: the folders that stand for the two names; themselves outside a test. */
export function removeOldFilesTool(host: Host, roots: OldFileRoots): ChangeTool<'disk.remove-old-files'> {
  return {
    kind: 'change',
    capability: 'disk.remove-old-files',
    source: host.name,
    version: 1,
    inspect: async (args, _service, call) => inspect(host, roots, args, call),
    run: async (args, _service, _facts, call) => {
      const why = await whyNot(roots[args.path], args.path);
      const openFiles = why === null ? await openOrNull(call) : null;
      if (openFiles === null) throw new ToolError('failed', why ?? NO_PROC);
      const found = await walked(host, roots, args, call, openFiles, 'remove');
      return { summary: `removed ${describe(found, args)}`, freedBytes: found.bytes };
    },
  };
}

const NO_PROC = 'which files are open cannot be read here (no /proc), so none is removed';

async function inspect(
  host: Host,
  roots: OldFileRoots,
  args: Args,
  call: Call,
): Promise<Inspection<'disk.remove-old-files'>> {
  const root = roots[args.path];
  const base = {
    target: { id: host.hostname, label: `${args.path} on ${host.hostname}` },
    facts: { host: host.hostname, path: args.path },
  };
  const why = await whyNot(root, args.path);
  if (why !== null) return { ...base, preview: [], absent: why };
  const openFiles = await openOrNull(call);
  if (openFiles === null) return { ...base, preview: [], absent: NO_PROC };
  const found = await walked(host, roots, args, call, openFiles, 'count');
  if (found.files + found.folders === 0) {
    const age = formatDurationWords(args.olderThanMs);
    const kept = keptText(found);
    const absent = `nothing in ${args.path} is older than ${age}${kept === '' ? '' : ` and may go (${kept})`}`;
    return { ...base, preview: [], absent };
  }
  return { ...base, preview: previewOf(found, args, openFiles) };
}

function previewOf(found: OldFiles, args: Args, openFiles: OpenFiles): PreviewLine[] {
  const kept = keptText(found);
  const hidden = openFiles.hidden;
  return [
    { text: describe(found, args), how: 'measured', bytes: found.bytes },
    {
      text: 'old: not changed, read or moved since; links, other mounts, sockets and open files stay',
      how: 'measured',
    },
    ...(kept === '' ? [] : [{ text: `left alone: ${kept}`, how: 'measured' as const }]),
    ...(hidden === 0
      ? []
      : [
          {
            text: hiddenText(hidden),
            how: 'unknown' as const,
          },
        ]),
  ];
}

/** Of so many processes, at least one. */
export function hiddenText(count: number): string {
  const what = count === 1 ? '1 process of another user has' : `${count} processes of other users have`;
  return `what ${what} open cannot be seen`;
}

async function walked(
  host: Host,
  roots: OldFileRoots,
  args: Args,
  call: Call,
  openFiles: OpenFiles,
  act: 'count' | 'remove',
): Promise<OldFiles> {
  const before = host.clock.now() - args.olderThanMs;
  try {
    return await walkOldFiles({ root: roots[args.path], before, openFiles, signal: call.signal }, act);
  } catch (error) {
    if (!call.signal.aborted)
      throw new ToolError(act === 'count' ? 'retry' : 'unknown', `${args.path}: ${String(error)}`, {
        cause: error,
      });
    throw act === 'count'
      ? new ToolError('retry', `counting the files in ${args.path} was stopped before it ended`, {
          cause: error,
        })
      : new ToolError(
          'unknown',
          `removing files from ${args.path} was stopped before it ended: some are gone`,
          { cause: error },
        );
  }
}

/** Null: it may be walked. */
async function whyNot(root: string, path: string): Promise<string | null> {
  const found = await lstat(root).catch(() => null);
  if (found === null) return `there is no ${path}`;
  if (found.isSymbolicLink()) return `${path} is a symbolic link, and links are never followed`;
  if (!found.isDirectory()) return `${path} is no folder`;
  const readable = await access(root, constants.R_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  return readable ? null : `this user may not read ${path}`;
}

async function openOrNull(call: Call): Promise<OpenFiles | null> {
  try {
    return await findOpenFiles(call.signal);
  } catch (error) {
    throw new ToolError('retry', 'looking for open files was stopped before it ended', { cause: error });
  }
}

function describe({ files, folders, bytes }: OldFiles, { path, olderThanMs }: Args): string {
  const empty = folders === 0 ? '' : ` and ${folders} empty ${folders === 1 ? 'folder' : 'folders'}`;
  const some = `${files} ${files === 1 ? 'file' : 'files'}${empty}`;
  return `${some} in ${path} older than ${formatDurationWords(olderThanMs)}: ${formatBytes(bytes)}`;
}

function keptText({ kept }: OldFiles): string {
  const parts: [number, string][] = [
    [kept.open, 'open'],
    [kept.special, 'links, sockets or devices'],
    [kept.mounts, 'on other mounts'],
    [kept.denied, 'not ours to remove'],
    [kept.deep, 'too deep'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}

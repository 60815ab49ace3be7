// `disk.*` of one machine of EC2, by Systems Manager: a source with `machine=i-…` is that machine.
import { z } from 'zod';
import type { ChangeArgs, ChangeCapability, FactsOf, MountUsage } from '../../domain/capability.ts';
import { formatDurationWords } from '../../domain/duration.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Call, ChangeTool, Measurement, PreviewLine, ReadTool, Tool } from '../../domain/tool.ts';
import { formatBytes } from '../../domain/value-text.ts';
import { parseDockerSize } from '../docker-size.ts';
import { SHOWN_AFTER_MS } from './follow.ts';
import { createMemory } from './memory.ts';
import type { AwsSession } from './session.ts';
import {
  DISK_USAGE,
  PRUNE_DOCKER,
  REMOVE_OLD_FILES,
  type SsmDocument,
  VACUUM_JOURNAL,
} from './ssm-documents.ts';
import { reconcileDocument, runDocument } from './ssm-run.ts';

const amount = z.number().min(0).max(1e18);
const absent = z.object({ absent: z.string().max(100) });
const usage = z.object({
  mounts: z
    .array(z.object({ mount: z.string().max(300), kib: amount, usedKib: amount, freeKib: amount }))
    .max(200),
});
const prunable = z.object({
  containers: z.array(z.string().regex(/^[0-9a-f]{12,64}$/)).max(2000),
  images: amount,
  reclaimable: z.array(z.string().max(80)).max(20),
});
const journal = z.object({ kib: amount, leftKib: amount });
const files = z.object({ files: amount, bytes: amount });

/** A reading of the disk is a command on the machine: not more often than this. */
const KEEP_MS = 55_000;

export function diskTools(session: AwsSession, machine: string): Tool[] {
  return [
    usageTool(session, machine),
    pruneTool(session, machine),
    vacuumTool(session, machine),
    filesTool(session, machine),
  ];
}

/** `disk_usage` of each mount, for alert rules and auto-fixes. */
export function measureDisks(session: AwsSession, machine: string): (call: Call) => Promise<Measurement[]> {
  const remember = createMemory(session.clock);
  return async (call) => {
    const mounts = await remember(machine, KEEP_MS, () => readUsage(session, machine, call));
    return mounts.map(({ mount, percent }) => ({
      metric: 'disk_usage',
      unit: '%',
      value: percent,
      service: null,
      target: mount,
    }));
  };
}

function usageTool(session: AwsSession, machine: string): ReadTool<'disk.usage'> {
  return {
    kind: 'read',
    capability: 'disk.usage',
    source: session.source,
    read: async ({ path }, _service, call) => {
      const mounts = await readUsage(session, machine, call);
      if (path === undefined) return mounts;
      const holds = ({ mount }: MountUsage) =>
        mount === '/' || path === mount || path.startsWith(`${mount}/`);
      const own = mounts.filter(holds).sort((a, b) => b.mount.length - a.mount.length)[0];
      if (own === undefined)
        throw new ToolError('failed', `${path.slice(0, 80)} is on no disk of ${machine} that is known`);
      return [own];
    },
  };
}

async function readUsage(session: AwsSession, machine: string, call: Call): Promise<MountUsage[]> {
  const { mounts } = await runDocument(
    session,
    { machine, document: DISK_USAGE, parameters: {} },
    usage,
    call,
  );
  return mounts
    .filter(({ kib }) => kib > 0)
    .map(({ mount, kib, usedKib, freeKib }) => ({
      mount,
      totalBytes: kib * 1024,
      usedBytes: usedKib * 1024,
      // As df does: blocks kept for root count neither as used nor as free.
      percent: usedKib + freeKib <= 0 ? 100 : Number(((100 * usedKib) / (usedKib + freeKib)).toFixed(1)),
    }));
}

function pruneTool(session: AwsSession, machine: string): ChangeTool<'disk.prune-docker'> {
  return {
    ...base(session, machine, 'disk.prune-docker', PRUNE_DOCKER),
    inspect: async (_args, _service, call) => {
      const target = { id: `docker:${machine}`, label: `docker on ${machine}` };
      const asked = { machine, document: PRUNE_DOCKER, parameters: { mode: 'inspect' } };
      const found = await runDocument(session, asked, z.union([absent, prunable]), call);
      if ('absent' in found)
        return { target, facts: { host: machine, containers: [] }, preview: [], absent: found.absent };
      const facts = { host: machine, containers: [...found.containers].sort() };
      const sizeOf = (type: string) =>
        parseDockerSize(
          found.reclaimable.find((text) => text.startsWith(`${type}=`))?.slice(type.length + 1) ?? '',
        ) ?? 0;
      const preview: PreviewLine[] = [];
      const add = (count: number, what: string, bytes?: number) => {
        if (count === 0) return;
        const size = bytes === undefined ? '' : `: about ${formatBytes(bytes)}`;
        preview.push({
          text: `${count} ${what}${size}`,
          how: 'estimated',
          ...(bytes === undefined ? {} : { bytes }),
        });
      };
      add(found.containers.length, 'stopped containers', sizeOf('Containers'));
      // What docker reports for images counts named ones too, and those stay.
      add(found.images, 'unnamed docker images');
      const cache = sizeOf('Build Cache');
      if (cache > 0)
        preview.push({
          text: `docker build cache: about ${formatBytes(cache)}`,
          how: 'estimated',
          bytes: cache,
        });
      return {
        target,
        facts,
        preview,
        ...(preview.length === 0 ? { absent: 'docker has nothing to prune' } : {}),
      };
    },
    run: async (_args, _service, _facts, { key, ...call }) => {
      const asked = { machine, document: PRUNE_DOCKER, parameters: { mode: 'run' }, key };
      const done = await runDocument(
        session,
        asked,
        z.union([absent, z.object({ freed: z.string().max(40) })]),
        call,
      );
      if ('absent' in done) throw new ToolError('failed', `nothing was pruned on ${machine}: ${done.absent}`);
      const freedBytes = parseDockerSize(done.freed);
      return freedBytes === null
        ? { summary: `pruned docker on ${machine}; it did not say how much that freed` }
        : { summary: `pruned docker on ${machine}: ${formatBytes(freedBytes)} freed`, freedBytes };
    },
  };
}

function vacuumTool(session: AwsSession, machine: string): ChangeTool<'disk.vacuum-journal'> {
  const parameters = ({ keepBytes }: ChangeArgs<'disk.vacuum-journal'>, mode: 'inspect' | 'run') => ({
    mode,
    keepBytes: String(keepBytes),
  });
  return {
    ...base(session, machine, 'disk.vacuum-journal', VACUUM_JOURNAL),
    inspect: async (args, _service, call) => {
      const target = { id: `journal:${machine}`, label: `the journal of ${machine}` };
      const facts = { host: machine };
      const asked = { machine, document: VACUUM_JOURNAL, parameters: parameters(args, 'inspect') };
      const found = await runDocument(session, asked, z.union([absent, journal]), call);
      if ('absent' in found) return { target, facts, preview: [], absent: found.absent };
      const bytes = found.kib * 1024 - args.keepBytes;
      if (bytes <= 0)
        return {
          target,
          facts,
          preview: [],
          absent: `the journal is ${formatBytes(found.kib * 1024)}, within ${formatBytes(args.keepBytes)} already`,
        };
      // Files that are written to now stay, so it may be less.
      const text = `system journal: up to ${formatBytes(bytes)} of ${formatBytes(found.kib * 1024)}`;
      return { target, facts, preview: [{ text, how: 'estimated', bytes }] };
    },
    run: async (args, _service, _facts, { key, ...call }) => {
      const asked = { machine, document: VACUUM_JOURNAL, parameters: parameters(args, 'run'), key };
      const done = await runDocument(session, asked, z.union([absent, journal]), call);
      if ('absent' in done)
        throw new ToolError('failed', `no journal was vacuumed on ${machine}: ${done.absent}`);
      const freedBytes = Math.max(0, (done.kib - done.leftKib) * 1024);
      return {
        summary: `vacuumed the system journal of ${machine}: ${formatBytes(freedBytes)} freed`,
        freedBytes,
      };
    },
  };
}

function filesTool(session: AwsSession, machine: string): ChangeTool<'disk.remove-old-files'> {
  const parameters = (
    { path, olderThanMs }: ChangeArgs<'disk.remove-old-files'>,
    mode: 'inspect' | 'run',
  ) => ({
    mode,
    path,
    olderThanMinutes: String(Math.ceil(olderThanMs / 60_000)),
  });
  const words = (args: ChangeArgs<'disk.remove-old-files'>, count: number, bytes: number) =>
    `${count} files in ${args.path} not used for ${formatDurationWords(args.olderThanMs)}: ${formatBytes(bytes)}`;
  return {
    ...base(session, machine, 'disk.remove-old-files', REMOVE_OLD_FILES),
    inspect: async (args, _service, call) => {
      const target = { id: `${args.path}:${machine}`, label: `${args.path} of ${machine}` };
      const facts = { host: machine, path: args.path };
      const asked = { machine, document: REMOVE_OLD_FILES, parameters: parameters(args, 'inspect') };
      const found = await runDocument(session, asked, files, call);
      if (found.files === 0)
        return { target, facts, preview: [], absent: `no file in ${args.path} is that old` };
      return {
        target,
        facts,
        preview: [{ text: words(args, found.files, found.bytes), how: 'measured', bytes: found.bytes }],
      };
    },
    run: async (args, _service, _facts, { key, ...call }) => {
      const asked = { machine, document: REMOVE_OLD_FILES, parameters: parameters(args, 'run'), key };
      const done = await runDocument(session, asked, files, call);
      return {
        summary: `removed ${words(args, done.files, done.bytes)} on ${machine}`,
        freedBytes: done.bytes,
      };
    },
  };
}

type DiskChange = Extract<ChangeCapability, `disk.${string}`>;

function base<C extends DiskChange>(
  session: AwsSession,
  machine: string,
  capability: C,
  document: SsmDocument,
) {
  return {
    kind: 'change' as const,
    capability,
    source: session.source,
    version: 1,
    shownAfterMs: SHOWN_AFTER_MS,
    reconcile: (
      _args: ChangeArgs<C>,
      _service: unknown,
      _facts: FactsOf[C],
      { key, ...call }: Call & { key: string },
    ) => reconcileDocument(session, { machine, document, key }, call),
  };
}

// `disk.prune-docker`: what `docker system prune -f` removes, estimated from what docker itself says beforehand.
import { z } from 'zod';
import type { Call, ChangeTool, PreviewLine } from '../../domain/tool.ts';
import { formatBytes } from '../../domain/value-text.ts';
import { parseDockerSize } from '../docker-size.ts';
import type { Host } from './binding.ts';
import { runProcess } from './run.ts';
import { outcomeOf, parseOutput } from './script.ts';

const READ_LIMIT_MS = 60_000;
const RUN_LIMIT_MS = 15 * 60_000;
const NAMED = 20;
/** Understood by every docker since 1.13; `--format json` only since 23. */
const AS_JSON = ['--format', '{{json .}}'];

export function pruneDockerTool(host: Host): ChangeTool<'disk.prune-docker'> {
  return {
    kind: 'change',
    capability: 'disk.prune-docker',
    source: host.name,
    version: 2,
    inspect: async (_args, _service, call) => {
      const base = {
        target: { id: host.hostname, label: `docker on ${host.hostname}` },
        facts: { host: host.hostname, containers: [] as string[] },
      };
      const absent = await whyAbsent(host, call);
      if (absent !== null) return { ...base, preview: [], absent };
      const found = await findPrunable(host, call);
      if (found.containers.length + found.images + found.networks.length === 0 && found.cacheBytes === 0) {
        return {
          ...base,
          preview: [],
          absent: 'docker has nothing to prune: no stopped container, no unused image layer',
        };
      }
      const ids = found.containers.map(({ id }) => id).sort();
      return { ...base, facts: { ...base.facts, containers: ids }, preview: previewOf(found) };
    },
    run: async (_args, _service, _facts, call) => {
      const words = ['docker', 'system', 'prune', '-f'];
      const end = await runProcess({
        words,
        env: host.env,
        signal: call.signal,
        timeoutMs: RUN_LIMIT_MS,
        onFlood: 'drop',
      });
      const stdout = outcomeOf(end, words.join(' '), 'change');
      const said = /^Total reclaimed space: *(\S+)/m.exec(stdout)?.[1];
      const freedBytes = said === undefined ? null : parseDockerSize(said);
      if (freedBytes === null) return { summary: 'pruned docker; it did not say how much that freed' };
      return { summary: `pruned docker: ${formatBytes(freedBytes)} freed`, freedBytes };
    },
    // Half of it gone, nobody knows what the other half waits for.
    reconcile: async (_args, _service, { containers }, call) => {
      if ((await whyAbsent(host, call)) !== null) return 'unknown';
      const there = await stoppedContainers(host, call);
      const left = containers.filter((id) => there.some((one) => one.ID === id));
      if (left.length === containers.length) return 'not-started';
      return left.length === 0 ? 'succeeded' : 'unknown';
    },
  };
}

interface Prunable {
  containers: { id: string; name: string }[];
  containerBytes: number;
  images: number;
  imageBytes: number;
  networks: string[];
  cacheBytes: number;
}

/** Stopped containers, images without a name, networks without a container, and build cache nothing uses. */
async function findPrunable(host: Host, call: Call): Promise<Prunable> {
  // One after the other: the engine serializes them anyway, and the first failure ends it.
  const usage = await ask(host, ['system', 'df'], usageLine, call);
  const containers = await stoppedContainers(host, call);
  const images = await ask(
    host,
    ['images', '--filter', 'dangling=true'],
    z.object({ Size: z.string() }),
    call,
  );
  const networks = await ask(
    host,
    ['network', 'ls', '--filter', 'dangling=true'],
    z.object({ Name: z.string() }),
    call,
  );
  const reclaimable = (type: string): number =>
    parseDockerSize(usage.find(({ Type }) => Type === type)?.Reclaimable ?? '') ?? 0;
  return {
    containers: containers.map(({ ID, Names }) => ({ id: ID, name: Names })),
    containerBytes: reclaimable('Containers'),
    images: images.length,
    imageBytes: images.reduce((sum, { Size }) => sum + (parseDockerSize(Size) ?? 0), 0),
    networks: networks.map(({ Name }) => Name).filter((name) => !['bridge', 'host', 'none'].includes(name)),
    cacheBytes: reclaimable('Build Cache'),
  };
}

function stoppedContainers(host: Host, call: Call): Promise<z.infer<typeof containerLine>[]> {
  const stopped = ['created', 'exited', 'dead'].flatMap((state) => ['--filter', `status=${state}`]);
  return ask(host, ['ps', '--all', ...stopped], containerLine, call);
}

const containerLine = z.object({ ID: z.string().regex(/^[0-9a-f]{12,64}$/), Names: z.string() });
const usageLine = z.object({ Type: z.string(), Reclaimable: z.string() });

/** One JSON document a line. Errors: ToolError. */
async function ask<T>(host: Host, args: string[], schema: z.ZodType<T>, call: Call): Promise<T[]> {
  const words = ['docker', ...args, ...AS_JSON];
  const end = await runProcess({
    words,
    env: host.env,
    signal: call.signal,
    timeoutMs: READ_LIMIT_MS,
    onFlood: 'end',
  });
  const what = `docker ${args.join(' ')}`;
  const stdout = outcomeOf(end, what, 'read');
  const lines = stdout.split('\n').filter((text) => text.trim() !== '');
  return lines.map((text) => parseOutput(text, schema, what));
}

async function whyAbsent(host: Host, call: Call): Promise<string | null> {
  const words = ['docker', 'version', '--format', '{{.Server.Version}}'];
  const end = await runProcess({
    words,
    env: host.env,
    signal: call.signal,
    timeoutMs: 10_000,
    onFlood: 'end',
  });
  if (end.kind === 'not-started' && !end.aborted) return 'there is no docker here';
  if (end.kind === 'exited' && end.code !== 0) return 'docker is installed, but its engine does not answer';
  if (end.kind === 'killed' && end.by === 'timeout')
    return 'the docker engine did not answer within 10 seconds';
  outcomeOf(end, words.join(' '), 'read');
  return null;
}

function previewOf(found: Prunable): PreviewLine[] {
  const { containers, images, networks, containerBytes, imageBytes, cacheBytes } = found;
  const lines: PreviewLine[] = [];
  const add = (text: string, bytes?: number): void => {
    const size = bytes === undefined ? '' : `: about ${formatBytes(bytes)}`;
    lines.push({ text: `${text}${size}`, how: 'estimated', ...(bytes === undefined ? {} : { bytes }) });
  };
  if (containers.length > 0) {
    add(
      `${count(containers.length, 'stopped container')} (${named(containers.map(({ name }) => name))})`,
      containerBytes,
    );
  }
  if (images > 0) add(count(images, 'unnamed docker image'), imageBytes);
  if (cacheBytes > 0) add('docker build cache', cacheBytes);
  if (networks.length > 0) add(`${count(networks.length, 'unused docker network')} (${named(networks)})`);
  return lines;
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map((name) => name.replace(/[^\w.,-]/g, '?').slice(0, 80));
  return names.length > NAMED ? `${shown.join(', ')} and ${names.length - NAMED} more` : shown.join(', ');
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}

// `disk.prune-docker`: what `docker system prune -f` removes, estimated from what docker itself says beforehand.
import { z } from 'zod';
import type { Call, ChangeTool, PreviewLine } from '../../domain/tool.ts';
import { formatBytes } from '../../domain/value-text.ts';
import type { Host } from './binding.ts';
import { parseDockerSize } from './docker-size.ts';
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
    version: 1,
    inspect: async (_args, _service, call) => {
      const base = {
        target: { id: host.hostname, label: `docker on ${host.hostname}` },
        facts: { host: host.hostname },
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
      return { ...base, preview: previewOf(found) };
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
  };
}

interface Prunable {
  containers: string[];
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
  const stopped = ['created', 'exited', 'dead'].flatMap((state) => ['--filter', `status=${state}`]);
  const containers = await ask(host, ['ps', '--all', ...stopped], z.object({ Names: z.string() }), call);
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
    containers: containers.map(({ Names }) => Names),
    containerBytes: reclaimable('Containers'),
    images: images.length,
    imageBytes: images.reduce((sum, { Size }) => sum + (parseDockerSize(Size) ?? 0), 0),
    networks: networks.map(({ Name }) => Name).filter((name) => !['bridge', 'host', 'none'].includes(name)),
    cacheBytes: reclaimable('Build Cache'),
  };
}

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
    add(`${count(containers.length, 'stopped container')} (${named(containers)})`, containerBytes);
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

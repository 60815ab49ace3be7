// Real folders, real programs and a host source on top of them.
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type {
  ChangeArgs,
  ChangeCapability,
  FactsOf,
  ReadArgs,
  ReadCapability,
  ReadResults,
} from '../../../src/domain/capability.ts';
import type { HostBinding } from '../../../src/domain/host-binding.ts';
import type { Service } from '../../../src/domain/resource.ts';
import type { ChangeTool, Inspection, ReadTool } from '../../../src/domain/tool.ts';
import { createHostSource, type HostSourceOptions } from '../../../src/sources/host/host.ts';

export const SOURCE = 'This host';
export const KEY = '0190a5b2-7c3e-7000-8000-000000000001';

/** Removed when the test ends. Real path: no link on the way. */
export async function tempFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'host-source-test-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A shell script of ours; only the tests use a shell. */
export async function program(folder: string, name: string, ...lines: string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  await chmod(path, 0o755);
  return path;
}

/** A program that prints this document. */
export async function printer(folder: string, name: string, document: unknown): Promise<string[]> {
  await writeFile(join(folder, `${name}.json`), JSON.stringify(document));
  await program(folder, name, `exec cat '${join(folder, `${name}.json`)}'`);
  return [`./${name}`];
}

export function service(binding: HostBinding | string, more: Partial<Service> = {}): Service {
  return {
    name: 'shop',
    kind: 'app',
    bindings: { [SOURCE]: binding },
    instances: [],
    dependsOn: [],
    ...more,
  };
}

export function hostSource(services: Service[], options: Partial<HostSourceOptions> = {}) {
  const source = createHostSource({
    name: SOURCE,
    settings: {},
    services: () => services,
    history: { read: async () => [] },
    clock: { now: () => Date.now() },
    ...options,
  });
  onTestFinished(() => source.close());
  const call = { signal: new AbortController().signal };
  const reader = <C extends ReadCapability>(capability: C): ReadTool<C> =>
    found(source.tools, capability) as unknown as ReadTool<C>;
  const changer = <C extends ChangeCapability>(capability: C): ChangeTool<C> =>
    found(source.tools, capability) as unknown as ChangeTool<C>;
  return {
    source,
    reader,
    changer,
    read: <C extends ReadCapability>(capability: C, args: ReadArgs<C>): Promise<ReadResults[C]> =>
      reader(capability).read(args, services[0], call),
    inspect: <C extends ChangeCapability>(capability: C, args: ChangeArgs<C>): Promise<Inspection<C>> =>
      changer(capability).inspect(args, services[0], call),
    run: <C extends ChangeCapability>(capability: C, args: ChangeArgs<C>, facts: FactsOf[C]) =>
      changer(capability).run(args, services[0], facts, { ...call, key: KEY }),
    reconcile: <C extends ChangeCapability>(capability: C, args: ChangeArgs<C>, facts: FactsOf[C]) =>
      changer(capability).reconcile?.(args, services[0], facts, { ...call, key: KEY }),
  };
}

function found<T extends { capability: string }>(tools: readonly T[], capability: string): T {
  const tool = tools.find((one) => one.capability === capability);
  if (tool === undefined) throw new Error(`no tool ${capability}`);
  return tool;
}

// Turns configured resources into adapters, and keeps them up to date while people edit.
import type { ChannelAdapter } from '../domain/channel.ts';
import type { Clock } from '../domain/clock.ts';
import type { Channel, Resource, Service, Source } from '../domain/resource.ts';
import type { SourceAdapter } from '../domain/tool.ts';
import type { Adapters, LogEntry } from '../engine/engine.ts';
import type { HookSource } from '../http/options.ts';
import type { Store } from '../store/store.ts';
import { resolveSecret } from './secrets.ts';

export interface LiveAdapters {
  current(): Adapters;
  hookSource(name: string): HookSource | null;
  /** Reads the resources again when they changed. A setting that does not work is reported; what ran before stays. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

interface Built<T> {
  /** Names the configuration it was built from. */
  stamp: string;
  adapter: T;
}

interface Parts {
  store: Store;
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  log(entry: LogEntry): void;
}

export function createLiveAdapters(parts: Parts): LiveAdapters {
  const { store, log } = parts;
  let seen = '';
  let services: readonly Service[] = [];
  let hooks = new Map<string, HookSource>();
  const sources = new Map<string, Built<SourceAdapter>>();
  const channels = new Map<string, Built<ChannelAdapter>>();
  let adapters: Adapters = { sources: [], channels: [] };
  let refreshing: Promise<void> | null = null;

  async function load(): Promise<void> {
    const fingerprint = await store.read.resources.fingerprint();
    if (fingerprint === seen) return;
    services = (await enabled(store, 'service')).map(({ spec }) => spec);
    const wantedSources = await enabled(store, 'source');
    hooks = await buildHooks(wantedSources, hooks, parts);
    await update(sources, wantedSources, (resource) => buildSource(resource, () => services, parts), log);
    await update(channels, await enabled(store, 'channel'), (resource) => buildChannel(resource), log);
    adapters = {
      sources: [...sources.values()].map(({ adapter }) => adapter),
      channels: [...channels.values()].map(({ adapter }) => adapter),
    };
    if (seen !== '')
      log({ level: 'info', event: 'configuration-loaded', sources: sources.size, services: services.length });
    seen = fingerprint;
  }

  return {
    current: () => adapters,
    hookSource: (name) => hooks.get(name) ?? null,
    refresh() {
      refreshing ??= load().finally(() => {
        refreshing = null;
      });
      return refreshing;
    },
    async close() {
      await refreshing?.catch(() => {});
      for (const { adapter } of [...sources.values(), ...channels.values()]) await adapter.close();
    },
  };
}

async function enabled<K extends 'source' | 'channel' | 'service'>(
  store: Store,
  kind: K,
): Promise<Resource<K>[]> {
  return (await store.read.resources.list(kind)).filter((resource) => resource.enabled);
}

/** Builds what is new or changed, closes what is gone. */
async function update<K extends 'source' | 'channel', T extends { close(): Promise<void> }>(
  built: Map<string, Built<T>>,
  wanted: readonly Resource<K>[],
  build: (resource: Resource<K>) => Promise<T | null>,
  log: Parts['log'],
): Promise<void> {
  for (const [name, old] of built) {
    if (wanted.some((resource) => resource.name === name)) continue;
    built.delete(name);
    await old.adapter.close();
  }
  for (const resource of wanted) {
    const stamp = `${resource.id}/${resource.revision}`;
    const old = built.get(resource.name);
    if (old?.stamp === stamp) continue;
    try {
      const adapter = await build(resource);
      if (adapter === null) built.delete(resource.name);
      else built.set(resource.name, { stamp, adapter });
      await old?.adapter.close();
    } catch (error) {
      log({
        level: 'error',
        event: 'adapter-failed',
        kind: resource.kind,
        name: resource.name,
        error: error instanceof Error ? error.message : String(error),
        kept: old !== undefined,
      });
    }
  }
}

/** Null: a source that only sends us alerts. */
async function buildSource(
  { name, spec }: Resource<'source'>,
  services: () => readonly Service[],
  { store, clock }: Parts,
): Promise<SourceAdapter | null> {
  if (spec.type !== 'host') return null;
  const { createHostSource } = await import('../sources/host/host.ts');
  return createHostSource({
    name,
    settings: (spec satisfies Source).settings,
    services,
    clock,
    history: store.read.samples,
  });
}

/** Null: nothing of ours speaks to it yet, and its messages appear in the terminal under its name. */
async function buildChannel({ name, spec }: Resource<'channel'>): Promise<ChannelAdapter | null> {
  if ((spec satisfies Channel).type !== 'terminal') return null;
  const { createTerminalChannel } = await import('../channels/terminal/channel.ts');
  return createTerminalChannel({ name });
}

/** A source whose new secrets cannot be read goes on taking alerts as before: lost ones would never come back. */
async function buildHooks(
  sources: readonly Resource<'source'>[],
  before: ReadonlyMap<string, HookSource>,
  { env, log }: Parts,
): Promise<Map<string, HookSource>> {
  const hooks = new Map<string, HookSource>();
  for (const { name, spec } of sources) {
    const secrets: string[] = [];
    let old: HookSource | undefined;
    for (const [key, reference] of Object.entries(spec.secrets)) {
      try {
        secrets.push(await resolveSecret(reference, env));
      } catch (error) {
        old = before.get(name);
        log({
          level: 'error',
          event: 'secret-missing',
          source: name,
          secret: key,
          error: String(error instanceof Error ? error.message : error),
          kept: old !== undefined,
        });
      }
    }
    const { type, settings, services } = spec;
    hooks.set(name, old ?? { name, type, secrets, settings, services });
  }
  return hooks;
}

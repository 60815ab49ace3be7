// Turns configured resources into adapters, and keeps them up to date while people edit.
import { opensWebhook } from '../domain/api-address.ts';
import { parseAwsSettings } from '../domain/aws-settings.ts';
import type { ChannelAdapter } from '../domain/channel.ts';
import type { SayTrouble } from '../domain/channel-trouble.ts';
import type { Spoken } from '../domain/chat.ts';
import type { Clock } from '../domain/clock.ts';
import { UserError } from '../domain/errors.ts';
import type { PagerNews } from '../domain/pager-news.ts';
import { parseMailSettings, parseWebhookSettings } from '../domain/pager-settings.ts';
import { redact } from '../domain/redact.ts';
import type { Channel, Resource, Service, Source } from '../domain/resource.ts';
import { parseSlackSettings } from '../domain/slack-settings.ts';
import type { SourceAdapter } from '../domain/tool.ts';
import type { Adapters, LogEntry } from '../engine/engine.ts';
import type { HookSource } from '../http/options.ts';
import type { Store } from '../store/store.ts';
import { triggersOf } from '../store/triggers.ts';
import { chatForms } from './chat-forms.ts';
import { roomsInUse } from './rooms-in-use.ts';
import { resolveSecret } from './secrets.ts';
import { slackHearing } from './slack-hearing.ts';

export interface LiveAdapters {
  current(): Adapters;
  hookSource(name: string): HookSource | null;
  hookSources(type: string): HookSource[];
  /** Reads the resources again when they changed. A setting that does not work is reported; what ran before stays. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

interface Closable {
  close(): Promise<void>;
}

/** By what does not work, such as `source "AWS"`: why. */
type Problems = Map<string, string>;

interface Built<T> {
  /** Names the configuration it was built from; empty: a part of that is missing, so it is tried again. */
  stamp: string;
  adapter: T;
}

interface Parts {
  store: Store;
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  log(entry: LogEntry): void;
  /** What does not work with a channel, or works again. Written down in the order it is said. */
  trouble(channel: string, ...said: Parameters<SayTrouble>): void;
  /** What people said in a chat. Resolves once it is stored; false: it was already. */
  hear(spoken: Spoken): Promise<boolean>;
  /** What people did with our incidents at a pager. Resolves once it is stored. */
  hearPager(news: PagerNews): Promise<void>;
}

/** How soon what did not work is tried again: a file or a token may be put in place without an edit. */
const TRY_AGAIN_MS = 5000;
/** Warnings of ours in the settings begin so. */
const WARNING = 'adapter:';

export function createLiveAdapters(parts: Parts): LiveAdapters {
  const { store, log } = parts;
  let seen = '';
  let services: readonly Service[] = [];
  const hooks = new Map<string, Built<HookSource & Closable>>();
  const sources = new Map<string, Built<SourceAdapter>>();
  const channels = new Map<string, Built<ChannelAdapter>>();
  let adapters: Adapters = { sources: [], channels: [] };
  let refreshing: Promise<void> | null = null;
  let problems: Problems = new Map();
  let tryAgainAt = 0;

  async function load(): Promise<void> {
    const fingerprint = await store.read.resources.fingerprint();
    const again = problems.size > 0 && parts.clock.now() >= tryAgainAt;
    if (fingerprint === seen && !again) return;
    const found: Problems = new Map();
    services = (await enabled(store, 'service')).map(({ spec }) => spec);
    const wantedSources = await enabled(store, 'source');
    await update(
      hooks,
      wantedSources,
      (resource, old, report) => buildHook(resource, old, report, parts),
      found,
    );
    await update(sources, wantedSources, (resource) => openSource(resource, () => services, parts), found);
    await update(
      channels,
      await enabled(store, 'channel'),
      (resource) => buildChannel(resource, parts),
      found,
    );
    adapters = {
      sources: [...sources.values()].map(({ adapter }) => adapter),
      channels: [...channels.values()].map(({ adapter }) => adapter),
    };
    await tell(problems, found, parts);
    problems = found;
    tryAgainAt = parts.clock.now() + TRY_AGAIN_MS;
    if (seen !== '' && seen !== fingerprint)
      log({ level: 'info', event: 'configuration-loaded', sources: sources.size, services: services.length });
    seen = fingerprint;
  }

  return {
    current: () => adapters,
    hookSource: (name) => hooks.get(name)?.adapter ?? null,
    hookSources: (type) =>
      [...hooks.values()].map(({ adapter }) => adapter).filter((source) => source.type === type),
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

async function enabled<K extends 'source' | 'channel' | 'service' | 'command'>(
  store: Store,
  kind: K,
): Promise<Resource<K>[]> {
  return (await store.read.resources.list(kind)).filter((resource) => resource.enabled);
}

/** Builds what is new or changed, closes what is gone. What does not work is in `problems`, and the old one stays. */
async function update<K extends 'source' | 'channel', T extends Closable>(
  built: Map<string, Built<T>>,
  wanted: readonly Resource<K>[],
  build: (resource: Resource<K>, old: T | null, report: (why: string) => void) => Promise<T | null>,
  problems: Problems,
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
    const missing: string[] = [];
    try {
      const adapter = await build(resource, old?.adapter ?? null, (why) => missing.push(why));
      if (adapter === null) built.delete(resource.name);
      else built.set(resource.name, { stamp: missing.length > 0 ? '' : stamp, adapter });
      if (old && old.adapter !== adapter) await old.adapter.close();
    } catch (error) {
      missing.push(whyOf(error));
    }
    if (missing.length > 0) {
      const kept = old && built.get(resource.name)?.adapter === old.adapter;
      const meanwhile = kept ? ' Until then what ran before goes on.' : '';
      problems.set(`${resource.kind} "${resource.name}"`, `${missing.join('; ')}.${meanwhile}`);
    }
  }
}

/** Each problem is logged when it appears, when it changes and when it is over; `status` and `doctor` say those there are. */
async function tell(before: Problems, now: Problems, { store, clock, log }: Parts): Promise<void> {
  const news = [...now].filter(([name, why]) => before.get(name) !== why);
  const over = [...before.keys()].filter((name) => !now.has(name));
  for (const [name, why] of news) log({ level: 'error', event: 'adapter-failed', name, error: why });
  for (const name of over) log({ level: 'info', event: 'adapter-recovered', name });
  const known = await store.read.settings.get('warnings');
  const ours = known.filter(({ key }) => key.startsWith(WARNING));
  if (news.length === 0 && over.length === 0 && ours.length === now.size) return;
  await store.write(async (tx) => {
    const others = (await tx.settings.get('warnings')).filter(({ key }) => !key.startsWith(WARNING));
    const warnings = [...now].map(([name, why]) => {
      const key = `${WARNING}${name}`;
      return {
        key,
        text: `${name} does not work: ${why}`,
        since: ours.find((old) => old.key === key)?.since ?? clock.now(),
      };
    });
    await tx.settings.set('warnings', [...others, ...warnings]);
  });
}

function whyOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return redact(error instanceof UserError && error.hint ? `${text}: ${error.hint}` : text);
}

/** Whether this source is read or changed. The others only send us alerts, or are not spoken yet. */
export function isSpoken({ type, settings }: Pick<Source, 'type' | 'settings'>): boolean {
  switch (type) {
    case 'host':
    case 'aws':
    case 'github':
      return true;
    default:
      return isReadByAddress(type) && (settings.url ?? '') !== '';
  }
}

/** Read where they have an address; without one they may still send us alerts. */
export function isReadByAddress(type: string): boolean {
  return type === 'prometheus' || type === 'grafana';
}

/** Whether conditions may rest on this source. */
export function isMeasuring(source: Pick<Source, 'type' | 'settings'>): boolean {
  return isSpoken(source) && source.type !== 'github';
}

/** Null: nothing of ours speaks to it. Errors: for settings that do not work, and secrets that cannot be read. */
export async function openSource(
  { name, spec }: Resource<'source'>,
  services: () => readonly Service[],
  { store, clock, env }: Pick<Parts, 'store' | 'clock' | 'env'>,
): Promise<SourceAdapter | null> {
  if (!isSpoken(spec)) return null;
  const { type, settings, secrets } = spec satisfies Source;
  const asked = async () => ({ name, settings, secrets: await apiSecrets(spec, env), services, clock });
  switch (type) {
    case 'host': {
      const { createHostSource } = await import('../sources/host/host.ts');
      return createHostSource({ name, settings, services, clock, history: store.read.samples });
    }
    case 'prometheus': {
      const { createPrometheusSource } = await import('../sources/prometheus/prometheus.ts');
      return createPrometheusSource({ ...(await asked()), tellsAlerts: takesAlerts(spec) });
    }
    case 'grafana': {
      const { createGrafanaSource } = await import('../sources/grafana/grafana.ts');
      return createGrafanaSource({ ...(await asked()), tellsAlerts: takesAlerts(spec) });
    }
    case 'aws': {
      const parsed = parseAwsSettings(settings, env.AWS_REGION);
      const { 'cache-auth': cacheAuth } = secrets;
      const { createAwsSource } = await import('../sources/aws/aws.ts');
      return createAwsSource({
        name,
        settings: parsed,
        services,
        clock,
        // Read when a cache asks for it: without it everything else works.
        cacheAuth: async () => (cacheAuth === undefined ? null : resolveSecret(cacheAuth, env)),
      });
    }
    case 'github': {
      const { createGithubSource } = await import('../sources/github/github.ts');
      return createGithubSource(await asked());
    }
    default:
      return null;
  }
}

/** What the other side is read with. Those that open its webhook stay where they are. */
async function apiSecrets({ type, secrets }: Source, env: Parts['env']): Promise<Record<string, string>> {
  const ours = Object.entries(secrets).filter(([name]) => !opensWebhook(type, name));
  return Object.fromEntries(
    await Promise.all(
      ours.map(async ([name, reference]) => [name, await resolveSecret(reference, env)] as const),
    ),
  );
}

function takesAlerts({ type, secrets }: Source): boolean {
  return Object.keys(secrets).some((name) => opensWebhook(type, name));
}

const CARRIED: ReadonlySet<string> = new Set(['terminal', 'email', 'webhook']);
/** They may be added before there is anything to connect them with. */
const BY_SECRET: ReadonlySet<string> = new Set(['slack', 'pagerduty']);

/** Whether messages to this channel leave this machine's terminal, or are at home there. */
export function isConnected({ type, secrets }: Pick<Channel, 'type' | 'secrets'>): boolean {
  return CARRIED.has(type) || (BY_SECRET.has(type) && Object.keys(secrets).length > 0);
}

/** Null: nothing of ours speaks to it yet, and its messages appear in the terminal under its name. */
async function buildChannel(
  { name, spec }: Resource<'channel'>,
  { env, clock, store, log, hear, hearPager, trouble }: Parts,
): Promise<ChannelAdapter | null> {
  const { type, settings, secrets } = spec satisfies Channel;
  switch (type) {
    case 'terminal': {
      const { createTerminalChannel } = await import('../channels/terminal/channel.ts');
      return createTerminalChannel({ name });
    }
    case 'email': {
      const mail = parseMailSettings(settings, secrets);
      const password = secrets.password === undefined ? null : await resolveSecret(secrets.password, env);
      const { createEmailChannel } = await import('../channels/email/channel.ts');
      const channel = createEmailChannel({ name, settings: mail, password });
      const { asTyped } = await import('./as-typed.ts');
      return asTyped(channel, store.read, () => triggersOf(store.read));
    }
    case 'webhook': {
      const { url } = parseWebhookSettings(settings, secrets);
      const signing = await resolveSecret(secrets.signing ?? '', env);
      const { createWebhookChannel } = await import('../channels/webhook/channel.ts');
      return createWebhookChannel({ name, url, signing, clock });
    }
    case 'pagerduty': {
      if (!isConnected(spec)) return null;
      const { openPagerduty } = await import('./pagerduty.ts');
      const channel = await openPagerduty(spec, { env, hear: hearPager });
      const { asTyped } = await import('./as-typed.ts');
      return asTyped(channel, store.read, () => triggersOf(store.read));
    }
    case 'slack': {
      if (!isConnected(spec)) return null;
      const { api, mode, linkHosts, prefix } = parseSlackSettings(settings, secrets);
      const botToken = await resolveSecret(secrets['bot-token'] ?? '', env);
      const { createSlack } = await import('../channels/slack/slack.ts');
      return createSlack({
        name,
        api,
        botToken,
        hearing: await slackHearing(mode, secrets, env),
        linkHosts,
        prefix,
        clock,
        log,
        hear,
        trouble: (about, found) => trouble(name, about, found),
        forms: chatForms(store),
        triggers: () => triggersOf(store.read),
        rooms: () => roomsInUse(name, store),
      });
    }
    default:
      return null;
  }
}

/** A source whose new secrets cannot be read goes on taking alerts as before: lost ones would never come back. */
async function buildHook(
  { name, spec }: Resource<'source'>,
  old: (HookSource & Closable) | null,
  report: (why: string) => void,
  { env }: Parts,
): Promise<HookSource & Closable> {
  const { type, settings, services } = spec;
  const secrets: string[] = [];
  let missing = false;
  for (const [secret, reference] of Object.entries(spec.secrets)) {
    // What we are let in with there must let nobody in here.
    if (!opensWebhook(type, secret)) continue;
    try {
      secrets.push(await resolveSecret(reference, env));
    } catch (error) {
      missing = true;
      report(whyOf(error));
    }
  }
  return missing && old ? old : { name, type, secrets, settings, services, close: async () => {} };
}

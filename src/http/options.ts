// What the daemon gives the HTTP server, and what it may ask of it.
import type { ChannelHook } from '../domain/channel-hook.ts';
import type { Clock } from '../domain/clock.ts';
import type { HttpsGet } from '../domain/https-get.ts';
import type { Accept } from './accept.ts';
import type { Health } from './metrics.ts';

/** A configured source as webhooks need it: secrets are values here, resolved by the daemon. */
export interface HookSource {
  name: string;
  type: string;
  /** Any of them opens the door: several during a rotation. Empty: the source is refused. */
  secrets: string[];
  settings: Record<string, string>;
  services: string[];
}

export interface HttpLogEntry {
  level: 'info' | 'warn' | 'error';
  message: string;
  source?: string;
  address?: string;
  /** Of a bug. */
  stack?: string;
}

export interface HttpLimits {
  /** Hook requests worked on at once; more are told to come back. Default 256. */
  inFlight: number;
  /** Signed requests whose signature was not checked yet, of all senders. Default 32. */
  unverified: number;
  /** Requests of chats worked on at once. Default 64. */
  chat: number;
  /** Bytes of long bodies held in memory at once, of all requests. Default 96 MB. */
  heldBytes: number;
  /** Without a byte of the body for so long, the request is given up. Default 15 s. */
  bodyIdleMs: number;
  /** For the headers. Default 10 s. */
  headersMs: number;
  /** For a whole request. Default 300 s. */
  requestMs: number;
  /** How long a refused secret waits for its answer once there were too many. Default 1 s. */
  failureDelayMs: number;
  /** Close waits so long for requests in flight. Default 5 s. */
  graceMs: number;
}

export interface HttpOptions {
  /** Port 0: any free one. */
  listen: { host: string; port: number };
  /** PEM texts, not paths. */
  tls?: { cert: string; key: string };
  /** A reverse proxy ends TLS before us: another than a loopback address is allowed, and X-Forwarded-For is believed. */
  behindProxy: boolean;
  clock: Clock;
  log(entry: HttpLogEntry): void;
  /** Asked at each request, so that an edit counts at once. Null: unknown or disabled. */
  hookSource(name: string): HookSource | null | Promise<HookSource | null>;
  /** All of a type that are enabled, for requests that name none. */
  hookSources?(type: string): readonly HookSource[] | Promise<readonly HookSource[]>;
  /** Of a chat that sends us what people say. Null: unknown, disabled, or heard in another way. */
  channelHook?(name: string): ChannelHook | null;
  accept: Accept;
  /** For the certificates that SNS signs with. Not given: its messages are asked to come back. */
  httpsGet?: HttpsGet;
  health(): Promise<Health>;
  overloaded(): boolean;
  /** Opens /metrics to others than this machine, as a bearer token. */
  metricsToken?: string;
  limits?: Partial<HttpLimits>;
}

export const DEFAULT_LIMITS: HttpLimits = {
  inFlight: 256,
  unverified: 32,
  chat: 64,
  heldBytes: 96 * 1024 * 1024,
  bodyIdleMs: 15_000,
  headersMs: 10_000,
  requestMs: 300_000,
  failureDelayMs: 1_000,
  graceMs: 5_000,
};

// Asks one address again and again and measures `up`, `error_rate` and `latency` from the last answers.
import * as http from 'node:http';
import * as https from 'node:https';
import type { Clock } from '../../domain/clock.ts';

export interface ProbeSettings {
  url: string;
  everyMs: number;
  windowMs: number;
  timeoutMs: number;
}

/** Null: too few answers in the window to say. */
export interface ProbeReading {
  /** False when the last five requests all failed. */
  up: boolean | null;
  /** Percent of requests that were refused, timed out, or answered with 500 or above. */
  errorRate: number | null;
  /** 95th percentile in milliseconds of requests that were answered or waited for; null when all were refused. */
  latencyMs: number | null;
  samples: number;
}

export interface Prober {
  read(): ProbeReading;
  /** Resolves when no request is under way any more. */
  stop(): Promise<void>;
}

interface Sample {
  at: number;
  failed: boolean;
  /** Null: refused, so it says nothing about how long an answer takes. */
  tookMs: number | null;
}

const MAX_IN_FLIGHT = 4;
const MAX_SAMPLES = 20_000;
const MAX_BODY = 64 * 1024;
const DOWN_AFTER = 5;

/** Starts at once. Redirects are not followed; an answer below 500 counts as good. */
export function startProber(settings: ProbeSettings, clock: Clock): Prober {
  const url = new URL(settings.url);
  const secure = url.protocol === 'https:';
  const limits = { keepAlive: true, maxSockets: MAX_IN_FLIGHT, maxFreeSockets: MAX_IN_FLIGHT };
  const agent = secure ? new https.Agent(limits) : new http.Agent(limits);
  const ask = (options: http.RequestOptions) =>
    secure ? https.request(url, options) : http.request(url, options);
  const stopped = new AbortController();
  const underWay = new Set<Promise<void>>();
  let samples: Sample[] = [];

  const tick = (): void => {
    // A skipped turn is no sample: requests that hang are counted when their own time-out ends them.
    if (underWay.size >= MAX_IN_FLIGHT) return;
    const request = probeOnce(ask, agent, settings.timeoutMs, stopped.signal).then(({ failed, tookMs }) => {
      underWay.delete(request);
      if (stopped.signal.aborted) return;
      samples.push({ at: clock.now(), failed, tookMs });
      if (samples.length > MAX_SAMPLES) samples = samples.slice(-MAX_SAMPLES / 2);
    });
    underWay.add(request);
  };
  tick();
  const timer = setInterval(tick, settings.everyMs);
  timer.unref();

  return {
    read: () => {
      const since = clock.now() - settings.windowMs;
      samples = samples.filter(({ at }) => at > since);
      return summarize(samples, settings);
    },
    stop: async () => {
      clearInterval(timer);
      stopped.abort();
      await Promise.all(underWay);
      agent.destroy();
    },
  };
}

/** Ten samples are enough, or half of what the window holds where that is less. */
export function summarize(
  samples: readonly Pick<Sample, 'failed' | 'tookMs'>[],
  { everyMs, windowMs }: Pick<ProbeSettings, 'everyMs' | 'windowMs'>,
): ProbeReading {
  const needed = Math.max(1, Math.min(10, Math.floor(windowMs / everyMs / 2)));
  if (samples.length < needed) {
    return { up: null, errorRate: null, latencyMs: null, samples: samples.length };
  }
  const failed = samples.filter((sample) => sample.failed).length;
  const times = samples.flatMap(({ tookMs }) => (tookMs === null ? [] : [tookMs])).sort((a, b) => a - b);
  const p95 = times[Math.max(0, Math.ceil(times.length * 0.95) - 1)];
  return {
    up: samples.slice(-DOWN_AFTER).some((sample) => !sample.failed),
    errorRate: round((100 * failed) / samples.length, 2),
    latencyMs: p95 === undefined ? null : round(p95, 1),
    samples: samples.length,
  };
}

type Ask = (options: http.RequestOptions) => http.ClientRequest;
type Outcome = { failed: boolean; tookMs: number | null };

async function probeOnce(
  ask: Ask,
  agent: http.Agent,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const first = await requestOnce(ask, agent, timeoutMs, signal);
  // The server may close an idle connection in the moment we use it again: that is not a failed request. Once more, then,
  // on a connection of its own.
  if (first !== 'stale') return first;
  const second = await requestOnce(ask, false, timeoutMs, signal);
  return second === 'stale' ? { failed: true, tookMs: null } : second;
}

function requestOnce(
  ask: Ask,
  agent: http.Agent | false,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Outcome | 'stale'> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const tookMs = () => performance.now() - startedAt;
    const request = ask({ agent, method: 'GET', signal, headers: { 'user-agent': 'openclaw-probe' } });
    // Of the entire exchange: a server that sends one byte a second never trips a socket time-out.
    const deadline = setTimeout(() => {
      done({ failed: true, tookMs: tookMs() });
      request.destroy();
    }, timeoutMs);
    const done = (outcome: Outcome | 'stale'): void => {
      clearTimeout(deadline);
      resolve(outcome);
    };
    request.on('response', (response) => {
      const failed = (response.statusCode ?? 500) >= 500;
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MAX_BODY) return;
        done({ failed, tookMs: tookMs() });
        response.destroy();
      });
      response.on('end', () => done({ failed, tookMs: tookMs() }));
      // Cut off in the middle of the body.
      response.on('close', () => done({ failed: true, tookMs: null }));
      response.on('error', () => done({ failed: true, tookMs: null }));
    });
    request.on('error', (error) => {
      const code = 'code' in error ? error.code : undefined;
      const stale = request.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
      done(stale ? 'stale' : { failed: true, tookMs: null });
    });
    request.end();
  });
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

// Prometheus and Grafana over servers of ours, under the suite of all sources.
import type { Reply } from '../../support/scripted-server.ts';
import { json } from '../../support/scripted-server.ts';
import { fakeGrafana, service as grafanaService, grafanaSource, TOKEN } from '../grafana/fake-grafana.ts';
import {
  fakePrometheus,
  NOW,
  parametersOf,
  prometheusSource,
  service,
  success,
} from '../prometheus/fake-prometheus.ts';
import { conforms, type Fault, hasNoOtherTools, type Opened, type Scenario } from './suite.ts';

const FAULTS: readonly Fault[] = ['hang', 'html', 'throttled', 'refused', 'broken', 'cut', 'huge'];
const HOSTILE = '\u202e@channel <!here> \u001b[31mfix\u0007';
const SAID = `no, ${TOKEN} ${HOSTILE}`;
const HTML = { 'content-type': 'text/html' };

const REPLIES: Record<Fault, Reply> = {
  hang: { hangs: true },
  html: { headers: HTML, body: `<html>${TOKEN} Sign in</html>` },
  throttled: { status: 429, headers: { 'retry-after': '900' }, body: `slow down, ${TOKEN}` },
  broken: { status: 500, headers: HTML, body: `<html>oops ${TOKEN}</html>` },
  refused: json({ status: 'error', error: SAID, message: SAID }, 400),
  cut: { body: `{"status":"success","data":["${'x'.repeat(100)}"]}`, cutAfter: 30 },
  huge: { ...json([]), body: Buffer.from(JSON.stringify(['x'.repeat(5_000_000)])) },
};

/** What is between the suite and a fake: faults, limits, and how long was waited. */
function troubles() {
  const state = {
    fault: null as Fault | null,
    throttleFor: null as number | null,
    waited: 0,
    waitedFor: false,
  };
  return {
    state,
    wait: async (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted();
      state.waited += ms;
    },
    /** Undefined: the usual answer. */
    instead: (): Reply | undefined => {
      const { throttleFor, fault } = state;
      state.throttleFor = null;
      if (throttleFor !== null) return { status: 429, headers: { 'retry-after': String(throttleFor) } };
      state.waitedFor ||= fault === 'hang';
      return fault === null ? undefined : REPLIES[fault];
    },
    opened: {
      fault: (fault: Fault | null) => {
        state.fault = fault;
        state.waitedFor = false;
      },
      keepsWaiting: () => state.waitedFor,
      throttleOnce: (seconds: number) => {
        state.throttleFor = seconds;
      },
      waitedMs: () => state.waited,
    },
  };
}

/** A service is looked for by its labels, so none is a stranger. */
async function openPrometheus(): Promise<Opened> {
  const { instead, wait, opened } = troubles();
  const fake = fakePrometheus({
    values: [
      ['queue_depth', '5'],
      ['http_request', '0.25'],
      ['up', '1'],
    ],
    instead: (asked) => {
      const trouble = instead();
      if (trouble !== undefined) return trouble;
      if (asked.path !== '/api/v1/query_range' || !parametersOf(asked).get('query')?.includes('weird'))
        return undefined;
      const values = [[NOW / 1000, '3']];
      const result = [{ metric: { job: HOSTILE }, values }];
      return success({ resultType: 'matrix', result }, { warnings: [HOSTILE] });
    },
  });
  const { source } = await prometheusSource(fake, [service()], {
    secrets: { 'api-token': TOKEN },
    settings: {
      'metric.weird': 'weird{service="$service"}',
      'metric.queue': 'sum(queue_depth{service="$service"})',
    },
    wait,
  });
  return { source, service: service(), stranger: null, secrets: [TOKEN], effects: () => 0, ...opened };
}

async function openGrafana(): Promise<Opened> {
  const { instead, wait, opened, state } = troubles();
  let losing = false;
  let lost = 0;
  const fake = fakeGrafana({
    values: [
      ['queue_depth', 5],
      ['up', 1],
    ],
    dashboards: [
      {
        uid: 'abc',
        title: `api ${HOSTILE}`,
        tags: ['api'],
        panels: [{ id: 7, title: HOSTILE, targets: [{ expr: 'sum(queue_depth)' }] }],
      },
    ],
    instead: (asked) => {
      if (losing && asked.method !== 'GET' && asked.path.startsWith('/api/annotations')) {
        losing = false;
        state.fault = 'hang';
        state.waitedFor = true;
        const { time, tags, text } = JSON.parse(asked.body) as { time: number; tags: string[]; text: string };
        fake.annotations.push({ id: 100 + lost++, time, timeEnd: time, tags, text });
        return { hangs: true };
      }
      return instead();
    },
  });
  const { source } = await grafanaSource(fake, [grafanaService()], { wait });
  return {
    source,
    service: grafanaService(),
    stranger: null,
    secrets: [TOKEN],
    effects: () => fake.annotations.length,
    loseAnswers: () => {
      losing = true;
      state.waitedFor = false;
    },
    ...opened,
  };
}

const prometheus: Scenario<Opened> = {
  name: 'prometheus',
  open: openPrometheus,
  faults: FAULTS,
  reads: [
    { capability: 'metrics.query', args: { service: 'api' } },
    { capability: 'metrics.query', args: { service: 'api', metric: 'weird', sinceMs: 3_600_000 } },
  ],
  changes: [],
};

const grafana: Scenario<Opened> = {
  name: 'grafana',
  open: openGrafana,
  faults: FAULTS,
  reads: [
    { capability: 'metrics.query', args: { service: 'api' } },
    { capability: 'dashboards.find', args: { service: 'api', metric: 'queue_depth', sinceAt: NOW } },
  ],
  changes: [],
};

hasNoOtherTools('prometheus', openPrometheus, conforms(prometheus));
hasNoOtherTools('grafana', openGrafana, conforms(grafana));

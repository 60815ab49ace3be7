// The flows that are killed everywhere. Each is as short as it can be and still says something.
import { digestOf, type Json } from '../../src/domain/digest.ts';
import type { AutoFix, CompiledStep } from '../../src/domain/resource.ts';
import { criticalRoute } from '../support/critical-route.ts';
import type { AddResource } from '../support/team.ts';
import type { World } from '../support/world.ts';
import { type Flow, type Move, minutes, SENDERS, STARTS_AT, seconds } from './flow.ts';
import { SPOKEN } from './model-flow.ts';
import { PRESSED } from './press-flow.ts';

const ERRORS = {
  title: 'api-prod-01 error rate critical',
  service: 'api-prod-01',
  value: 12.3,
  threshold: 5,
  unit: '%',
  labels: { metric: 'error_rate' },
};

const DB_DOWN = { title: 'orders-db is down', service: 'orders-db' };

const ROLLBACK: Flow = {
  name: 'rollback',
  script: [
    { at: 0, kind: 'alert', alert: ERRORS },
    sarah(60, '/ack 1'),
    sarah(120, '/rollback #492'),
    sarah(180, '/approve'),
    { at: seconds(210), kind: 'alert', alert: { ...ERRORS, status: 'resolved' } },
  ],
  endsAt: minutes(9),
  effects: ['deploys.rollback'],
};

const DISK_FIX: Flow = {
  name: 'disk fix',
  configure: (add) =>
    addFix(add, {
      name: 'Disk Cleanup',
      condition: 'disk_usage > 90%',
      cooldownMs: minutes(10),
      steps: [
        { capability: 'disk.prune-docker', args: {}, from: '1' },
        { capability: 'disk.vacuum-journal', args: { keepBytes: 500_000_000 }, from: '2' },
        {
          capability: 'disk.remove-old-files',
          args: { path: '/tmp', olderThanMs: minutes(60) },
          from: '3',
        },
      ],
    }),
  // Full again while the cooldown lasts: it is said once, and nothing runs.
  script: [happens(20, 'the disk is full again', fillDisk)],
  endsAt: seconds(50),
  timers: ['poll'],
  effects: ['disk.vacuum-journal', 'disk.remove-old-files'],
};

const RESTART_FIX: Flow = {
  name: 'restart fix',
  configure: (add) =>
    addFix(add, {
      name: 'Restart when slow',
      condition: 'latency > 800',
      cooldownMs: minutes(10),
      steps: [{ capability: 'services.restart', args: { service: '$service', mode: 'rolling' }, from: '1' }],
    }),
  // Still slow at the next look: the cooldown holds it back.
  script: [happens(40, 'fast again', ({ services }) => setLatency(services, 100))],
  endsAt: seconds(50),
  timers: ['poll'],
  effects: ['services.restart'],
};

/** It never helps: after two runs it stops for that disk, and somebody is woken. */
const BREAKER: Flow = {
  name: 'a fix that does not help',
  configure: (add) =>
    addFix(add, {
      name: 'Trim the journal',
      condition: 'disk_usage > 90%',
      cooldownMs: seconds(10),
      steps: [{ capability: 'disk.vacuum-journal', args: { keepBytes: 500_000_000 }, from: '1' }],
    }),
  script: [],
  endsAt: minutes(11),
  timers: ['poll'],
  runs: 2,
  says: '📟 @sarah: 🛑 Trim the journal stopped for /',
  effects: ['disk.vacuum-journal', 'disk.vacuum-journal'],
};

const ESCALATION: Flow = {
  name: 'escalation',
  async configure(add) {
    await add('escalation', {
      name: 'Fast',
      levels: [
        { target: 'on-call', timeoutMs: seconds(70) },
        { target: 'team-lead', timeoutMs: seconds(80) },
        { target: 'engineering-manager', timeoutMs: seconds(90) },
      ],
    });
    await add('alert-route', { ...criticalRoute, escalation: 'Fast' });
  },
  script: [{ at: 0, kind: 'alert', alert: ERRORS }],
  endsAt: seconds(160),
  timers: ['audit'],
  effects: [],
};

/** It is said and somebody has it; a mention, the end of it, and the escalation from the start. */
const ACKNOWLEDGEMENT: Flow = {
  ...ESCALATION,
  name: 'acknowledgement that runs out',
  script: [{ at: 0, kind: 'alert', alert: ERRORS }, sarah(10, '/ack 1 1m'), sarah(75, '/escalate 1')],
  endsAt: seconds(160),
};

/** Whoever has it says so where the alert comes from; a word about it stands in the record. */
const TOLD: Flow = {
  ...ESCALATION,
  name: 'acknowledged where it comes from',
  script: [
    { at: 0, kind: 'alert', alert: ERRORS },
    { at: seconds(10), kind: 'alert', alert: { ...ERRORS, status: 'unknown', acknowledged: true } },
    { at: seconds(20), kind: 'alert', alert: { ...ERRORS, status: 'unknown', remark: 'reassigned' } },
    { at: seconds(30), kind: 'alert', alert: { ...ERRORS, status: 'resolved' } },
  ],
  endsAt: seconds(60),
};

/** It fires on when the silence is over: an incident then, and one page. */
const SILENCE: Flow = {
  name: 'silence that ends',
  async configure(add) {
    await add('silence', {
      name: 'planned',
      match: { service: 'api' },
      until: new Date(STARTS_AT + seconds(60)).toISOString(),
    });
  },
  script: [{ at: 0, kind: 'alert', alert: ERRORS }],
  endsAt: seconds(100),
  effects: [],
};

const ENDS = { ...ERRORS, fingerprint: 'api errors' };

/** As Prometheus posts it: sent once more, and then not again. */
const SELF_ENDING: Flow = {
  name: 'an alert that is not sent again',
  configure: (add) => add('alert-route', { ...criticalRoute, resolveAfterMs: seconds(20) }),
  script: [
    { at: 0, kind: 'alert', alert: { ...ENDS, expiresAt: STARTS_AT + seconds(40) } },
    { at: seconds(20), kind: 'alert', alert: { ...ENDS, expiresAt: STARTS_AT + seconds(60) } },
  ],
  endsAt: seconds(100),
  says: '✅ RESOLVED',
  effects: [],
};

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alarms';

/** Fetching the link twice is harmless; a topic that nobody confirms sends nothing, and says nothing. */
const SUBSCRIPTION: Flow = {
  name: 'a topic that asks to be confirmed',
  configure: (add) =>
    add('source', {
      name: SENDERS.notice,
      type: 'sns',
      settings: { topic: TOPIC },
      secrets: {},
      services: [],
    }),
  script: [
    {
      at: 0,
      kind: 'notice',
      notice: {
        type: 'subscription',
        topic: TOPIC,
        url: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=abc`,
      },
    },
  ],
  endsAt: minutes(5),
  says: `${TOPIC} is confirmed`,
  effects: [],
};

/** Its own pages wait for what it needs; that ends, fires again and is the same one. */
const INHIBITION: Flow = {
  name: 'pages that wait, an end and a reopening',
  async configure(add) {
    await add('service', {
      name: 'web',
      kind: 'app',
      bindings: {},
      instances: [],
      dependsOn: ['orders-db'],
    });
    await add('alert-route', { ...criticalRoute, resolveAfterMs: seconds(20) });
  },
  script: [
    { at: 0, kind: 'alert', alert: DB_DOWN },
    { at: seconds(10), kind: 'alert', alert: { title: 'web errors', service: 'web' } },
    { at: seconds(20), kind: 'alert', alert: { ...DB_DOWN, status: 'resolved' } },
    { at: seconds(90), kind: 'alert', alert: DB_DOWN },
  ],
  endsAt: seconds(130),
  effects: [],
};

/** Asked, decided and done in another room: the thread of its incident has one line of each. */
const ELSEWHERE: Flow = {
  name: 'done in another room',
  script: [{ at: 0, kind: 'alert', alert: ERRORS }, ops(10, '/restart api'), ops(20, '/approve')],
  endsAt: seconds(60),
  says: '@mike: /restart api — plan #1 waits for approval in #ops-alerts',
  effects: ['services.restart'],
};

const SCALE: Flow = {
  name: 'scale',
  script: [ops(0, '/scale api 4'), ops(10, '/approve')],
  endsAt: seconds(40),
  inDoubt: 'done',
  effects: ['services.scale'],
};

const RESTART: Flow = {
  name: 'restart, then /done',
  script: [ops(0, '/restart api'), ops(10, '/approve')],
  endsAt: seconds(40),
  withoutReconcile: ['services.restart'],
  inDoubt: 'done',
  effects: ['services.restart'],
};

const FAILOVER: Flow = {
  name: 'failover',
  script: [
    ops(0, '/db-failover orders-db'),
    ops(10, '/approve 1'),
    ops(20, '/approve 1 wrong-db'),
    ops(30, '/approve 1 orders-db'),
  ],
  endsAt: minutes(2),
  effects: ['databases.failover'],
};

const FREEZE: Flow = {
  name: 'freeze',
  script: [
    ops(0, '/scale api 4'),
    ops(10, '/freeze something is odd'),
    ops(20, '/approve 1'),
    ops(30, '/scale api 3'),
    ops(40, '/thaw'),
    ops(50, '/scale api 3'),
    ops(60, '/approve'),
    ops(70, '/freeze once more'),
  ],
  endsAt: seconds(100),
  inDoubt: 'done',
  effects: ['services.scale'],
};

const BLIND_CHANNEL: Flow = {
  name: 'a chat that cannot be searched',
  script: [{ at: 0, kind: 'alert', alert: ERRORS }, sarah(10, '/ack 1'), sarah(20, '/metrics api')],
  endsAt: seconds(30),
  blindChannel: true,
  effects: [],
};

/** Each start gives it another minute; it speaks again long after the last of them, and is looked at before the end. */
const SILENT_SOURCE: Flow = {
  name: 'a source falls silent and speaks again',
  configure: (add) =>
    add('source', {
      name: 'Prometheus',
      type: 'alertmanager',
      settings: {},
      secrets: {},
      services: [],
      expectEveryMs: seconds(60),
    }),
  script: [{ at: seconds(200), kind: 'alert', alert: { title: 'Watchdog', severity: 'info' } }],
  endsAt: seconds(245),
  timers: ['lookout'],
  effects: [],
};

/** The chat is down: the page goes by mail, and the chat is told all of it afterwards. */
const BY_MAIL: Flow = {
  name: 'a page that goes the next way',
  chatDown: true,
  script: [{ at: 0, kind: 'alert', alert: ERRORS }],
  endsAt: seconds(120),
  effects: [],
};

/** Begun, acknowledged and over at a pager that keeps an incident of its own, in step and once. */
const IN_STEP: Flow = {
  name: 'a pager in step',
  pager: true,
  async configure(add) {
    await add('channel', {
      name: 'pager',
      type: 'pagerduty',
      settings: {},
      secrets: { 'routing-key': 'env:PAGERDUTY_ROUTING_KEY' },
    });
    await add('escalation', { name: 'Fast', levels: [{ target: 'pager', timeoutMs: seconds(90) }] });
    await add('alert-route', { ...criticalRoute, escalation: 'Fast', resolveAfterMs: seconds(20) });
  },
  script: [
    { at: 0, kind: 'alert', alert: ERRORS },
    sarah(10, '/ack 1'),
    { at: seconds(30), kind: 'alert', alert: { ...ERRORS, status: 'resolved' } },
  ],
  endsAt: seconds(70),
  says: 'Resolved in PagerDuty too',
  effects: [],
};

/** Told by a pager while it lasts, ended there when it is over: once each, and good news begins nothing. */
const TROUBLE: Flow = {
  name: 'trouble that a pager tells',
  pager: true,
  configure: (add) =>
    add('channel', {
      name: 'pager',
      type: 'pagerduty',
      settings: {},
      secrets: { 'routing-key': 'env:PAGERDUTY_ROUTING_KEY' },
    }),
  script: [
    { at: 0, kind: 'trouble', text: 'slack refuses the bot token', until: seconds(40) },
    { at: seconds(40), kind: 'trouble over' },
  ],
  endsAt: seconds(70),
  timers: ['lookout'],
  says: 'The channel slack works again',
  effects: [],
};

/** Three at once: one page, and one more for the other two. */
const BUNDLE: Flow = {
  name: 'pages that are bundled',
  script: ['api', 'web', 'search'].map((service, index) => ({
    at: seconds(index),
    kind: 'alert',
    alert: { ...ERRORS, title: `${service} is slow`, service },
  })),
  endsAt: seconds(50),
  effects: [],
};

export const FLOWS: readonly Flow[] = [
  ROLLBACK,
  DISK_FIX,
  RESTART_FIX,
  BREAKER,
  ESCALATION,
  ACKNOWLEDGEMENT,
  TOLD,
  SILENCE,
  SELF_ENDING,
  SUBSCRIPTION,
  INHIBITION,
  ELSEWHERE,
  SCALE,
  RESTART,
  { ...RESTART, name: 'restart, then /retry', inDoubt: 'retry' },
  FAILOVER,
  FREEZE,
  BLIND_CHANNEL,
  BY_MAIL,
  BUNDLE,
  IN_STEP,
  TROUBLE,
  SILENT_SOURCE,
  PRESSED,
  SPOKEN,
];

export function flowNamed(name: string): Flow {
  const found = FLOWS.find((flow) => flow.name === name);
  if (!found) throw new Error(`no flow named ${name}`);
  return found;
}

function sarah(at: number, text: string): Move {
  return { at: seconds(at), kind: 'say', user: '@sarah', text };
}

/** Outside any incident. */
function ops(at: number, text: string): Move {
  return { at: seconds(at), kind: 'say', user: '@mike', text, room: '#ops-alerts' };
}

function happens(at: number, what: string, change: (world: World) => void): Move {
  return { at: seconds(at), kind: 'happen', what, change };
}

function fillDisk({ disk }: World): void {
  disk.percent = 95;
}

function setLatency(services: World['services'], latency: number): void {
  const api = services.get('api');
  if (api) api.metrics.latency = latency;
}

async function addFix(
  add: AddResource,
  fix: Pick<AutoFix, 'name' | 'condition'> & { cooldownMs: number; steps: CompiledStep[] },
): Promise<void> {
  await add('auto-fix', {
    ...fix,
    action: fix.name,
    approval: 'auto',
    notify: '#ops-info',
    twoPerson: false,
    stepsDigest: digestOf(fix.steps as unknown as Json),
  });
}

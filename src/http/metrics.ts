// Our own counters and the daemon's gauges as Prometheus text, exposition format 0.0.4. Names of configured
// sources are the only words from outside in it.
import type { Reason } from './problem.ts';

export interface Health {
  ready: boolean;
  /** Why not, for people on this machine. */
  problems: string[];
  /** `queue_depth: 3` is shown as `openclaw_queue_depth 3`. */
  gauges: Record<string, number>;
}

export interface Metrics {
  accepted(source: string, alerts: number, duplicates: number): void;
  deadLetters(source: string, count: number): void;
  rejected(reason: Reason): void;
  text(gauges: Record<string, number>): string;
}

interface Counter {
  name: string;
  help: string;
  label: string;
  values: Map<string, number>;
}

export function createMetrics(): Metrics {
  const counter = (name: string, label: string, help: string): Counter => ({
    name: `openclaw_${name}_total`,
    help,
    label,
    values: new Map(),
  });
  const alerts = counter('alerts_accepted', 'source', 'Alerts stored after a webhook, repeats included.');
  const repeats = counter('alerts_duplicate', 'source', 'Alerts whose very delivery was stored before.');
  const dead = counter('dead_letters', 'source', 'Bodies or parts of bodies that could not be read.');
  const refused = counter('webhooks_rejected', 'reason', 'Requests that were not accepted.');

  return {
    accepted(source, count, duplicates) {
      grow(alerts, source, count);
      grow(repeats, source, duplicates);
    },
    deadLetters: (source, count) => grow(dead, source, count),
    rejected: (reason) => grow(refused, reason, 1),
    text: (gauges) => [...[alerts, repeats, dead, refused].map(counterText), gaugesText(gauges)].join(''),
  };
}

function grow(counter: Counter, label: string, by: number): void {
  if (by > 0) counter.values.set(label, (counter.values.get(label) ?? 0) + by);
}

function counterText({ name, help, label, values }: Counter): string {
  const lines = [...values].map(([value, count]) => `${name}{${label}="${escapeLabel(value)}"} ${count}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} counter\n${lines.join('')}`;
}

function gaugesText(gauges: Record<string, number>): string {
  return Object.entries(gauges)
    .filter(([name, value]) => /^[a-z][a-z0-9_]*$/.test(name) && Number.isFinite(value))
    .map(([name, value]) => `# TYPE openclaw_${name} gauge\nopenclaw_${name} ${value}\n`)
    .join('');
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

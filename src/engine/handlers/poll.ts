// Measures every source, keeps the samples, and asks each alert rule and auto-fix whether its condition holds.
import type { IncomingAlert } from '../../domain/alert.ts';
import { RULE_SOURCE_PREFIX } from '../../domain/built-in.ts';
import { type Condition, metricsOf, parseCondition } from '../../domain/condition.ts';
import type { Resource } from '../../domain/resource.ts';
import type { Severity } from '../../domain/severity.ts';
import { severityRank } from '../../domain/severity.ts';
import type { Measurement } from '../../domain/tool.ts';
import { receiveAlerts } from '../../store/receive.ts';
import type { Sample } from '../../store/samples.ts';
import type { Tables } from '../../store/tables.ts';
import { considerFixes } from '../consider-fixes.ts';
import type { Handler } from '../engine.ts';
import { measureSources } from '../measure-sources.ts';
import {
  byTarget,
  pollIntervalMs,
  type Reading,
  readCondition,
  rounded,
  type TargetValues,
  targetsOf,
} from '../rules.ts';

export const POLL_KEY = 'poll';
/** Samples older than this are of no use to a trend of an hour. */
const KEEP_SAMPLES_MS = 2 * 3_600_000;
/** Samples are kept at most this often, however fast a rule makes us poll. */
const SAMPLE_EVERY_MS = 10_000;

interface Rule {
  resource: Resource<'alert-rule'>;
  condition: Condition;
  critical: Condition | null;
}

export const poll: Handler = async (run, engine) => {
  const { read } = engine.store;
  const rules = (await read.resources.list('alert-rule')).filter(({ enabled }) => enabled).map(parseRule);
  const fixes = (await read.resources.list('auto-fix')).filter(({ enabled }) => enabled);
  const conditions = [
    ...rules.map(({ condition }) => condition),
    ...fixes.map(({ spec }) => parseCondition(spec.condition)),
  ];
  const spokenOf = [...conditions, ...rules.flatMap(({ critical }) => critical ?? [])].flatMap(metricsOf);
  const measured = await measureSources(engine, [...new Set(spokenOf)], run.signal);
  const now = engine.clock.now();
  const rows = byTarget(measured);
  const lastKept = Number(run.job.payload.keptAt ?? 0);
  const keep = now - lastKept >= SAMPLE_EVERY_MS;
  return async (tx) => {
    const answered = measured.filter(({ measurements, tells }) => measurements.length > 0 && !tells);
    await tx.heard.touch(
      answered.map(({ source }) => source),
      now,
    );
    if (keep) {
      await tx.samples.add(
        measured.flatMap(({ source, measurements }) =>
          measurements.flatMap((each) => toSample(source, each, now)),
        ),
      );
      await tx.samples.prune(now - KEEP_SAMPLES_MS);
    }
    for (const rule of rules) await judgeRule(tx, rule, rows, now);
    await considerFixes(tx, fixes, rows, now, engine);
    await tx.jobs.set(
      'poll',
      { keptAt: keep ? now : lastKept },
      { key: POLL_KEY, runAt: now + pollIntervalMs(conditions), priority: 2 },
    );
  };
};

function parseRule(resource: Resource<'alert-rule'>): Rule {
  const { condition, critical } = resource.spec;
  return {
    resource,
    condition: parseCondition(condition),
    critical: critical ? parseCondition(critical) : null,
  };
}

async function judgeRule(tx: Tables, rule: Rule, rows: readonly TargetValues[], now: number): Promise<void> {
  const { name, spec } = rule.resource;
  const owner = `${RULE_SOURCE_PREFIX}${name}`;
  for (const row of targetsOf(rule.condition, rows, spec)) {
    const reading = readCondition(rule.condition, row);
    const fingerprint = `${row.source}/${row.target}`;
    const known = await tx.alerts.find(owner, fingerprint);
    // Not measured is not well: a firing alert stays, and nothing new fires.
    if (reading.holds === 'unknown') continue;
    if (reading.holds === false) {
      await tx.conditions.release(owner, fingerprint);
      if (known?.status === 'firing')
        await raise(tx, rule, row, reading, {
          status: 'resolved',
          severity: known.severity,
          since: known.startsAt,
          now,
        });
      continue;
    }
    const since = await tx.conditions.hold(owner, fingerprint, now);
    if (now - since < rule.condition.forMs) continue;
    const severity: Severity =
      rule.critical && readCondition(rule.critical, row).holds === true ? 'critical' : spec.severity;
    const news = known?.status !== 'firing' || severityRank(severity) > severityRank(known.severity);
    if (news) await raise(tx, rule, row, reading, { status: 'firing', severity, since, now });
  }
}

async function raise(
  tx: Tables,
  rule: Rule,
  row: TargetValues,
  reading: Reading,
  state: { status: 'firing' | 'resolved'; severity: Severity; since: number; now: number },
): Promise<void> {
  const { name, spec } = rule.resource;
  const fingerprint = `${row.source}/${row.target}`;
  const critical = state.severity === 'critical' ? rule.critical : null;
  const shown = critical ? readCondition(critical, row) : reading;
  const incoming: IncomingAlert = {
    fingerprint,
    deliveryKey: `${fingerprint}/${state.status}/${state.severity}/${state.since}/${state.now}`,
    status: state.status,
    title: `${row.target} ${reading.metric.replaceAll('_', ' ')} ${state.severity === 'critical' ? 'critical' : 'high'}`,
    description: [spec.message, reading.because].filter(Boolean).join('\n'),
    severity: state.severity,
    severityText: null,
    service: row.service ?? spec.service ?? null,
    labels: { alertname: name, metric: reading.metric, target: row.target, source: row.source },
    links: [],
    startsAt: state.since,
    endsAt: state.status === 'resolved' ? state.now : null,
    value: shown.value,
    threshold: reading.threshold,
    unit: reading.unit,
    notes: [],
  };
  await receiveAlerts(tx, [
    {
      source: `${RULE_SOURCE_PREFIX}${name}`,
      key: incoming.deliveryKey,
      kind: 'alert',
      body: incoming,
      receivedAt: state.now,
    },
  ]);
}

function toSample(source: string, { metric, value, target }: Measurement, at: number): Sample[] {
  return [{ source, target, metric, at, value: typeof value === 'boolean' ? Number(value) : rounded(value) }];
}

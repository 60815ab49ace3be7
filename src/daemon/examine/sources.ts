import { formatDuration } from '../../domain/duration.ts';
import { type Finding, fail, ok, warn } from '../../domain/finding.ts';
import type { Resource } from '../../domain/resource.ts';
import { TOPIC_SETTING } from '../../domain/sns.ts';
import { EVENTS_TYPE } from '../../http/enqueue.ts';
import { needsNoSecret, webhookTypes } from '../../http/formats/table.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import { isMeasuring, isSpoken, openSource } from '../adapters.ts';
import type { Examination } from '../examine.ts';

const LOOK_MS = 10_000;
/** Types whose one token would both read and change. */
const CHANGING = ['aws', 'github'];

/** Whether each source answers, takes alerts, and can do what its type promises. */
export async function examineSources(examination: Examination): Promise<Finding[]> {
  const sources = examination.all('source');
  const findings: Finding[] = [];
  for (const source of sources) findings.push(...(await examineSource(source, examination)));
  const rules = examination.all('alert-rule').length;
  const measures = sources.some(({ spec }) => isMeasuring(spec.type));
  if (!measures && rules + examination.all('auto-fix').length > 0) {
    findings.push(
      warn(
        'conditions',
        'no source measures anything, so no alert-rule and no auto-fix ever looks at its condition',
        'openclaw source add --name "This host" --type host',
      ),
    );
  }
  if (rules === 0 && !sources.some(({ spec }) => sendsAlerts(spec.type))) {
    findings.push(
      warn(
        'alerts',
        'nothing raises alerts: no alert-rule, and no source that sends them',
        'openclaw source add --name Alertmanager --type alertmanager --secret token=env:ALERTMANAGER_TOKEN',
      ),
    );
  }
  return findings;
}

async function examineSource(source: Resource<'source'>, examination: Examination): Promise<Finding[]> {
  const { name, spec } = source;
  const about = `source "${name}"`;
  const edit = `openclaw source edit ${shellQuote(name)}`;
  if (sendsAlerts(spec.type)) {
    if (needsNoSecret(spec.type) && (spec.settings[TOPIC_SETTING] ?? '').trim() === '')
      return [
        fail(
          about,
          'names no topic, so its alarms are refused',
          `${edit} --set ${TOPIC_SETTING}=<ARN of the topic>`,
        ),
      ];
    if (needsNoSecret(spec.type) || Object.keys(spec.secrets).length > 0)
      return [ok(about, `takes alerts; ${await lastHeard(name, examination)}`)];
    return [fail(about, 'has no secret, so its alerts are refused', `${edit} --secret token=env:NAME`)];
  }
  const shared = CHANGING.includes(spec.type) && 'token' in spec.secrets && !('write-token' in spec.secrets);
  const findings = shared
    ? [
        warn(
          about,
          'reads and changes share one token',
          `${edit} --secret write-token=env:${spec.type.toUpperCase()}_WRITE_TOKEN`,
        ),
      ]
    : [];
  if (isSpoken(spec.type)) return [...(await look(source, examination)), ...findings];
  return [
    ...findings,
    warn(
      about,
      `this version neither reads nor changes anything in ${spec.type}`,
      'for services on this machine: openclaw source add --name "This host" --type host',
    ),
  ];
}

function sendsAlerts(type: string): boolean {
  return type === EVENTS_TYPE || webhookTypes().includes(type);
}

async function lastHeard(name: string, { store, clock }: Examination): Promise<string> {
  const at = await store.read.heard.find(name);
  if (at === null) return 'nothing has come yet';
  const agoMs = Math.max(0, clock.now() - at);
  return `the last thing came ${formatDuration(Math.round(agoMs / 1000) * 1000)} ago`;
}

/** Measures once, as the daemon does all the time, or asks the other side what would not work. */
async function look(source: Resource<'source'>, examination: Examination): Promise<Finding[]> {
  const { all } = examination;
  const about = `source "${source.name}"`;
  const show = `openclaw source show ${shellQuote(source.name)}`;
  try {
    const services = all('service').map(({ spec }) => spec);
    const adapter = await openSource(source, () => services, examination);
    try {
      const checked = await adapter?.check?.({ signal: AbortSignal.timeout(LOOK_MS) });
      if (checked) {
        const facts = checked.facts.map(({ name, value }) => `${name} ${value}`).join(', ');
        return [
          ok(about, facts === '' ? 'answers' : `answers: ${facts}`),
          ...checked.problems.map(({ text, fix }) => warn(about, text, fix)),
        ];
      }
      const values = await adapter?.measure?.({ signal: AbortSignal.timeout(LOOK_MS) });
      const blind = services.filter(({ name, bindings }) => {
        const binding = bindings[source.name];
        const asks = typeof binding === 'object' && binding.oom !== undefined;
        return asks && !values?.some((one) => one.metric === 'service_oom_killed' && one.service === name);
      });
      return [
        ok(about, `answers: ${values?.length ?? 0} values measured`),
        ...blind.map(({ name }) =>
          warn(
            about,
            `neither systemd, a cgroup nor the kernel log says here when ${name} was killed for memory`,
            `openclaw service show ${shellQuote(name)}: \`oom\` of its binding`,
          ),
        ),
      ];
    } finally {
      await adapter?.close();
    }
  } catch (error) {
    return [fail(about, `does not answer: ${error instanceof Error ? error.message : String(error)}`, show)];
  }
}

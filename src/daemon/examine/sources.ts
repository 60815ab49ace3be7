import { opensWebhook } from '../../domain/api-address.ts';
import { formatDuration } from '../../domain/duration.ts';
import { ToolError, UserError } from '../../domain/errors.ts';
import { type Finding, fail, ok, warn } from '../../domain/finding.ts';
import type { Resource } from '../../domain/resource.ts';
import { TOPIC_SETTING } from '../../domain/sns.ts';
import type { SourceCheck } from '../../domain/tool.ts';
import { EVENTS_TYPE } from '../../http/enqueue.ts';
import { formatOf, needsNoSecret, PUSH_PATH, webhookTypes } from '../../http/formats/table.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import { isMeasuring, isSpoken, openSource } from '../adapters.ts';
import type { Examination } from '../examine.ts';
import { usesOf } from '../source-uses.ts';

const LOOK_MS = 10_000;
/** Types whose one token would both read and change. */
const CHANGING = ['aws', 'github'];

/** Whether each source answers, takes alerts, and can do what its type promises. */
export async function examineSources(examination: Examination): Promise<Finding[]> {
  const sources = examination.all('source');
  const findings: Finding[] = [];
  for (const source of sources) findings.push(...(await examineSource(source, examination)));
  const rules = examination.all('alert-rule').length;
  const measures = sources.some(({ spec }) => isMeasuring(spec));
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
    const read = isSpoken(spec) ? await look(source, examination) : [];
    const opens = Object.keys(spec.secrets).some((secret) => opensWebhook(spec.type, secret));
    if (needsNoSecret(spec.type) || opens)
      return [ok(about, `takes alerts; ${await lastHeard(name, examination)}`), ...read];
    // It is there to be read; that it sends nothing may be meant so.
    if (isSpoken(spec)) return read;
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
  if (isSpoken(spec)) return [...(await look(source, examination)), ...findings];
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
  // Prometheus posts to a path of its own.
  return type === EVENTS_TYPE || webhookTypes().includes(type) || formatOf(type, PUSH_PATH) !== null;
}

async function lastHeard(name: string, { store, clock }: Examination): Promise<string> {
  const at = await store.read.heard.find(name);
  if (at === null) return 'nothing has come yet';
  const agoMs = Math.max(0, clock.now() - at);
  return `the last thing came ${formatDuration(Math.round(agoMs / 1000) * 1000)} ago`;
}

function checkFinding(name: string, { facts, problems }: SourceCheck): Finding {
  const about = `source "${name}"`;
  const [first, ...more] = problems;
  if (first === undefined)
    return ok(about, `answers: ${facts.map((fact) => `${fact.name} ${fact.value}`).join(', ')}`);
  const rest = more.length === 0 ? '' : `, and ${more.length} more`;
  return warn(about, `${first.text}${rest}`, `openclaw source test ${shellQuote(name)}`);
}

/** Asks it as `source test` does, else measures once, as the daemon does all the time. */
async function look(source: Resource<'source'>, { store, clock, env, all }: Examination): Promise<Finding[]> {
  const about = `source "${source.name}"`;
  const show = `openclaw source show ${shellQuote(source.name)}`;
  try {
    const services = all('service').map(({ spec }) => spec);
    const adapter = await openSource(source, () => services, { store, clock, env });
    try {
      const call = { signal: AbortSignal.timeout(LOOK_MS) };
      if (adapter?.check) {
        const able = adapter.tools.map(({ capability }) => capability);
        const { capabilities } = await usesOf(source.name, able, store);
        return [checkFinding(source.name, await adapter.check(call, capabilities))];
      }
      const values = await adapter?.measure?.(call);
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
    // Its sentences say by themselves who did not answer.
    const said = error instanceof ToolError || error instanceof UserError;
    const why = error instanceof Error ? error.message : String(error);
    const fix = error instanceof UserError ? (error.hint ?? show) : show;
    return [fail(about, said ? why : `does not answer: ${why}`, fix)];
  }
}

// /status: all services, what is open, what waits for a yes, and who did not answer.
import type { DatabaseState, ServiceHealth } from '../domain/capability.ts';
import { type Block, message } from '../domain/message.ts';
import type { Overview, Playbook } from '../domain/playbook.ts';
import { severityMark } from '../domain/severity.ts';
import { known, silentSources } from './answers.ts';
import { readArguments, usageOf } from './arguments.ts';
import { lagText } from './database.ts';
import { findService } from './find-service.ts';
import { type HealthMark, healthLine, healthMark, instanceLines } from './health.ts';
import { atMost, clean, timeText } from './text.ts';

const usage = '/status [service]';
const mostServices = 50;
/** An overview of what answers now is worth more than a whole one later; `/status NAME` waits longer. */
const overviewMs = 1500;

export const status: Playbook = {
  name: 'status',
  usage,
  summary: 'All services, open incidents and waiting approvals',
  changes: false,
  async propose(request, kit) {
    const { positionals } = readArguments(request, { usage, positionals: 1, flags: {} });
    const [name] = positionals;
    const looked = name === undefined ? null : findService({ name, request, kit });
    if (looked?.kind === 'ask') return looked.proposal;
    const services = looked ? [looked.service] : kit.services;
    const within = looked === null ? { withinMs: overviewMs } : {};
    const shown = services.slice(0, mostServices);
    const [overview, answers, databases] = await Promise.all([
      kit.overview(),
      Promise.all(shown.map(({ name: service }) => kit.read('services.health', { service }, within))),
      Promise.all(
        shown.map(({ kind, name: service }) =>
          kind === 'database' ? kit.read('databases.describe', { service }, within) : [],
        ),
      ),
    ]);
    const states = answers.map((each) => known(each)[0]?.result ?? null);
    const rows = shown.map(({ name: service }, index) => {
      const state = states[index];
      const database = known(databases[index] ?? [])[0]?.result;
      if (state) return row(service, state);
      if (database) return [databaseMark(database), service, databaseLine(database)];
      const asked = [...(answers[index] ?? []), ...(databases[index] ?? [])].length > 0;
      return ['❔', service, asked ? 'unknown' : 'unknown: no source of this command measures it'];
    });
    const troubled = rows.filter(([mark]) => mark === '🔴' || mark === '🟡').length;
    const blocks: Block[] = [];
    if (overview.frozen) {
      const { by, reason } = overview.frozen;
      blocks.push({
        type: 'text',
        text: `❄️ Frozen by ${clean(by, 60)}: ${clean(reason, 200)}. No change starts until /thaw`,
      });
    }
    if (rows.length > 0) blocks.push({ type: 'table', columns: ['', 'service', 'health'], rows });
    const add = (heading: string, lines: string[]) => {
      if (lines.length > 0) blocks.push({ type: 'section', heading, lines: atMost(lines, 20) });
    };
    add(
      'Instances',
      states.flatMap((state) => (state ? instanceLines(state) : [])),
    );
    add(
      'Open incidents',
      overview.openIncidents.map((incident) => incidentLine(incident, kit)),
    );
    add(
      'Waiting for a yes',
      overview.waitingApprovals.map(({ id, title }) => `${clean(title, 120)}: /approve ${id} or /deny ${id}`),
    );
    add('Did not answer', silentSources(...answers, ...databases));
    add(
      'Warnings',
      overview.warnings.map((line) => clean(line, 300)),
    );
    if (services.length > mostServices) {
      add('Not shown', [`${services.length - mostServices} more services: ${usageOf(request, usage)}`]);
    }
    if (services.length === 0) add('Services', ['none is configured yet: openclaw service add --name api']);
    return {
      kind: 'answer',
      message: message(title(overview, rows.length, troubled), { tone: tone(overview, troubled), blocks }),
    };
  },
};

function row(service: string, state: ServiceHealth): string[] {
  const mark = healthMark(state);
  return [mark, service, healthLine(state).slice(mark.length + 1)];
}

function databaseMark({ status }: DatabaseState): HealthMark {
  if (status === undefined) return '❔';
  return status === 'available' ? '✅' : '🟡';
}

/** `primary orders-1, replica orders-2 (20 ms behind)` */
function databaseLine({ primary, status, replicas }: DatabaseState): string {
  const behind = replicas.slice(0, 3).map(({ id, lagMs }) => `replica ${clean(id, 80)} (${lagText(lagMs)})`);
  const more = replicas.length > 3 ? [`${replicas.length - 3} more`] : [];
  return [
    `primary ${clean(primary, 80)}${status === undefined || status === 'available' ? '' : ` (${clean(status, 40)})`}`,
    ...behind,
    ...more,
    ...(replicas.length === 0 ? ['no replica'] : []),
  ].join(', ');
}

function incidentLine(
  { id, title, severity, ackedBy, openedAt }: Overview['openIncidents'][number],
  when: Parameters<typeof timeText>[1],
): string {
  const owner = ackedBy ? `with ${clean(ackedBy, 60)}` : `nobody has it yet: /ack ${id}`;
  return `${severityMark(severity)} #${id} ${clean(title, 120)}, since ${timeText(openedAt, when)}, ${owner}`;
}

function title({ openIncidents }: Overview, services: number, troubled: number): string {
  const trouble =
    troubled === 0
      ? `${services} service${services === 1 ? '' : 's'}`
      : `${troubled} of ${services} services in trouble`;
  const open =
    openIncidents.length === 0
      ? 'no open incident'
      : `${openIncidents.length} open incident${openIncidents.length === 1 ? '' : 's'}`;
  return `Status: ${trouble}, ${open}`;
}

function tone({ openIncidents }: Overview, troubled: number) {
  if (openIncidents.some(({ severity }) => severity === 'critical')) return 'critical';
  return troubled > 0 || openIncidents.length > 0 ? 'warning' : 'ok';
}

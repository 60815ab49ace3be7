// Why an incident is as it is: what opened it, whom it woke and whom not, and what waits.
import { DEFAULT_ESCALATION } from '../../domain/built-in.ts';
import { notFound } from '../../domain/errors.ts';
import type { Incident, TimelineEntry, TimelineKind } from '../../domain/incident.ts';
import { roundAt } from '../../domain/level-refusal.ts';
import { type Directory, peopleBehind, type Recipient, recipientNamed } from '../../domain/on-call.ts';
import { calledName } from '../../domain/pager.ts';
import type { Tables } from '../../store/tables.ts';
import { inOrder, muter, textIn, type WhyAnswer, type WhyLine } from './answer.ts';
import { deliveryLine, lineOf, pagesOf, waiting } from './page.ts';

/** What people said and what changes did has its own place: `incident show`. */
const NOT_ASKED: ReadonlySet<TimelineKind> = new Set([
  'said',
  'plan',
  'approval',
  'execution',
  'watch',
  'note',
]);

export async function whyIncident(read: Tables, id: number): Promise<WhyAnswer> {
  const incident = await read.incidents.find(id);
  if (!incident) throw notFound(`there is no incident #${id}`, 'openclaw incident list --all');
  const timeline = await read.timeline.ofIncident(id);
  const pages = await pagesOfIncident(read, id, timeline);
  const alerts = await read.alerts.ofIncident(id);
  const decided: WhyLine[] = [
    ...timeline.filter(({ kind }) => !NOT_ASKED.has(kind)).map(explained),
    ...pages.map(deliveryLine),
    ...alerts.flatMap((alert): WhyLine[] => {
      const again = alert.count - 1;
      const times = again === 1 ? 'once more' : `${again} times more`;
      const line = (text: string) => ({ at: alert.lastSeenAt, kind: 'alert', text });
      return [
        ...(again > 0
          ? [
              line(
                `"${alert.title}" came ${times} with the same fingerprint: the same alert, nobody was told again`,
              ),
            ]
          : []),
        ...(alert.mutedBy === null
          ? []
          : [line(`"${alert.title}" tells nobody: ${muter(alert.mutedBy)} has it`)]),
      ];
    }),
  ];
  return {
    about: `incident #${id}`,
    facts: [
      ['title', incident.title],
      ['state', stateText(incident)],
      ['opened by', incident.openedBy],
      ['one per', keyText(incident.key)],
      ['room', `${incident.conversation} (${incident.channel})`],
      ['escalation', incident.escalation ?? `${DEFAULT_ESCALATION} (no route names another)`],
      ['level', incident.level === 0 ? 'none told yet' : String(incident.level)],
    ],
    decided: inOrder(decided),
    pending: incident.state === 'open' ? await pendingOf(read, incident, pages) : [],
    next: `openclaw incident show ${id}`,
  };
}

async function pagesOfIncident(read: Tables, id: number, timeline: readonly TimelineEntry[]) {
  const pages = (await read.posts.ofIncident(id)).filter(
    ({ lane, contact, threadPostId }) => lane === 'page' && (contact !== null || threadPostId === null),
  );
  for (const postId of new Set(timeline.flatMap(pagesOf))) {
    if (pages.some((page) => page.id === postId)) continue;
    const page = await read.posts.find(postId);
    if (page) pages.push(page);
  }
  return pages;
}

/** With what it was decided by, where that is on record beside its words. */
function explained(entry: TimelineEntry): WhyLine {
  const line = lineOf(entry);
  const route = textIn(entry.data, 'route');
  const key = textIn(entry.data, 'key');
  const beside = [
    ...(route === null ? [] : [`route "${route}"`]),
    ...(key === null ? [] : [`one incident per ${keyText(key)}`]),
  ];
  return beside.length > 0 ? { ...line, text: `${line.text} (${beside.join('; ')})` } : line;
}

function stateText(incident: Incident): string {
  if (incident.mergedInto !== null) return `merged into #${incident.mergedInto}`;
  if (incident.state === 'resolved') return `resolved by ${incident.resolvedBy ?? 'nobody known'}`;
  if (incident.ackedBy !== null)
    return `open, ${incident.ackedByName ?? incident.ackedBy} has it: nobody else is paged`;
  if (incident.inhibitedBy !== null) return `open, its pages wait for incident #${incident.inhibitedBy}`;
  return 'open, nobody has acknowledged';
}

function keyText(key: string): string {
  const [, service] = /^service:(.*)$/s.exec(key) ?? [];
  if (service !== undefined) return `service ${service}`;
  const [, alert] = /^fingerprint:(.*)$/s.exec(key) ?? [];
  return alert === undefined ? key : `alert ${alert}`;
}

async function pendingOf(
  read: Tables,
  incident: Incident,
  pages: Parameters<typeof waiting>[1],
): Promise<WhyLine[]> {
  const { id } = incident;
  const lines: WhyLine[] = await waiting(read, pages);
  const timer = async (kind: string, text: () => Promise<string> | string) => {
    const job = await read.jobs.findQueued(`${kind}:${id}`);
    if (job) lines.push({ at: job.runAt, kind, text: await text() });
    return job !== null;
  };
  const directory = await directoryOf(read);
  for (const job of await read.jobs.live(['page-bundle'])) {
    const waits = Array.isArray(job.payload.waiting) ? job.payload.waiting : [];
    const name = String(job.payload.contact);
    const recipient = recipientNamed(name, directory);
    if (waits.some((one: unknown) => Object(one).incidentId === id))
      lines.push({
        at: job.runAt,
        kind: 'page',
        text: `${recipient ? called(recipient) : name} is paged, in one page with what else comes for them until then`,
      });
  }
  const escalates = await timer('escalate', () => nextLevel(read, incident));
  const resolves = await timer('resolve', () => 'resolves, if all its alerts stay clear until then');
  await timer(
    'ack-expiry',
    () => `${incident.ackedByName ?? 'the owner'} is asked, or the acknowledgement runs out: back to level 1`,
  );
  await timer('still-firing', () => 'looks whether it still fires although it was closed');
  if (!escalates && !resolves && incident.ackedBy === null)
    lines.push({
      at: incident.openedAt,
      kind: 'none',
      text:
        incident.inhibitedBy === null
          ? 'no timer tells anybody: a silence holds it back, or the self-audit sets one within 30 seconds'
          : `no timer tells anybody while incident #${incident.inhibitedBy} is open`,
    });
  return inOrder(lines);
}

/** Whom the stored policy names next, and who stands behind it at that time. */
async function nextLevel(read: Tables, incident: Incident): Promise<string> {
  const name = incident.escalation ?? DEFAULT_ESCALATION;
  const policy = await read.resources.find('escalation', name);
  const job = await read.jobs.findQueued(`escalate:${incident.id}`);
  const nobody = `says again that the escalation "${name}" reaches nobody`;
  if (!policy?.enabled || policy.spec.levels.length === 0) return nobody;
  const at = job?.runAt ?? incident.openedAt;
  const directory = await directoryOf(read);
  const standing = { told: incident.level, nobody: Number(job?.payload.nobody ?? 0) };
  const { told, skipped, quietUntil } = roundAt(policy.spec, standing, {
    directory,
    at,
    severity: incident.severity,
  });
  if (quietUntil !== null) return 'looks again who can be told: quiet hours until then or later';
  if (!told) return nobody;
  const who = peopleBehind(told.target, directory, at).map(called).join(', ');
  const over = skipped.map(
    ({ level, why }) => `; level ${level.number}, ${level.target}, is skipped: ${why}`,
  );
  return `level ${told.number}, ${told.target} (${who}), unless somebody acknowledges${over.join('')}`;
}

async function directoryOf(read: Tables): Promise<Directory> {
  const enabled = async <K extends 'contact' | 'rotation' | 'channel'>(kind: K) =>
    (await read.resources.list(kind)).filter((one) => one.enabled).map(({ spec }) => spec);
  return {
    contacts: await enabled('contact'),
    rotations: await enabled('rotation'),
    channels: await enabled('channel'),
  };
}

function called({ name, order }: Recipient): string {
  return calledName(name, order[0]);
}

// Several incidents for one person in half a minute: the first page goes at once, the others are one page at the
// end of that time. The timer of a window holds what has gathered in it. Called inside a commit.
import { aboutAlert } from '../domain/about-alert.ts';
import type { Incident } from '../domain/incident.ts';
import { type Message, message } from '../domain/message.ts';
import { type Recipient, recipientNamed } from '../domain/on-call.ts';
import { calledName, calledVia } from '../domain/pager.ts';
import { severityMark } from '../domain/severity.ts';
import type { Tables } from '../store/tables.ts';
import { readDirectory } from './directory.ts';
import type { Engine } from './engine.ts';
import { heldBy } from './held.ts';
import { sendPage, waysOfPerson } from './page-post.ts';

/** What waits for the end of a window. */
interface Waiting {
  incidentId: number;
  why: string;
  /** Its pages were held back already: somebody asked for this one all the same. */
  asked?: boolean;
}

/** Nobody waits longer than this for a page because there was another one. */
export const WINDOW_MS = 30_000;
const LINES_SHOWN = 20;
const BUTTONS_SHOWN = 5;

export type PageOutcome =
  | { kind: 'sent'; postId: number }
  /** `until`: when it goes out. */
  | { kind: 'waits'; until: number }
  | { kind: 'told already' };

/** The page of one incident for one person: now, or with others in a moment. */
export async function pagePerson(
  tx: Tables,
  person: Recipient,
  incident: Incident,
  why: string,
  engine: Engine,
): Promise<PageOutcome> {
  const key = windowKey(person.name, incident);
  const open = await tx.jobs.findQueued(key);
  if (!open) return pageAtOnce(tx, person, incident, why, engine);
  const waiting = waitingIn(open.payload);
  if (waiting.some(({ incidentId }) => incidentId === incident.id)) return { kind: 'told already' };
  const asked = (await heldBy(tx, incident)) !== null;
  const payload = { contact: person.name, waiting: [...waiting, { incidentId: incident.id, why, asked }] };
  await tx.jobs.set('page-bundle', payload, { key, runAt: open.runAt, priority: 0 });
  return { kind: 'waits', until: open.runAt };
}

/** Whatever else they were paged for just now. */
export async function pageAtOnce(
  tx: Tables,
  person: Recipient,
  incident: Incident,
  why: string,
  engine: Engine,
): Promise<PageOutcome> {
  const { postId } = await send(tx, person, [{ incident, why }], engine);
  await openWindow(tx, person.name, windowKey(person.name, incident), engine);
  return { kind: 'sent', postId };
}

/** At the end of a window. Whoever has an incident by now is not told of it, and of one that is held back nobody is. */
export async function endWindow(tx: Tables, payload: Record<string, unknown>, engine: Engine): Promise<void> {
  const recipient = recipientNamed(String(payload.contact), await readDirectory(tx));
  const wanted: Told[] = [];
  for (const { incidentId, why, asked } of waitingIn(payload)) {
    const incident = await tx.incidents.find(incidentId);
    if (incident?.state !== 'open' || incident.ackedBy !== null) continue;
    const held = asked ? null : await heldBy(tx, incident);
    if (held === null) wanted.push({ incident, why });
    else
      await tx.timeline.add({
        incidentId,
        kind: 'system',
        text: `The page for ${String(payload.contact)} was not sent: ${held}`,
        data: { contact: payload.contact },
      });
  }
  const [first] = wanted;
  if (!recipient || !first) return;
  const { postId, channel } = await send(tx, recipient, wanted, engine);
  const others = wanted.length > 1 ? `, one page for ${wanted.length} incidents` : '';
  for (const { incident, why } of wanted)
    await tx.timeline.add({
      incidentId: incident.id,
      kind: 'paged',
      text: `Paged ${calledVia(recipient.name, channel)}${others}: ${why}`,
      data: { why, pages: [{ postId, contact: recipient.name, channel }], severity: incident.severity },
    });
  await openWindow(tx, recipient.name, windowKey(recipient.name, first.incident), engine);
}

interface Told {
  incident: Incident;
  why: string;
}

async function send(
  tx: Tables,
  person: Recipient,
  told: readonly Told[],
  engine: Engine,
): Promise<{ postId: number; channel: string }> {
  const [way] = await waysOfPerson(tx, person);
  const [only, ...more] = told;
  if (!only) throw new Error('a page for no incident');
  const called = calledName(person.name, way.channel);
  const page =
    more.length === 0
      ? { incidentId: only.incident.id, message: pageMessage(called, only, await aboutOf(tx, only)) }
      : {
          incidentId: null,
          bundle: told.map(({ incident }) => incident.id),
          message: bundleMessage(called, told),
        };
  const postId = await sendPage(tx, { contact: person.name, ...page }, way, engine);
  return { postId, channel: way.channel };
}

/** Where one opened meanwhile, its own end counts. */
async function openWindow(tx: Tables, contact: string, key: string, engine: Engine): Promise<void> {
  const runAt = engine.clock.now() + WINDOW_MS;
  await tx.jobs.add('page-bundle', { contact, waiting: [] }, { key, runAt, priority: 0 });
}

/** What is critical never waits for, or with, what is not. */
function windowKey(contact: string, { severity }: Incident): string {
  return `page-bundle:${severity === 'critical' ? 'critical' : 'other'}:${contact}`;
}

function waitingIn({ waiting }: Record<string, unknown>): readonly Waiting[] {
  return Array.isArray(waiting) ? (waiting as Waiting[]) : [];
}

async function aboutOf(tx: Tables, { incident }: Told): Promise<string[]> {
  const alert = await tx.alerts.firstFiring(incident.id);
  return alert ? aboutAlert(alert) : [];
}

function pageMessage(called: string, { incident, why }: Told, about: readonly string[]): Message {
  return message(
    `📟 ${called}: ${severityMark(incident.severity)} INCIDENT #${incident.id} — ${incident.title}`,
    {
      tone: 'critical',
      blocks: [
        ...about.map((text) => ({ type: 'text' as const, text })),
        { type: 'text', text: `${why.replace(/\.$/, '')}. Thread: ${incident.conversation}` },
        {
          type: 'buttons',
          buttons: [{ label: 'Acknowledge', command: `/ack ${incident.id}`, style: 'primary' }],
        },
      ],
    },
  );
}

function bundleMessage(called: string, told: readonly Told[]): Message {
  const numbers = told.slice(0, BUTTONS_SHOWN).map(({ incident }) => `#${incident.id}`);
  const left = told.length - numbers.length;
  const lines = told
    .slice(0, LINES_SHOWN)
    .map(
      ({ incident: { id, severity, title, conversation } }) =>
        `${severityMark(severity)} #${id} ${title}, in ${conversation}: /ack ${id}`,
    );
  if (told.length > LINES_SHOWN) lines.push(`and ${told.length - LINES_SHOWN} more: /status`);
  return message(
    `📟 ${called}: ${told.length} more incidents: ${numbers.join(', ')}${left > 0 ? ` and ${left} more` : ''}`,
    {
      tone: 'critical',
      blocks: [
        { type: 'section', heading: 'Each has its own thread and its own owner', lines },
        {
          type: 'buttons',
          buttons: told.slice(0, BUTTONS_SHOWN).map(({ incident: { id } }) => ({
            label: `Acknowledge #${id}`,
            command: `/ack ${id}`,
          })),
        },
      ],
    },
  );
}

// The header of an incident's thread, edited as the state changes.
import { descriptionBesideValue, placeOf } from '../about-alert.ts';
import { undoneCause, undoneWords } from '../after-change.ts';
import type { Alert } from '../alert.ts';
import { calledText } from '../called-rounds.ts';
import { formatDurationWords } from '../duration.ts';
import type { Incident } from '../incident.ts';
import { type Block, type Button, type Message, message, type Tone } from '../message.ts';
import { namingOwner } from '../named.ts';
import { clockTimeWithZone } from '../time.ts';
import { metricWords, valueText } from '../value-text.ts';

const PLACES_SHOWN = 3;
/** The thread has all of it. */
const RULED_OUT_SHOWN = 3;

export interface HeaderFacts {
  incident: Incident;
  alerts: readonly Alert[];
  zone: string;
}

export function headerCard({ incident, alerts, zone }: HeaderFacts): Message {
  const { context } = incident;
  const firing = alerts.filter(({ status }) => status === 'firing');
  const blocks: Block[] = [
    { type: 'text', text: standing(incident, alerts) },
    { type: 'fields', fields: headerFields(incident, alerts, zone) },
  ];
  const first = firing[0] ?? alerts[0];
  const description = first ? descriptionBesideValue(first) : '';
  if (description !== '') blocks.push({ type: 'text', text: description });
  if (incident.probableCause && incident.state === 'open') {
    const undone = undoneCause(incident.probableCause, context);
    // A sentence of its own, with its number: a cause may end with the next likeliest deploy, which was not undone.
    const since = undone ? `. #${undone.deploy} was undone at ${clockTimeWithZone(undone.at, zone)}` : '';
    blocks.push({ type: 'text', text: `🤔 Probable cause: ${incident.probableCause}${since}` });
  } else if (context.noCause && incident.state === 'open') {
    const not = (context.ruledOut ?? []).slice(0, RULED_OUT_SHOWN);
    const ruledOut = not.length === 0 ? '' : `. Ruled out: ${not.join('; ')}`;
    blocks.push({ type: 'text', text: `🤔 Probable cause: ${context.noCause}${ruledOut}` });
  }
  if (incident.state === 'open') {
    const acknowledge: Button = { label: 'Acknowledge', command: `/ack ${incident.id}`, style: 'primary' };
    const close: Button = { label: 'Close', command: `/incident close ${incident.id}` };
    // Above all that may be done about it: on a phone the first screen is what is read.
    blocks.push({ type: 'buttons', buttons: [incident.ackedBy === null ? acknowledge : close] });
  }
  if (context.actions.length > 0 && incident.state === 'open') {
    blocks.push({
      type: 'section',
      heading: '📋 Immediate actions:',
      lines: context.actions.map(({ command, why }) => `${command} — ${why}`),
      offers: context.actions.map(({ command }) => command),
    });
  }
  for (const name of context.silent)
    blocks.push({ type: 'text', text: `${name} did not answer; what it knows is missing here` });
  const called = calledText(context.called, zone);
  if (called !== null) blocks.push({ type: 'text', text: `👤 On-call: ${called}` });
  if (firing.length > 1) {
    blocks.push({
      type: 'section',
      heading: `${firing.length} alerts firing`,
      lines: firing.slice(0, 10).map(({ title }) => `• ${title}`),
    });
  }
  const links = [...alerts.flatMap((alert) => alert.links).slice(0, 5), ...(context.links ?? [])];
  if (links.length > 0)
    blocks.push({
      type: 'section',
      heading: 'Links',
      lines: links.map(({ text, href }) => `${text}: ${href}`),
    });
  const card = message(topic(incident), { tone: toneOf(incident), blocks });
  const isSaid = incident.state === 'open' && incident.mergedInto === null;
  return isSaid ? namingOwner(card, incident.ackedBy, incident.ackedByName) : card;
}

/**
 * The thread's first line, `🔴 [service] — [description]`: 🔴 nobody has it, 🟡 somebody has, ✅ over. Where no service
 * is known its number stands there, and it is in the second line either way.
 */
export function topic({
  id,
  title,
  service,
  state,
  ackedBy,
}: Pick<Incident, 'id' | 'title' | 'service' | 'state' | 'ackedBy'>): string {
  const mark = state === 'resolved' ? '✅' : ackedBy === null ? '🔴' : '🟡';
  if (service === null) return `${mark} INCIDENT #${id} — ${title}`;
  const rest = title.startsWith(service) ? title.slice(service.length) : '';
  // "shop error rate critical" names it already; "shop-db is down" names another one.
  const description = /^[\s:—]+(?:is )?(\S.*)$/u.exec(rest)?.[1] ?? title;
  return `${mark} ${service} — ${description}`;
}

function toneOf({ state, ackedBy, severity }: Incident): Tone {
  return state === 'resolved' ? 'ok' : ackedBy === null ? severity : 'warning';
}

/** `INCIDENT #43 · critical · 2 of 3 alerts firing`; of one that is over how long it took. */
function standing(incident: Incident, alerts: readonly Alert[]): string {
  const { id, severity, state, startedAt, resolvedAt } = incident;
  const firing = alerts.filter(({ status }) => status === 'firing').length;
  const all = alerts.length === 1 ? '1 alert' : `${alerts.length} alerts`;
  const fires = firing === alerts.length ? `${all} firing` : `${firing} of ${all} firing`;
  const counts = alerts.length === 0 ? [] : [firing === 0 ? `${all}, all clear` : fires];
  const took =
    state === 'resolved' && resolvedAt !== null
      ? [`took ${formatDurationWords(Math.max(0, resolvedAt - startedAt))}`]
      : [];
  return [`INCIDENT #${id}`, severity, ...counts, ...took].join(' · ');
}

function headerFields(
  incident: Incident,
  alerts: readonly Alert[],
  zone: string,
): { label: string; value: string }[] {
  const { context } = incident;
  const measures = alerts.filter(({ value }) => value !== null);
  const measured = measures.find(({ status }) => status === 'firing') ?? measures[0];
  const fields = [{ label: 'State', value: stateWords(incident, zone) }];
  if (measured && measured.value !== null) {
    const name = measured.labels.metric ?? measured.labels.alertname ?? 'Value';
    const text = (value: number) => valueText(value, measured.unit ?? '');
    const limit = measured.threshold === null ? '' : ` (threshold: ${text(measured.threshold)})`;
    // What it was told with: beside "all clear" it would read as what it is now.
    const clear =
      measured.clearedAt === null ? '' : `, clear since ${clockTimeWithZone(measured.clearedAt, zone)}`;
    fields.push({ label: `📊 ${metricWords(name)}`, value: `${text(measured.value)}${limit}${clear}` });
  }
  const places = [...new Set(alerts.flatMap((alert) => placeOf(alert) ?? []))];
  if (places.length > 0) fields.push({ label: '📍 Where', value: placesText(places) });
  fields.push({ label: '🕐 Started', value: clockTimeWithZone(incident.startedAt, zone) });
  if (context.lastDeploy) {
    const undone = context.undone?.findLast(({ deploy }) => context.lastDeploy?.startsWith(`#${deploy} `));
    fields.push({ label: '🔄 Last deploy', value: `${context.lastDeploy}${undoneWords(undone, zone)}` });
  }
  return fields;
}

function placesText(places: readonly string[]): string {
  const left = places.length - PLACES_SHOWN;
  return `${places.slice(0, PLACES_SHOWN).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

function stateWords(incident: Incident, zone: string): string {
  if (incident.mergedInto !== null) return `merged into #${incident.mergedInto}`;
  if (incident.state === 'resolved' && incident.resolvedAt !== null)
    return `resolved at ${clockTimeWithZone(incident.resolvedAt, zone)}`;
  if (incident.ackedBy !== null) return `acknowledged by ${incident.ackedByName}`;
  // That the first level is told is said in the thread at the same moment.
  const told = incident.level > 1 ? `, level ${incident.level} is told` : '';
  const waits = incident.inhibitedBy === null ? '' : `, pages wait for #${incident.inhibitedBy}`;
  return `open, nobody has acknowledged${told}${waits}`;
}

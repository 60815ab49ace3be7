// What Grafana adds to an alert in Alertmanager's shape: measured values, and links to dashboard, panel and silence.
import type { IncomingAlert } from '../../domain/alert.ts';
import { addLink, addNote, cleanLine, isObject, own, scalarText, strictNumber } from './clean.ts';
import { shortHash, timedKey } from './identity.ts';

const LINKS = [
  ['dashboardURL', 'Dashboard'],
  ['panelURL', 'Panel'],
  ['silenceURL', 'Silence it in Grafana'],
  ['imageURL', 'Picture'],
] as const;
const VALUES_MAX = 20;

/** Every Grafana body says its organisation; Alertmanager's never does. */
export function isGrafana(head: ReadonlyMap<string, unknown>): boolean {
  return head.has('orgId');
}

/** One element of `alerts`, read as Alertmanager's already. */
export function withGrafana(alert: IncomingAlert, item: Record<string, unknown>): IncomingAlert {
  const notes = { list: [...alert.notes] };
  const values = valuesOf(own(item, 'values'));
  const links = alert.links
    .filter(({ text }) => text !== 'Alertmanager')
    .map((link) => (link.text === 'Graph' ? { ...link, text: 'Alert rule' } : link));
  for (const [name, text] of LINKS) {
    const href = scalarText(own(item, name));
    if (href && !links.some((link) => link.href === href)) addLink(links, href, text, notes);
  }
  if (values.length > VALUES_MAX) addNote(notes, `${values.length - VALUES_MAX} more values were left out`);
  const shown = values.slice(0, VALUES_MAX).map(({ name, text }) => `${name} = ${text}`);
  // Of several nobody knows which the rule was about.
  const only = values.length === 1 ? (values[0]?.value ?? null) : null;
  return {
    ...alert,
    // What was measured is news, though the rest is as it was.
    deliveryKey: timedKey(
      alert.startsAt ?? 0,
      shortHash(alert.deliveryKey, JSON.stringify(own(item, 'values') ?? null)),
    ),
    description: [alert.description, shown.join(', ')].filter((part) => part !== '').join('\n'),
    links,
    value: alert.value ?? only,
    notes: notes.list,
  };
}

/** `{"B": 44.2, "C": 1}`; null stands for no data. */
function valuesOf(raw: unknown): { name: string; text: string; value: number | null }[] {
  if (!isObject(raw)) return [];
  return Object.entries(raw).map(([rawName, item]) => {
    const name = cleanLine(rawName, 40, 'name of a value', { list: [] }) || '?';
    const value = strictNumber(item)?.value ?? null;
    return { name, value, text: value === null ? 'no data' : String(value) };
  });
}

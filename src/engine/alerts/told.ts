// What a source says of an alert that stays as it is: somebody has it there, or a word for the record.

import type { Alert, IncomingAlert } from '../../domain/alert.ts';
import { DEFAULT_ACK_MS } from '../../domain/built-in.ts';
import type { Incident } from '../../domain/incident.ts';
import { principalKey } from '../../domain/principal.ts';
import { momentText } from '../../domain/time.ts';
import type { Tables } from '../../store/tables.ts';
import { giveTo } from '../acknowledgement.ts';
import { channelZone } from '../channel-zone.ts';
import type { Engine } from '../engine.ts';
import { refreshHeader } from '../incident-state.ts';
import { tellThread } from '../thread-of.ts';

/** Of an alert that fires. Without an incident there is nobody to call off and nothing to write in. */
export async function takeWord(
  tx: Tables,
  before: Alert,
  { acknowledged, remark }: IncomingAlert,
  engine: Engine,
): Promise<void> {
  const incident = before.incidentId === null ? null : await tx.incidents.find(before.incidentId);
  if (before.status !== 'firing' || incident?.state !== 'open') return;
  const text = acknowledged ? await acknowledge(tx, before, incident, engine) : remark;
  if (text !== undefined)
    await tx.timeline.add({
      incidentId: incident.id,
      kind: acknowledged ? 'acknowledged' : 'note',
      actor: sourceKey(before.source),
      text: `${before.source}: ${text}`,
    });
}

/**
 * It stops the escalation for as long as an /ack does, and only where the whole incident is that source's: what
 * another one found still wakes people. Whoever has it already keeps it. Gives what to write down.
 */
async function acknowledge(tx: Tables, alert: Alert, incident: Incident, engine: Engine): Promise<string> {
  const said = `"${alert.title}" was acknowledged there`;
  if (incident.ackedBy !== null && incident.ackedBy !== sourceKey(alert.source))
    return `${said}; it stays with ${incident.ackedByName}`;
  const others = (await tx.alerts.ofIncident(incident.id)).filter(
    ({ source, status }) => source !== alert.source && status === 'firing',
  );
  const [other] = others;
  if (other) return `${said}; ${other.source} still fires, so the escalation goes on`;
  const owner = { key: sourceKey(alert.source), name: alert.source, forMs: DEFAULT_ACK_MS };
  const endsAt = await giveTo(tx, incident, owner, engine);
  const until = momentText(endsAt, engine.clock.now(), await channelZone(incident.channel, tx, engine));
  refreshHeader(tx, incident.id, engine);
  await tellThread(
    tx,
    incident,
    `${alert.source}: ${said}. Escalation stopped. It runs until ${until}; /ack makes it yours.`,
  );
  return said;
}

/** No session has this platform, so nobody can speak for it. */
function sourceKey(name: string): string {
  return principalKey({ platform: 'source', workspace: '', userId: name, displayName: name });
}

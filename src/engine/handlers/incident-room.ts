// Opens an incident's own conversation, brings people in, and archives it. Each may be done again after a crash.

import { headerCard, topic } from '../../domain/cards/incident-card.ts';
import type { ChannelAdapter, ChannelRooms } from '../../domain/channel.ts';
import type { Incident } from '../../domain/incident.ts';
import { message } from '../../domain/message.ts';
import { namingRoom } from '../../domain/named.ts';
import { channelZone } from '../channel-zone.ts';
import type { Commit, Engine, Handler, Run } from '../engine.ts';
import { nothing } from '../engine.ts';
import { endRoom, followTopic, inviteToRoom, type RoomWork, responders, roomName } from '../incident-room.ts';
import { whyNotDone } from '../repeatable-call.ts';
import { tellThread } from '../thread-of.ts';

/** Several calls, and a list of all conversations at worst. */
const DEADLINE_MS = 60_000;

interface Work {
  incident: Incident;
  channel: ChannelAdapter;
  rooms: ChannelRooms;
  engine: Engine;
  run: Run;
}

export const incidentRoom: Handler = async (run, engine) => {
  const { incidentId, what } = run.job.payload as { incidentId: number; what: RoomWork };
  const incident = await engine.store.read.incidents.find(incidentId);
  const channel = engine.adapters().channels.find(({ name }) => name === incident?.channel);
  if (!incident || !channel) return nothing;
  if (!channel.rooms)
    return async (tx) => {
      const text = `No channel of its own: ${channel.name} has none to give`;
      if (what === 'open') await tx.timeline.add({ incidentId, kind: 'system', text });
    };
  const work = { incident, channel, rooms: channel.rooms, engine, run };
  switch (what) {
    case 'open':
      return open(work);
    case 'invite':
      return invite(work);
    case 'topic':
      return retitle(work);
    case 'archive':
      return archive(work);
    default:
      return what satisfies never;
  }
};

/** Which route wanted it; none where it is opened again. */
function routeOf({ job }: Run): { route?: string } {
  const { route } = job.payload as { route?: string };
  return route === undefined ? {} : { route };
}

async function open({ incident, rooms, engine, run }: Work): Promise<Commit> {
  if (incident.state !== 'open') return nothing;
  const { room: before } = incident.context;
  if (before && !before.archived) return nothing;
  const wanted = {
    name: roomName(incident),
    // Two installations may well have an incident of the same number.
    mark: `openclaw-incident-${incident.id}-${incident.openedAt}`,
    topic: topic(incident),
  };
  let conversation = '';
  const why = await whyNotDone(
    run,
    engine,
    async (signal) => {
      ({ conversation } = await rooms.open(wanted, { signal }));
    },
    DEADLINE_MS,
  );
  return async (tx) => {
    const now = await tx.incidents.find(incident.id);
    if (!now) return;
    if (why !== null) {
      engine.log({ level: 'warn', event: 'incident-room-failed', incident: now.id, error: why });
      const what = before ? `${before.conversation} stays archived` : 'No channel of its own';
      return tellThread(tx, now, `${what}: ${why}. Everything goes on in this thread.`);
    }
    const alerts = await tx.alerts.ofIncident(now.id);
    const postId =
      before?.postId ??
      (await tx.posts.add({
        channel: now.channel,
        conversation,
        incidentId: now.id,
        threadPostId: null,
        lane: 'thread',
        message: headerCard({ incident: now, alerts, zone: await channelZone(now.channel, tx, engine) }),
      }));
    const changed = await tx.incidents.update(now.id, {
      context: { ...now.context, room: { conversation, postId, topic: wanted.topic } },
    });
    const text = `${conversation} is open again`;
    await tx.timeline.add({
      incidentId: now.id,
      kind: 'system',
      text: before ? text : `${conversation} was opened for it`,
      data: { room: conversation, ...routeOf(run) },
    });
    await tellThread(
      tx,
      now,
      namingRoom(
        message(before ? `${text}.` : `Its own channel: ${conversation}. The record stays here.`),
        conversation,
      ),
    );
    await inviteToRoom(tx, now.id);
    // It ended while the room was being made.
    if (now.state !== 'open') await endRoom(tx, changed, engine);
  };
}

async function invite({ incident, channel, rooms, engine, run }: Work): Promise<Commit> {
  const { room } = incident.context;
  if (!room || room.archived) return nothing;
  const { read } = engine.store;
  const contacts = (await read.resources.list('contact')).filter(({ enabled }) => enabled);
  const ids = responders(
    incident,
    await read.timeline.ofIncident(incident.id),
    channel,
    contacts.map(({ spec }) => spec),
  );
  const why = await whyNotDone(
    run,
    engine,
    (signal) => rooms.invite(room.conversation, ids, { signal }),
    DEADLINE_MS,
  );
  if (why !== null) engine.log({ level: 'warn', event: 'invite-failed', incident: incident.id, error: why });
  return nothing;
}

async function retitle({ incident, rooms, engine, run }: Work): Promise<Commit> {
  const { room } = incident.context;
  const wanted = topic(incident);
  if (!room || room.archived) return nothing;
  const why = await whyNotDone(run, engine, (signal) =>
    rooms.setTopic(room.conversation, wanted, { signal }),
  );
  if (why !== null) {
    engine.log({ level: 'warn', event: 'topic-failed', incident: incident.id, error: why });
    return nothing;
  }
  return async (tx) => {
    const now = await tx.incidents.find(incident.id);
    if (!now?.context.room) return;
    const changed = await tx.incidents.update(now.id, {
      context: { ...now.context, room: { ...now.context.room, topic: wanted } },
    });
    // It went on while Slack was told.
    await followTopic(tx, changed, topic(changed));
  };
}

async function archive({ incident, rooms, engine, run }: Work): Promise<Commit> {
  const { room } = incident.context;
  if (!room || room.archived || incident.state === 'open') return nothing;
  const why = await whyNotDone(run, engine, (signal) => rooms.archive(room.conversation, { signal }));
  if (why !== null) {
    engine.log({ level: 'warn', event: 'archive-failed', incident: incident.id, error: why });
    return nothing;
  }
  return async (tx) => {
    const now = await tx.incidents.find(incident.id);
    if (!now?.context.room) return;
    const archived = { ...now.context.room, archived: true as const };
    await tx.incidents.update(now.id, { context: { ...now.context, room: archived } });
    await tx.timeline.add({
      incidentId: now.id,
      kind: 'system',
      text: `${room.conversation} was archived`,
      data: { room: room.conversation },
    });
  };
}

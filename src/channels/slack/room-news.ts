// What Slack tells of rooms: one that has another name now, is archived, or is open again. Pure.
// https://docs.slack.dev/reference/events/channel_rename, channel_archive, channel_unarchive, and group_... of each
import { fieldsOf, isFields, textOf } from '../../domain/fields.ts';

export type RoomNews =
  | { kind: 'renamed'; team: string; id: string; name: string }
  /** `by`: Slack's id of who did it. */
  | { kind: 'archived'; team: string; id: string; by: string }
  | { kind: 'unarchived'; team: string; id: string };

const ENDS: Readonly<Record<string, 'archived' | 'unarchived' | undefined>> = {
  channel_archive: 'archived',
  group_archive: 'archived',
  channel_unarchive: 'unarchived',
  group_unarchive: 'unarchived',
};

/** Null: it tells of no room. */
export function roomNewsIn(type: string, body: unknown): RoomNews | null {
  if (type !== 'events_api' || !isFields(body)) return null;
  const { type: what, channel, user } = fieldsOf(body.event);
  const team = textOf(body.team_id);
  if (what === 'channel_rename' || what === 'group_rename') {
    const { id, name } = fieldsOf(channel);
    const found = { id: textOf(id), name: textOf(name) };
    return found.id === '' || found.name === '' ? null : { kind: 'renamed', team, ...found };
  }
  const kind = ENDS[textOf(what)];
  if (kind === undefined || textOf(channel) === '') return null;
  const id = textOf(channel);
  return kind === 'archived' ? { kind, team, id, by: textOf(user) } : { kind, team, id };
}

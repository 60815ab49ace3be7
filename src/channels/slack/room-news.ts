// What Slack tells of rooms: one that has another name now, or is archived. Pure.
// https://docs.slack.dev/reference/events/channel_rename, group_rename, channel_archive, group_archive
import { fieldsOf, isFields, textOf } from '../../domain/fields.ts';

export type RoomNews =
  | { kind: 'renamed'; team: string; id: string; name: string }
  /** `by`: Slack's id of who did it. */
  | { kind: 'archived'; team: string; id: string; by: string };

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
  if (what === 'channel_archive' || what === 'group_archive')
    return textOf(channel) === '' ? null : { kind: 'archived', team, id: textOf(channel), by: textOf(user) };
  return null;
}

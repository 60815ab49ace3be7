// Which incident a typed line is about.
import type { Post } from '../../domain/channel.ts';
import type { Incident } from '../../domain/incident.ts';

export interface Focus {
  room: string;
  incidentId: number | null;
}

/**
 * The focus after a post was seen. A new incident's thread takes it where none is focused; the end of the
 * focused one releases it. `isNew`: the post was not seen before; an edit or a later post of the thread takes
 * nothing, so `/focus none` holds.
 */
export function focusAfterPost(
  focus: Focus,
  seen: {
    post: Pick<Post, 'id' | 'conversation' | 'threadPostId'>;
    isNew: boolean;
    incident: Pick<Incident, 'id' | 'state' | 'conversation' | 'headerPostId'> | null;
  },
): Focus {
  const { post, incident } = seen;
  if (!incident) return focus;
  if (incident.state === 'resolved') {
    return focus.incidentId === incident.id ? { room: focus.room, incidentId: null } : focus;
  }
  const opensThread =
    seen.isNew &&
    post.threadPostId === null &&
    post.conversation === incident.conversation &&
    (incident.headerPostId === null || incident.headerPostId === post.id);
  if (focus.incidentId !== null || !opensThread) return focus;
  return { room: post.conversation, incidentId: incident.id };
}

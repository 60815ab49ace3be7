// What becomes of the rooms we post to while we run, told before somebody misses a message there.
import type { SlackCall } from './calls.ts';
import { listRooms, type Room, roomOf } from './check-rooms.ts';
import type { RoomNews } from './room-news.ts';
import { RENAMED, refusalOf, type Troubles } from './troubles.ts';

export interface RoomWatch {
  /** Errors: ToolError where Slack does not answer. */
  heard(news: RoomNews): Promise<void>;
  /** Whether what was told of a room is over. Errors: ToolError. */
  isOver(about: string): Promise<boolean>;
}

export interface RoomWatchOptions {
  call: SlackCall;
  /** Our own bot user: what it archives is meant to be. */
  self: string;
  troubles: Troubles;
  /** Those that are posted to, by their names. */
  rooms(): Promise<readonly string[]>;
}

export function watchRooms({ call, self, troubles, rooms }: RoomWatchOptions): RoomWatch {
  async function infoOf(id: string): Promise<Room> {
    const { channel } = await call('conversations.info', { channel: id });
    return roomOf((channel ?? {}) as Parameters<typeof roomOf>[0]);
  }

  /** Of an open one that we are not in, that is its trouble from now on. */
  async function mayPost({ archived, member }: Room, room: string): Promise<boolean> {
    if (archived) return false;
    if (!member) troubles.ofRoom(room, refusalOf(room, 'not_in_channel'));
    return member;
  }

  return {
    async heard(news) {
      const inUse = await rooms();
      if (news.kind === 'archived') {
        if (news.by === self) return;
        const name = `#${(await infoOf(news.id)).name}`;
        for (const room of inUse.filter((each) => each === name || each === news.id))
          troubles.ofRoom(room, refusalOf(room, 'is_archived'));
        return;
      }
      if (news.kind === 'unarchived') {
        const found = await infoOf(news.id);
        for (const room of inUse.filter((each) => each === `#${found.name}` || each === news.id))
          if (await mayPost(found, room)) troubles.over(room);
        return;
      }
      const { before } = await infoOf(news.id);
      const now = `#${news.name}`;
      for (const room of inUse) {
        if (room === now) troubles.over(`${RENAMED}${room}`);
        else if (before.some((name) => `#${name}` === room)) troubles.ofRenamed(room, now);
      }
    },
    async isOver(about) {
      const room = about.startsWith(RENAMED) ? about.slice(RENAMED.length) : about;
      if (/^[#CG]/.test(room) && !(await rooms()).includes(room)) return true;
      if (!about.startsWith(RENAMED)) return false;
      return (await listRooms(call)).some(({ name, archived }) => !archived && `#${name}` === room);
    },
  };
}

// The message a button was pressed on, as it stands now: an app that has not heard of an edit still shows what was there.
import type { ChatEvent } from '../domain/chat.ts';
import type { Tables } from '../store/tables.ts';

/** The post whose button was pressed and is gone by now; null: it was typed, or the button is there still. */
export async function pressedInVain(
  tx: Pick<Tables, 'posts'>,
  { channel, pressed, text }: Pick<ChatEvent, 'channel' | 'pressed' | 'text'>,
): Promise<number | null> {
  const post = pressed?.remoteId ? await tx.posts.findRemote(channel, pressed.remoteId) : null;
  if (!post || post.message.onlyTo !== undefined) return null;
  const buttons = post.message.blocks.flatMap((block) => (block.type === 'buttons' ? block.buttons : []));
  const isThere = buttons.some(
    ({ command }) => `${text} `.startsWith(`${command} `) || `${command} `.startsWith(`${text} `),
  );
  return isThere ? null : post.id;
}

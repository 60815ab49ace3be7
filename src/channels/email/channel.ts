// Pages by e-mail. A pager only: what stands in a thread is not for an inbox.
import type { ConnectionOptions } from 'node:tls';
import type { ChannelAdapter } from '../../domain/channel.ts';
import { ToolError } from '../../domain/errors.ts';
import { isMailAddress, type MailSettings } from '../../domain/pager-settings.ts';
import { composeMail, messageId } from './mail.ts';
import { deliver } from './smtp.ts';

export interface EmailOptions {
  name: string;
  settings: MailSettings;
  password: string | null;
  /** Certificates to trust beside the system's. */
  ca?: ConnectionOptions['ca'];
}

export function createEmailChannel({ name, settings, password, ca }: EmailOptions): ChannelAdapter {
  const { from } = settings;
  return {
    name,
    type: 'email',
    async send(post, { signal }) {
      const to = post.conversation;
      if (!isMailAddress(to)) throw new ToolError('failed', `${to} is no e-mail address`);
      const mail = await composeMail(post, { from, to });
      await deliver({ settings, password, to, mail, signal, ...(ca ? { ca } : {}) });
      return { remoteId: messageId(post.eventId, from) };
    },
    close: async () => undefined,
  };
}

// Pages as signed JSON to a URL of the team's own. The schema stands in the README; its version grows with it.
import { createHmac } from 'node:crypto';
import type { ChannelAdapter, OutgoingPost } from '../../domain/channel.ts';
import type { Clock } from '../../domain/clock.ts';
import { plainText } from '../../domain/message.ts';
import { safeMessage } from '../../domain/text/safe-message.ts';
import { judgeAnswer, postJson } from '../post-json.ts';

export interface WebhookOptions {
  name: string;
  url: URL;
  /** Key of the signature. */
  signing: string;
  clock: Clock;
}

const VERSION = 1;

export function createWebhookChannel({ name, url, signing, clock }: WebhookOptions): ChannelAdapter {
  return {
    name,
    type: 'webhook',
    async send(post, { signal }) {
      const body = JSON.stringify(bodyOf(post));
      const at = Math.floor(clock.now() / 1000);
      const headers = {
        'idempotency-key': post.eventId,
        // The form of the signatures we take in ourselves: over the time, a dot and the body.
        'x-openclaw-signature': `t=${at},v1=${createHmac('sha256', signing).update(`${at}.${body}`).digest('hex')}`,
      };
      judgeAnswer(await postJson(url, body, signal, { headers }));
      return { remoteId: `${name}:${post.eventId}` };
    },
    close: async () => undefined,
  };
}

function bodyOf({ eventId, conversation, message: given, possibleRepeat }: OutgoingPost) {
  const message = safeMessage(given);
  return {
    version: VERSION,
    type: 'page',
    id: eventId,
    to: conversation,
    title: message.title,
    text: plainText(message),
    actions: message.blocks.flatMap((block) =>
      block.type === 'buttons' ? block.buttons.map(({ label, command }) => ({ label, command })) : [],
    ),
    possibleRepeat,
  };
}

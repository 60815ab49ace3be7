// Requests of Slack's HTTP mode, as Slack signs them: https://docs.slack.dev/authentication/verifying-requests-from-slack
// Ours; test/channels/slack/hook.test.ts has them checked by Bolt.
import { createHmac } from 'node:crypto';

export interface SlackRequest {
  body: string | Buffer;
  headers: Record<string, string>;
}

/** `now` in ms. */
export function signed(
  body: string | Buffer,
  type: string,
  { secret, now }: { secret: string; now: number },
): SlackRequest {
  const time = String(Math.floor(now / 1000));
  const hex = createHmac('sha256', secret).update(`v0:${time}:`).update(body).digest('hex');
  return {
    body,
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': time,
      'x-slack-signature': `v0=${hex}`,
    },
  };
}

type By = { secret: string; now: number };
const FORM = 'application/x-www-form-urlencoded';

export const signedEvent = (body: Record<string, unknown>, by: By) =>
  signed(JSON.stringify(body), 'application/json', by);

export const signedCommand = (fields: Record<string, string>, by: By) =>
  signed(new URLSearchParams(fields).toString(), FORM, by);

export const signedClick = (payload: Record<string, unknown>, by: By) =>
  signed(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), FORM, by);

export function send(url: string, { body, headers }: SlackRequest): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

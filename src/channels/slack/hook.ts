// Slack's HTTP mode: events, slash commands and clicks come as signed requests to one address of ours.
// https://docs.slack.dev/apis/events-api/using-http-request-urls, /interactivity/handling-user-interaction
import type { ChannelHook, HookAnswer, HookHeaders } from '../../domain/channel-hook.ts';
import type { Clock } from '../../domain/clock.ts';
import { type Fields, isFields } from '../../domain/fields.ts';
import { MISFIT, whyNotSigned } from './signature.ts';
import type { Envelope, EnvelopeReply } from './socket.ts';

export interface SlackHookOptions {
  /** Several while one is replaced. */
  signingSecrets: readonly string[];
  clock: Clock;
  /** Whether the signature of a request that has one fits. */
  onSigned(fits: boolean): void;
  /** Resolves once it is on the disk, with what Slack shows at once if there is something. */
  onEnvelope(envelope: Envelope): Promise<EnvelopeReply>;
}

/** A click carries the message it was made on; ours are far shorter. */
const MAX_BYTES = 1024 * 1024;

const FORM = 'application/x-www-form-urlencoded';
const TAKEN: HookAnswer = { status: 200, body: null };

export function slackHook({ signingSecrets, clock, onSigned, onEnvelope }: SlackHookOptions): ChannelHook {
  return {
    maxBytes: MAX_BYTES,
    // Slack looks at our certificate now and then, without a signature; it is told no more than that somebody is here.
    refuse(raw, headers) {
      if (isCertificateCheck(raw, headers)) return null;
      const why = whyNotSigned(raw, headers, signingSecrets, clock.now());
      if (why === null || why === MISFIT) onSigned(why === null);
      return why;
    },
    async take(raw, headers) {
      const request = requestIn(raw, headers);
      if (request === null)
        return { status: 400, body: { ok: false, error: 'this is none of Slack’s bodies' } };
      if ('answer' in request) return request.answer;
      const reply = await onEnvelope(request);
      return reply === undefined ? TAKEN : { status: 200, body: reply };
    },
  };
}

/** As the socket would have brought it; `answer`: it asks for no more than that. Null: it cannot be read. */
export function requestIn(raw: Uint8Array, headers: HookHeaders): Envelope | { answer: HookAnswer } | null {
  const text = Buffer.from(raw).toString('utf8');
  if (isCertificateCheck(raw, headers)) return { answer: TAKEN };
  const type = contentType(headers);
  if (type === FORM) return formIn(new URLSearchParams(text));
  if (type !== 'application/json') return null;
  const body = parsed(text);
  if (body === null) return null;
  if (body.type === 'url_verification')
    return typeof body.challenge === 'string'
      ? { answer: { status: 200, body: { challenge: body.challenge } } }
      : null;
  return { type: 'events_api', body };
}

function isCertificateCheck(raw: Uint8Array, headers: HookHeaders): boolean {
  return (
    contentType(headers) === FORM &&
    new URLSearchParams(Buffer.from(raw).toString('utf8')).get('ssl_check') === '1'
  );
}

function contentType(headers: HookHeaders): string {
  const [type = ''] = String(headers['content-type'] ?? '').split(';', 1);
  return type.trim().toLowerCase();
}

function formIn(form: URLSearchParams): Envelope | null {
  const payload = form.get('payload');
  if (payload === null) return { type: 'slash_commands', body: Object.fromEntries(form) };
  const body = parsed(payload);
  return body === null ? null : { type: 'interactive', body };
}

function parsed(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

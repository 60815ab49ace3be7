// Webhooks v3 of PagerDuty: what people do there with incidents of ours.
// Ref: `PagerDuty/developer-docs` `docs/webhooks/04-Signatures.md`: `X-PagerDuty-Signature: v1=<hex>,v1=<hex>`, the
// HMAC-SHA256 of the body as it came, one for each secret; any that fits is enough.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ChannelHook, HookAnswer } from '../../domain/channel-hook.ts';
import { type PagerNews, readPagerNews } from '../../domain/pager-news.ts';

export interface PagerdutyHookOptions {
  /** Of the channel. */
  name: string;
  /** Several while one takes over from another. None: everything is refused. */
  secrets: readonly string[];
  /** Resolves once it is on the disk. */
  hear(news: PagerNews): Promise<void>;
}

/** They are up to 55 KB, and larger with long custom fields. */
const MAX_BYTES = 1024 * 1024;
const SIGNATURES_MAX = 16;
/** Three answers of another sort, and PagerDuty turns the webhook off for a day. */
const TAKEN: HookAnswer = { status: 202, body: { ok: true } };

export function pagerdutyHook({ name, secrets, hear }: PagerdutyHookOptions): ChannelHook {
  return {
    maxBytes: MAX_BYTES,
    refuse(raw, headers) {
      const header = headers['x-pagerduty-signature'];
      if (typeof header !== 'string') return 'it has no signature of PagerDuty';
      if (secrets.length === 0)
        return `there is no secret to check it by: openclaw channel edit ${JSON.stringify(name)} --secret webhook=env:NAME`;
      return isSigned(raw, header, secrets) ? null : 'its signature fits none of the secrets';
    },
    async take(raw) {
      const news = readPagerNews(parsed(raw), name);
      // Of other people's incidents, and of what we do not understand, there is nothing to keep.
      if (news !== null) await hear(news);
      return TAKEN;
    },
  };
}

/** All are looked at, also after a match. */
function isSigned(raw: Uint8Array, header: string, secrets: readonly string[]): boolean {
  const expected = secrets.map((secret) => createHmac('sha256', secret).update(raw).digest());
  let matches = false;
  for (const one of header.split(',', SIGNATURES_MAX)) {
    const hex = /^v1=([0-9a-f]{64})$/i.exec(one.trim())?.[1];
    if (hex === undefined) continue;
    const given = Buffer.from(hex, 'hex');
    for (const each of expected) if (timingSafeEqual(given, each)) matches = true;
  }
  return matches;
}

function parsed(raw: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(raw).toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

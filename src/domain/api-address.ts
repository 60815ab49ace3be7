// Where a system's API is and what is shown to get in, as `source add` is told it. Errors: UserError 'usage'.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { isLoopback } from './loopback.ts';

/** Secrets with such names are ours to read the other side with; the others let its alerts in to us. */
const API_SECRET = /^api-/;
/** Types that are read with one secret and send us alerts with another. */
const BOTH_WAYS: ReadonlySet<string> = new Set(['prometheus', 'grafana']);

/** They send us nothing, so their secrets are all for asking them. */
const NO_WEBHOOK: ReadonlySet<string> = new Set(['github', 'aws']);

/** Whether a secret of a source opens its webhook. */
export function opensWebhook(type: string, secretName: string): boolean {
  if (NO_WEBHOOK.has(type)) return false;
  return !(BOTH_WAYS.has(type) && API_SECRET.test(secretName));
}

export interface ApiAddress {
  /** Ends without a slash. */
  base: string;
  /** For people. */
  host: string;
}

/**
 * `url` and `cleartext` of the settings. Null: no `url`, so it is not read. A credential over plain http is refused
 * outside of this machine, unless the operator says that the way there is theirs alone.
 */
export function parseApiAddress(
  settings: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
  example: string,
): ApiAddress | null {
  const text = settings.url?.trim() ?? '';
  if (text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw usageError(`${quoted(text)} is no http:// or https:// address`, `--set url=${example}`);
  if (url.username !== '' || url.password !== '')
    throw usageError(
      'a name or password in the address is shown wherever the address is',
      '--set user=NAME --secret api-password=env:NAME',
    );
  if (url.search !== '' || url.hash !== '')
    throw usageError(`${quoted(text)} has more than a path behind the host`, `--set url=${example}`);
  const { cleartext } = settings;
  if (cleartext !== undefined && cleartext !== 'yes' && cleartext !== 'no')
    throw usageError(`cleartext is yes or no, not ${quoted(cleartext)}`, '--set cleartext=yes');
  const credential = Object.keys(secrets).find((name) => API_SECRET.test(name));
  if (
    credential !== undefined &&
    url.protocol === 'http:' &&
    cleartext !== 'yes' &&
    !isLoopback(url.hostname)
  )
    throw usageError(
      `${credential} could be read on the way to ${url.host}`,
      '--set url=https://..., or, where that way is yours alone: --set cleartext=yes',
    );
  return { base: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, host: url.host };
}

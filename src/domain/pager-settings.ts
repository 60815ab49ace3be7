// What `channel add --type email` and `--type webhook` are told, checked when they are added. Errors: UserError 'usage'.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { isLoopback } from './loopback.ts';

export const MAIL_TLS = ['starttls', 'implicit', 'none'] as const;

export interface MailSettings {
  host: string;
  port: number;
  /** `starttls`: refused by us where the server does not offer it. */
  tls: (typeof MAIL_TLS)[number];
  from: string;
  user: string | undefined;
}

type Given = Readonly<Record<string, string>>;

const PORTS: Record<MailSettings['tls'], number> = { starttls: 587, implicit: 465, none: 25 };
const MAIL_EXAMPLE =
  '--set host=smtp.example.org --set from=ops@example.org --set user=ops --secret password=env:SMTP_PASSWORD';

export function parseMailSettings(settings: Given, secrets: Given): MailSettings {
  onlyKnown(settings, ['host', 'port', 'from', 'tls', 'user', 'to'], 'an email channel');
  const { host = '', from = '', user } = settings;
  if (!/^[\w.:-]{1,253}$/.test(host))
    throw usageError(
      host === '' ? 'an email channel needs the mail server' : `${quoted(host)} is no host name`,
      MAIL_EXAMPLE,
    );
  if (!isMailAddress(from))
    throw usageError(
      from === '' ? 'an email channel needs an address to send from' : `${quoted(from)} is no address`,
      '--set from=ops@example.org',
    );
  if (settings.to !== undefined && !isMailAddress(settings.to))
    throw usageError(`${quoted(settings.to)} is no address to page`, '--set to=oncall@example.org');
  const tls = MAIL_TLS.find((each) => each === (settings.tls ?? 'starttls'));
  if (tls === undefined)
    throw usageError(
      `tls is ${MAIL_TLS.join(', ')}, not ${quoted(settings.tls ?? '')}`,
      '--set tls=starttls',
    );
  if (tls === 'none' && !isLoopback(host))
    throw usageError(
      `without TLS what it sends to ${host} could be read and changed on the way`,
      '--set tls=starttls, or a mail server on 127.0.0.1',
    );
  const port = Number(settings.port ?? PORTS[tls]);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw usageError(`${quoted(settings.port ?? '')} is no port`, `--set port=${PORTS[tls]}`);
  if ((user === undefined) !== (secrets.password === undefined))
    throw usageError(
      user === undefined ? 'a password is given and no user' : 'a user is given and no password',
      '--set user=ops --secret password=env:SMTP_PASSWORD; neither, where the server asks for none',
    );
  return { host, port, tls, from, user };
}

/** `name@host`, without anything that could end a header or an SMTP command. At most 254 characters (RFC 5321). */
export function isMailAddress(text: string): boolean {
  return (
    text.length <= 254 &&
    /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u.test(text)
  );
}

/** Where pages are posted. In clear only on this machine. */
export function parseWebhookSettings(settings: Given, secrets: Given): { url: URL } {
  onlyKnown(settings, ['url'], 'a webhook channel');
  const { url: text = '' } = settings;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw usageError(
      text === '' ? 'a webhook channel needs a URL' : `${quoted(text)} is no URL`,
      '--set url=https://pager.example.org/openclaw',
    );
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw usageError(`what it sends to ${url.host} could be read on the way`, '--set url=https://...');
  if (url.username !== '' || url.password !== '')
    throw usageError(
      'a user or password in a URL is shown wherever the URL is',
      'let the receiver check the signature: --secret signing=env:NAME',
    );
  if (secrets.signing === undefined)
    throw usageError(
      'without a signature the receiver cannot tell a page from a forged one',
      '--secret signing=env:OPENCLAW_WEBHOOK_SECRET',
    );
  return { url };
}

function onlyKnown(settings: Given, known: readonly string[], who: string): void {
  const other = Object.keys(settings).find((key) => !known.includes(key));
  if (other !== undefined)
    throw usageError(`${who} has no setting ${quoted(other)}`, `its settings: ${known.join(', ')}`);
}

// Where a line names whom it spoke to; the first group of each form is the host.

const HOST_FORMS: readonly RegExp[] = [
  // Envoy's clusters, as Istio names them.
  /\boutbound\|\d{1,5}\|[\w.-]{0,40}\|([a-z0-9][a-z0-9.-]{0,120})/gi,
  /\bhttps?:\/\/([a-z0-9][a-z0-9.-]{0,120})/gi,
  /\blookup ([a-z0-9][a-z0-9.-]{0,120})(?: on\b|: )/gi,
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH) ([a-z][a-z0-9.-]{0,120})/gi,
  /\b(?:host|endpoint|upstream|server|address|hostname)[ =:]{1,2}["']?([a-z][a-z0-9.-]{0,120}\.[a-z]{2,20}|[a-z][a-z0-9-]{1,60})\b/gi,
  /\b(?:connection|connect|connecting) to "?([a-z][a-z0-9.-]{0,120})(?::\d{2,5}\b|(?= (?:failed|refused|timed|was|has)\b))/gi,
];
/** Without a word before it, only what ends as hosts do and is written small: `app.services.billing` is a logger. */
const BARE_HOST =
  /(?<![@\w.-])([a-z][a-z0-9-]{0,60}(?:\.[a-z0-9-]{1,60}){1,6}\.(?:com|net|org|io|dev|app|cloud|ai|co|eu|de|uk|us|fr|nl|jp|internal|local|lan|example|test|tech|info|gov|edu))(?::\d{2,5}|[\s/,;)"']|$)/g;

/** What nginx and Envoy tell of the request: whom the visitor asked for, not whom they asked. */
const OF_THE_REQUEST = /, server: [^,]{0,120}|, (?:host|request|referrer): "[^"]{0,1000}"/g;
/** Where programs send people to read on, and where Go keeps its packages. */
const TO_READ =
  /^(?:docs?|www|developers?|help|support|learn|wiki|schemas?)\.|(?:^|\.)(?:pris\.ly|aka\.ms|readthedocs\.io|golang\.org|gopkg\.in|go\.uber\.org|k8s\.io|nodejs\.org|redis\.io|w3\.org|stackoverflow\.com)$/;

const MOST = 12;

/** All that are named, in small letters, those that a word introduces first. */
export function hostsIn(text: string): string[] {
  const asked = text.replace(OF_THE_REQUEST, '');
  const introduced = HOST_FORMS.flatMap((form) => firstGroups(asked, form));
  const bare = firstGroups(asked, BARE_HOST).filter((host) => host !== 'github.com');
  return [...new Set([...introduced, ...bare])].filter((host) => !TO_READ.test(host)).slice(0, MOST);
}

/** As the interfaces of third parties are called, where pages for people are not. */
const INTERFACE =
  /^(?:api|apis|rest|graphql|hooks?|oauth2?|login|auth|gateway|data|events|ingest|push|sts|s3|sqs|sns|smtp|mail)[\d-]{0,4}\.|(?:^|[.-])api[.-]|googleapis\.com$|amazonaws\.com$|azure\.com$|windows\.net$/;

/** A third party whose interface a line names by its address; null: none. Our own networks are not meant. */
export function interfaceIn(text: string): string | null {
  const [, host = ''] = /\bhttps?:\/\/([a-z0-9][a-z0-9.-]{0,120})/i.exec(text) ?? [];
  const lower = host.toLowerCase();
  return INTERFACE.test(lower) && isForeign(lower) && !/\.(?:internal|local|lan|svc)$/.test(lower)
    ? lower
    : null;
}

/** Of somebody we do not know: with a domain, and not the name of a file or class. */
export function isForeign(host: string): boolean {
  return host.includes('.') && /[a-z]$/.test(host) && !isFile(host);
}

function firstGroups(text: string, form: RegExp): string[] {
  return [...text.matchAll(form)].map(([, host = '']) => host.toLowerCase().replace(/\.$/, ''));
}

/** `views.py` and `java.io.IOException` are no hosts. */
function isFile(host: string): boolean {
  return (
    /\.(?:py|js|ts|rb|go|java|php|rs|cs|c|cpp|h|mjs|cjs|json|ya?ml|toml|conf|log|txt|html?|css|sql|exe|so|sh)$/.test(
      host,
    ) ||
    /(?:exception|error)$/i.test(host) ||
    /^(?:java|javax|org|com|net|io|sun|kafka|django|sqlalchemy|pika)\.[a-z]+\.[a-z.]*$/.test(host)
  );
}

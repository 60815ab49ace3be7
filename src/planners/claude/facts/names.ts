// Deploys, hosts, addresses, paths, ids and other names of one thing in a text.
import { type Name, placeOf, type Unread } from './found.ts';

const URL_FORM = /\b[a-z][a-z\d+.-]{1,15}:\/\/[^\s<>"'`|)\]]{1,500}/gi;
const MAIL = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g;
const IPV4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{2,5}|\/\d{1,2})?(?![\w]|\.\d)/g;
const IPV6 = /(?<![\w:.])(?:[\da-f]{1,4}:){2,7}(?::?[\da-f]{1,4}){1,6}(?![\w:])/gi;
const UUID = /(?<![\w-])[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}(?![\w-])/gi;
const ARN = /\barn:[\w:/.-]{5,200}/g;
/** With a slash in front, or one within and a file's ending. */
const PATH =
  /(?<![\w.:/<@+~-])(?:~?\/[\w@.+-]{1,200}(?:\/[\w@.+-]{0,200}){0,40}|[\w@.+-]{1,200}(?:\/[\w@.+-]{1,200}){1,40})(?![\w])/g;
const FILE =
  /(?<![\w./-])[\w-]{1,80}\.(?:tsx?|jsx?|mjs|py|go|rb|rs|java|kt|php|cs|c|h|cpp|sh|sql|ya?ml|json|toml|conf|cfg|ini|env|log|txt|md|tf|lock|gz)(?::\d+)?(?![\w-])/gi;
const HOST =
  /(?<![\w.@/-])(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.){1,6}[a-z]{2,18}(?::\d{2,5})?(?![\w-]|\.\w)/gi;
const VERSION = /(?<![\w.-])(?:v\d+(?:\.\d+){0,3}|\d+\.\d+\.\d+(?:\.\d+)?)(?:-[\w.]{1,30})?(?![\w]|\.\d)/gi;
const HASH_NUMBER = /(?<![\w&])#(\d{1,12}|[a-z][\w.-]{0,60}\d[\w.-]{0,20})(?![\w])/gi;
const NAMED_NUMBER =
  /(?<![\w-])(?:deploys?|deployments?|releases?|builds?|versions?|revisions?|rollout|commit|PR|pull request|incidents?|run) (?:number |no\. ?|id )?(\d{1,12})(?![\w%:]|[.,]\d| ?(?:ms|s|m|min|minutes?|seconds?|hours?|days?|commits?)\b)/gi;
const HEX = /(?<![\w-])(?=[\da-f]{0,64}\d)(?=[\da-f]{0,64}[a-f])[\da-f]{7,64}(?![\w-])/gi;
const PERCENTILE = /(?<![\w-])p(\d{2}(?:\.\d+)?|\d{3})(?![\w])|(?<![\w-])(\d{2}(?:\.\d+)?)th[ -]percentile/gi;
const DASHED = /(?<![\w.@#/-])[a-z\d]{1,60}(?:-[a-z\d]{1,60}){1,20}(?![\w-])/gi;
const UNDERSCORED = /(?<![\w.:-])[a-z][a-z\d]{0,60}(?:[_:][a-z\d]{1,60}){1,12}(?![\w-])/gi;
const LETTERS_AND_NUMBER =
  /(?<![\w.-])(?:[a-z]{2,12}\d{1,4}[a-z]{0,4}|[a-z]{1,20}\d{1,10}[a-z]{1,20}\d[a-z\d]{0,40})(?![\w-])/gi;
const FAULT =
  /(?<![\w.])[A-Z][A-Za-z]{0,60}(?:Error|Exception|Killed|Fault|BackOff)(?![\w])|(?<![\w])(?:ECONN|ENO|EHOST|ENET|EAI_|EPIPE|EMFILE|ETIMEDOUT|EADDR|SIG)[A-Z]{1,12}(?![\w])/g;
const PERSON = /(?<![\w.])@([a-z][\w.-]{0,60})/gi;

/** A dashed word with such a part is of the language, whatever its other parts are: `cache-related`, `read-only`. */
const OF_LANGUAGE = new Set(
  `related side level wide facing based specific per non multi single cross read write pre post re high low up down
long short on off in out of by to self only free like aware driven bound heavy light first last late early well
half full over under back follow roll hit miss time rate minute second hour day week month fold point step way
induced caused triggered wise safe near far so sub super anti co ex all any no not one two three four five six
seven eight nine ten new old same hot cold open closed known unknown more less most least`.split(/\s+/),
);
/** What services and hosts are named after. */
const OF_SYSTEMS =
  /^(?:api|app|apps|auth|backend|billing|bucket|cache|canary|cart|catalog|checkout|cluster|cron|db|dev|edge|frontend|gateway|ingest|kafka|lb|mysql|nginx|orders?|payments?|postgres|pg|prod|production|proxy|queue|rds|redis|replica|primary|search|server|service|shop|stage|staging|standby|store|svc|test|users?|web|worker|workers)$/;
/** Letters and a number that name no one thing. */
const COMMON_WORDS =
  /^(?:http[s12]?\d*|utf\d+|sha\d+|md5|base64|ipv[46]|s3|ec2|k8s|x\d+|h[1-6]|q[1-4]|sev\d|p[0-5]|l[1-4]|top\d+|log4j|oauth2?|int\d+|uint\d+|float\d+|mp[34]|win32|amd64|x86|arm64|i18n|a11y|web2|b2b|level\d)$/i;

export function namesIn(unread: Unread): Name[] {
  const all: Name[] = [];
  const take = (pattern: RegExp, of: Name['of'], accept: (text: string) => boolean = () => true) => {
    const found = unread.take(pattern, (match): Name | null => {
      const place = placeOf(match);
      if (!accept(place.text)) return null;
      const name = (match.slice(1).find((group) => group !== undefined) ?? place.text).toLowerCase();
      return { kind: 'name', of, ...place, name: name.replace(/[.,;:]+$/, '') };
    });
    all.push(...found);
  };
  take(URL_FORM, 'address');
  take(MAIL, 'address');
  take(ARN, 'id');
  take(UUID, 'id');
  take(IPV4, 'address');
  take(IPV6, 'address', (text) => text.includes('::') || text.split(':').length > 4);
  take(FILE, 'path');
  take(PATH, 'path', isPath);
  take(VERSION, 'id');
  take(HOST, 'host', isHost);
  take(HASH_NUMBER, 'deploy');
  take(NAMED_NUMBER, 'deploy');
  take(PERCENTILE, 'percentile');
  take(HEX, 'id');
  take(DASHED, 'host', isSystemName);
  take(UNDERSCORED, 'word', (text) => text.includes('_'));
  take(FAULT, 'word');
  take(PERSON, 'person');
  take(
    LETTERS_AND_NUMBER,
    'host',
    (text) => !COMMON_WORDS.test(text) && !/^\d/.test(text) && !UNIT.test(text),
  );
  return all;
}

const UNIT = /^[a-z]{1,3}\d+(?:ms|s|m|h|x)$/i;

/** `and/or`, `read/write` and `2/3` are none; `acme/api` may be, and `src/cache.ts` is. */
function isPath(text: string): boolean {
  if (/^~?\//.test(text)) return text.length > 2;
  const parts = text.split('/');
  return parts.length > 2
    ? !parts.every((part) => /^[\d.]+$/.test(part))
    : /[._-]|\d/.test(text) && !/^[\d.]+\/[\da-z.]+$/i.test(text);
}

/** A sentence that ends without a space after it ("done.Next") is no host. */
function isHost(text: string): boolean {
  if (/^(?:e\.g|i\.e|a\.m|p\.m|vs|etc|cf)\b/i.test(text)) return false;
  const parts = text.replace(/:\d+$/, '').split('.');
  const last = parts.at(-1) ?? '';
  if (parts.length > 2 || /[\d-]/.test(text)) return true;
  return /^(?:com|net|org|io|dev|app|co|internal|local|lan|cloud|sh|ai|example|test|invalid|corp|home|info|biz|me|us|uk|de|eu|ru|cn)$/.test(
    last,
  );
}

function isSystemName(text: string): boolean {
  const lower = text.toLowerCase();
  const parts = lower.split('-');
  if (parts.every((part) => /^\d+$/.test(part))) return false;
  // `15-minute`, `3-node`: a number and a word.
  if (
    /^\d+(?:ms|s|m|h|x|k|gb|mb)?$/.test(parts[0] ?? '') &&
    parts.slice(1).every((part) => /^[a-z]+$/.test(part))
  )
    return false;
  if (/^p\d\d/.test(lower)) return true;
  if (parts.some((part) => /\d/.test(part))) return true;
  if (parts.some((part) => OF_LANGUAGE.has(part))) return false;
  return parts.some((part) => OF_SYSTEMS.test(part));
}

// A model's words in a chat: no link, no mention, no picture, whatever it was talked into. Where an address stood a mark
// stands; names of hosts stay readable, but nothing makes a link of `evil[.]example`. For any channel, before it escapes.
import { isAllowedLink } from '../../domain/allowed-link.ts';
import { safeText } from '../../domain/text/safe-text.ts';

export const LINK_TAKEN_OUT = '[link taken out]';

/** Taking one out may put another together; nobody nests deeper than this to good purpose. */
const MOST_PASSES = 6;

/** `allowedHosts`: https addresses of these hosts stay as they are. Doing it twice changes nothing more. */
export function withoutLinks(text: string, { allowedHosts }: { allowedHosts: ReadonlySet<string> }): string {
  let result = unfolded(safeText(text));
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const next = once(result, allowedHosts);
    if (next === result) return result;
    result = next;
  }
  return result.replace(/[<>@[\](]|:\/\//g, ' ');
}

const DOTS = /[\u2024\u3002\ufe52\uff0e\uff61]/gu;
const SLASHES = /[\u2044\u2215\u29f8\uff0f]/gu;
const COLONS = /[\u02d0\u2236\ua789\ufe13\ufe55\uff1a]/gu;
const BRACKETS: Readonly<Record<string, string>> = {
  '\u2039': '<',
  '\u203a': '>',
  '\uff1c': '<',
  '\uff1e': '>',
  '\ufe64': '<',
  '\ufe65': '>',
};

/** Look-alikes that chats and browsers take for the real ones. */
function unfolded(text: string): string {
  return text
    .replace(DOTS, '.')
    .replace(SLASHES, '/')
    .replace(COLONS, ':')
    .replace(/[\ufe6b\uff20]/gu, '@')
    .replace(/[\u2039\u203a\uff1c\uff1e\ufe64\ufe65]/gu, (bracket) => BRACKETS[bracket] ?? bracket)
    .replace(/[\uff01-\uff5e]/gu, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u{1d400}-\u{1d7ff}\u2460-\u24ff]/gu, (fancy) => fancy.normalize('NFKC'));
}

const ENTITY =
  /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|colon|sol|period|commat|lbrack|lpar|excl|num|Tab|NewLine));/gi;
const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  colon: ':',
  sol: '/',
  period: '.',
  commat: '@',
  lbrack: '[',
  lpar: '(',
  excl: '!',
  num: '#',
  tab: ' ',
  newline: ' ',
};
const MARKDOWN =
  /!?\[([^[\]\n]{0,500})\]\(\s*<?([^()\s<>]{0,2000}(?:\([^()\s]{0,200}\)[^()\s<>]{0,500})?)>?(?:\s+["'(][^\n)]{0,300})?\s*\)/g;
const REFERENCE = /!?\[([^[\]\n]{1,500})\]\[[^[\]\n]{0,200}\]/g;
const DEFINITION = /^[ >]{0,8}\[([^[\]\n]{1,200})\]:\s*\S+.*$/gm;
/** Of Slack: `<https://x|words>`, `<@U1>`, `<#C1|ops>`, `<!here>`; and `<https://x>` of Markdown. */
const ANGLED = /<([@#!]|[a-z][a-z\d+.-]{1,20}:|www\.)([^<>|\n]{0,2000})(?:\|([^<>\n]{0,500}))?>/gi;
const TAG =
  /<\/?(?:a|abbr|area|audio|base|body|button|embed|form|frame|iframe|img|image|input|link|math|meta|object|picture|script|source|style|svg|video|b|i|u|p|br|div|span|font)(?:[\s/][^<>]{0,2000})?>/gi;
/** One that is not closed may be by what comes after. */
const OPEN_TAG =
  /<(?=\/?(?:a|area|base|button|embed|form|iframe|img|image|input|link|meta|object|script|source|style|svg|video)(?![\w>]))/gi;
const ADDRESS =
  /(?<![a-z\d])[a-z][a-z\d+-]{1,20}:\s?\/{2}[^\s<>"'`|\\^{}]*|(?<![\w:])\/\/[a-z\d-]+\.[^\s<>"'`|]+|(?<![\w-])www\.[^\s<>"'`|]+/gi;
const OTHER_SCHEMES =
  /(?<![a-z\d])(?:mailto|tel|sms|callto|facetime|skype|data|javascript|vbscript|blob|magnet|slack|intent)\s?:(?=[^\s])[^\s<>"'`|]*/gi;
const BROKEN_UP = /(?<![a-z])h(?:xx|tt|\*\*|__)ps?\s{0,3}(?:\[:\]|:|\(:\))\s{0,3}(?:\/|\\){2}[^\s<>"'`|]*/gi;
const MAIL = /([\p{L}\p{N}._%+-]{1,64})@(?=[\p{L}\p{N}-]{1,63}\.)/gu;
const MENTION = /(?<!@)@+(?=[\p{L}\p{N}_!])/gu;
const HOST =
  /(?<![\p{L}\p{N}@_-]|[\p{L}\p{N}_-]\.)(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.){1,127}(?:xn--[a-z\d-]{2,59}|\p{L}{2,24})(?![\p{L}\p{N}_-])/gu;

/** Also of a domain that nobody has today: with a path or a port behind it, it is an address and no name. */
const HOST_PATH =
  /(?<![\w./@-])((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,20})(?::\d{1,5}(?:\/[^\s"'`)>\]]{0,2000})?|\/[^\s"'`)>\]]{0,2000})/giu;

function once(text: string, hosts: ReadonlySet<string>): string {
  const isAllowed = (address: string) => isAllowedLink(address.replace(/[.,;:!?)\]]+$/, ''), hosts);
  return (
    text
      .replace(ENTITY, (entity, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return NAMED[name.toLowerCase()] ?? entity;
        const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
        return code >= 0x20 && code < 0x110000 && !(code >= 0xd800 && code < 0xe000)
          ? safeText(String.fromCodePoint(code))
          : ' ';
      })
      .replace(MARKDOWN, (_, words: string, target: string) =>
        labelled(words, isAllowed(target) ? target : null),
      )
      .replace(REFERENCE, '$1')
      .replace(DEFINITION, '$1')
      .replace(ANGLED, (_, kind: string, target: string, words?: string) => {
        if (/^[@#!]$/.test(kind)) return (words ?? target).replace(/^subteam\^/, '');
        const address = kind + target;
        return words === undefined ? address : labelled(words, isAllowed(address) ? address : null);
      })
      .replace(TAG, '')
      .replace(OPEN_TAG, '')
      // Halves, which what comes after would complete.
      .replace(/<(?=[@#!]|[a-z][a-z\d+.-]{1,20}:)/gi, '')
      .replace(/\](?=[([])/g, '] ')
      .replace(BROKEN_UP, (address) => (isAllowed(address) ? address : LINK_TAKEN_OUT))
      .replace(ADDRESS, (address) => (isAllowed(address) ? address : LINK_TAKEN_OUT))
      .replace(OTHER_SCHEMES, LINK_TAKEN_OUT)
      .replace(MAIL, '$1 at ')
      .replace(MENTION, '')
      .replace(HOST, (host, ...rest) => {
        const [offset, whole] = rest.slice(-2) as [number, string];
        const isSaid = hosts.has(host.toLowerCase()) || isWithinAddress(whole, offset, isAllowed);
        return isSaid || !isHost(host, whole[offset - 1] === '/') ? host : inert(host);
      })
      .replace(HOST_PATH, (address, host: string, offset: number, whole: string) =>
        isWithinAddress(whole, offset, isAllowed) || isLineOfFile(address, host) ? address : LINK_TAKEN_OUT,
      )
  );
}

const LONGEST_ADDRESS = 2_000;

/** An allowed address stays whole, whatever stands in its path. */
function isWithinAddress(text: string, offset: number, isAllowed: (address: string) => boolean): boolean {
  const word = /https:\/\/[^\s<>"'`|\\^{}]*$/i.exec(
    text.slice(Math.max(0, offset - LONGEST_ADDRESS), offset),
  );
  if (!word) return false;
  const rest = /^[^\s<>"'`|\\^{}]*/.exec(text.slice(offset, offset + LONGEST_ADDRESS));
  return isAllowed(word[0] + (rest?.[0] ?? ''));
}

function labelled(words: string, address: string | null): string {
  const said = words.trim();
  return address === null ? said || LINK_TAKEN_OUT : `${said}: ${address}`;
}

/** Endings that are no public domain: files of code, and networks of one's own. */
const FILE =
  /^(?:tsx?|jsx?|mjs|cjs|go|rb|java|kt|cs|cpp|hpp|php|sql|ya?ml|json|toml|conf|cfg|ini|env|log|txt|html|css|lock|xml|csv|gz|tar|[a-z])$/;
const OWN_NETWORK =
  /^(?:test|spec|internal|local|lan|localdomain|localhost|invalid|example|intranet|svc|cluster)$/;
const COMMON_DOMAIN =
  /^(?:com|net|org|io|dev|app|co|ru|cn|info|biz|xyz|top|me|ai|de|uk|eu|us|link|click|site|online)$/;

/** `done.Next`, `src/main.rs` and `java.lang.OutOfMemoryError` are none, `evil.COM` is. */
function isHost(text: string, isInPath: boolean): boolean {
  const last = text.slice(text.lastIndexOf('.') + 1);
  if (isInPath) return COMMON_DOMAIN.test(last.toLowerCase());
  const isOneCase = last === last.toLowerCase() || last === last.toUpperCase();
  const isNone = FILE.test(last.toLowerCase()) || OWN_NETWORK.test(last.toLowerCase());
  return (isOneCase && !isNone) || COMMON_DOMAIN.test(last.toLowerCase());
}

/** `cache.ts:42`, which is no port. */
function isLineOfFile(address: string, host: string): boolean {
  return FILE.test(host.slice(host.lastIndexOf('.') + 1).toLowerCase()) && !address.includes('/');
}

function inert(host: string): string {
  return host.replaceAll('.', '[.]');
}

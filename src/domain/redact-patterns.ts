// Secrets that are known by how they look: providers' prefixes, JWTs, PEM blocks, passwords in URLs.
// Each expression either starts at a literal and consumes what it scanned, or scans a bounded stretch.
import { isMarker, marker } from './redact-names.ts';

type Pattern = {
  kind: string;
  find: RegExp;
  replace?: (match: string, ...groups: (string | undefined)[]) => string;
};

/** The shortest of them (`xoxb-` and ten more) has no space within so many characters, and most texts have no such word. */
const LONG_WORD = /\S{15}/;

export function redactPatterns(text: string): string {
  if (!LONG_WORD.test(text)) return text;
  if (!text.includes('eyJ')) return replaceAll(patterns, text);
  // First, because chance puts any short prefix into so long a token; and last, for those glued to a word.
  const whole = text.replace(/[\w.-]+/g, (run) =>
    /^(?:.{0,40}[^A-Za-z0-9])?eyJ/.test(run) ? redactJwt(run) : run,
  );
  return replaceAll(patterns, whole).replace(/[\w.-]+/g, redactJwt);
}

/** What is a secret only by the word before it; for after the pairs, which know better what it is. */
export function redactLoosePatterns(text: string): string {
  return replaceAll(loosePatterns, text);
}

function replaceAll(list: readonly Pattern[], text: string): string {
  return list.reduce(
    (out, { kind, find, replace }) => out.replace(find, replace ?? (() => marker(kind))),
    text,
  );
}

const patterns: readonly Pattern[] = [
  {
    // The key id, and the secret that stands right beside it in credential files.
    kind: 'aws-key',
    find: /(?:AKIA|ASIA)[A-Z0-9]{16,}(?:[\s,:;/"'|=]{1,5}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+]))?/g,
  },
  {
    kind: 'aws-secret',
    find: /\b(aws|secret|amazon)([\w "':=-]{0,30}[ "':=])([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/gi,
    replace: (match, word, between, secret) =>
      /^(?:[0-9a-f]{40}|[0-9A-F]{40})$/.test(secret ?? '')
        ? match
        : `${word}${between}${marker('aws-secret')}`,
  },
  { kind: 'github-token', find: /gh[opsur]_[A-Za-z0-9_]{16,}(?:\.[\w-]{10,}){0,2}|github_pat_\w{20,}/g },
  { kind: 'slack-token', find: /(?:xoxe\.)?xox[a-z]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}/g },
  {
    kind: 'webhook-url',
    find: /(hooks\.slack(?:-gov)?\.com\/[a-z]{1,20}\/|discord(?:app)?\.com\/api\/webhooks\/)[\w/+=-]{8,}/g,
    replace: (_match, place) => `${place}${marker('webhook-url')}`,
  },
  { kind: 'anthropic-key', find: /sk-ant-[\w-]{10,}/g },
  {
    kind: 'openai-key',
    find: /(?<![A-Za-z0-9])sk-[\w-]{20,}/g,
    // sk-learn-pipeline-2 is a name: lower-case words and short numbers.
    replace: (match) => (/^sk(?:-[a-z]{1,15}|-\d{1,4})+$/.test(match) ? match : marker('openai-key')),
  },
  { kind: 'stripe-key', find: /[srp]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}/g },
  { kind: 'google-key', find: /AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}/g },
  { kind: 'npm-token', find: /npm_[A-Za-z0-9]{30,}/g },
  { kind: 'gitlab-token', find: /gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[\w-]{16,}/g },
  { kind: 'sendgrid-key', find: /(?<![\w-]{2})SG\.[\w-]{16,64}\.[\w-]{16,}/g },
  { kind: 'grafana-token', find: /gl(?:sa|c)_[A-Za-z0-9+/=_-]{20,}/g },
  { kind: 'vault-token', find: /hv[sbr]\.[\w-]{20,}/g },
  { kind: 'docker-token', find: /dckr_(?:pat|oat)_[\w-]{20,}/g },
  { kind: 'digitalocean-token', find: /do[opr]_v1_[a-f0-9]{40,}/g },
  { kind: 'telegram-token', find: /(?<!\d)\d{8,10}:AA[\w-]{30,}/g },
];

const loosePatterns: readonly Pattern[] = [
  {
    kind: 'bearer',
    find: /\b(bearer)([ \t]{1,4})([\w.~+/=-]{8,})/gi,
    // "bearer authentication" is prose: a token has a digit, or no word is that long.
    replace: (match, word, gap, token) =>
      /\d/.test(token ?? '') || (token ?? '').length > 20 ? `${word}${gap}${marker('bearer')}` : match,
  },
  {
    kind: 'password',
    find: /(?<=\s)(-u|--user)([ \t=]{1,4}["']?)([\w.@-]{1,64}):([^\s"']{1,})/g,
    replace: (match, flag, gap, user, password) =>
      // docker run -u 1000:1000 names a user and a group.
      /^\d+$/.test(password ?? '') || isMarker(password ?? '')
        ? match
        : `${flag}${gap}${user}:${marker('password')}`,
  },
];

/** Private keys, from BEGIN to END; without an END, as far as the lines look like key material. */
export function redactKeyBlocks(text: string): string {
  const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
  const end = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
  let out = '';
  let done = 0;
  let nextEnd: { index: number; after: number } | null = { index: -1, after: -1 };
  for (let block = begin.exec(text); block !== null; block = begin.exec(text)) {
    const body = block.index + block[0].length;
    // Searched once per END, not once per BEGIN, so that a million BEGINs stay linear.
    if (nextEnd !== null && nextEnd.index < body) {
      end.lastIndex = body;
      const found = end.exec(text);
      nextEnd = found && { index: found.index, after: found.index + found[0].length };
    }
    const closed = nextEnd !== null && nextEnd.index - body <= longestKey;
    const stop = closed && nextEnd !== null ? nextEnd.after : endOfKeyMaterial(text, body);
    out += text.slice(done, block.index) + marker('private-key');
    done = stop;
    begin.lastIndex = stop;
  }
  return out + text.slice(done);
}

const longestKey = 32_000;

function endOfKeyMaterial(text: string, from: number): number {
  let stop = endOfLine(text, from);
  for (let line = stop; line < text.length; ) {
    const next = endOfLine(text, line + 1);
    const content = text.slice(line, Math.min(next, line + 2_000)).trim();
    const isMaterial =
      /[A-Za-z0-9+/]{20}/.test(content) || /^(?:[A-Za-z0-9+/]*={0,2}|[\w-]{1,30}: .*)$/.test(content);
    if (!isMaterial) break;
    if (content !== '') stop = next;
    line = next;
  }
  return stop;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** Passwords in `scheme://user:password@host`; scheme, user and host stay. Also a long lone user, which is a token. */
export function redactUrls(text: string): string {
  return text.includes('://') ? text.replace(/[^\s"'<>`]+/g, redactUrlsOfWord) : text;
}

function redactUrlsOfWord(word: string): string {
  const lastAt = word.lastIndexOf('@');
  let out = '';
  let done = 0;
  for (let colon = word.indexOf('://'); colon !== -1 && colon < lastAt; colon = word.indexOf('://', done)) {
    const start = colon + 3;
    const following = word.indexOf('://', start);
    const hasPort = portSchemes.test(word.slice(Math.max(0, colon - 8), colon));
    const rest = word.slice(start, following === -1 ? word.length : following);
    const end = endOfUser(rest, lastAt - start, hasPort);
    out += word.slice(done, start) + redactUser(word.slice(start, start + end));
    done = start + end;
  }
  return out + word.slice(done);
}

// Where an @ in the path or query is usual, or names an image's digest.
const portSchemes = /(?:https?|wss?|docker|oci|ssh|git)$/i;

// How many characters of `rest` are user and password; 0 for none. A password may hold any character unescaped,
// so with one the last @ counts, even beyond a slash. https://host:8080/a@b is no password but a port.
function endOfUser(rest: string, lastAt: number, hasPort: boolean): number {
  const [authority = ''] = /^[^/?]*/.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  if (at !== -1) return authority.slice(0, at).includes(':') ? rest.lastIndexOf('@') : at;
  const afterColon = /^[^:[\]]*:(.*)$/s.exec(authority)?.[1];
  if (afterColon === undefined || (hasPort && /^\d*$/.test(afterColon))) return 0;
  const later = rest.lastIndexOf('@');
  return later === -1 ? lastAt : later;
}

function redactUser(user: string): string {
  if (isMarker(user)) return user;
  const colon = user.indexOf(':');
  if (colon === -1) return user.length >= 20 ? marker('credential') : user;
  const password = user.slice(colon + 1);
  return password === '' || isMarker(password) ? user : `${user.slice(0, colon)}:${marker('password')}`;
}

// `run` is letters, digits, dots, dashes. Three or five base64url parts whose first is a JSON object.
function redactJwt(run: string): string {
  for (let start = run.indexOf('eyJ'); start !== -1; ) {
    const dot = run.indexOf('.', start);
    const first = run.slice(start, dot === -1 ? undefined : dot);
    const second = dot === -1 ? '' : (/^[\w-]*/.exec(run.slice(dot + 1, dot + 20))?.[0] ?? '');
    const isToken =
      (first.length >= 12 && second.length >= 10) || /^eyJ(?:hbGci|0eXAi|raWQi)[\w-]{8,}/.test(first);
    if (isToken) return run.slice(0, start) + marker('jwt');
    if (dot === -1) return run;
    start = run.indexOf('eyJ', dot);
  }
  return run;
}

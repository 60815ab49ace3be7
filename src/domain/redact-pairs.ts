// Secrets that are known by the name they stand beside: password=…, "token": "…", --api-key …,
// Authorization: Bearer …, Cookie: …, <secret>…</secret>, ?sig=…. One pass from left to right.
import type { Cut } from './redact-cuts.ts';
import { isExemptValue, marker, sensitiveName } from './redact-names.ts';

type Value = { start: number; end: number; quoted: boolean };
type Separator = { end: number; prose: boolean };

export function pairCuts(text: string): Cut[] {
  const run = /\[redacted:[a-z-]{1,30}\]|[A-Za-z0-9_.-]+/g;
  const cuts: Cut[] = [];
  for (let match = run.exec(text); match !== null; match = run.exec(text)) {
    const kind = kindAt(text, match.index, match[0]);
    if (kind === null) continue;
    const separator = separatorAt(text, match.index, run.lastIndex, match[0]);
    if (separator === null) continue;
    const value = valueAt(text, separator.end, kind, openingBefore(text, match.index));
    const secret = text.slice(value.start, value.end);
    // `apiKey: apiKey` hands a variable on.
    const passed =
      isPassedOver(secret, kind, separator, value) ||
      (!value.quoted && secret.replace(/[,;)}]+$/, '') === match[0]);
    run.lastIndex = Math.max(run.lastIndex, passed ? separator.end : value.end);
    if (passed) continue;
    cuts.push({ start: value.start, end: value.end, put: marker(kind === 'parameter' ? 'secret' : kind) });
  }
  return cuts;
}

const queryParameters = new Set(['sig', 'signature', 'auth', 'pass', 'pw', 'pwd', 'key', 'code']);

function kindAt(text: string, start: number, name: string): string | null {
  if (name.startsWith('[')) return null;
  if (/[?&]/.test(text.charAt(start - 1)) && queryParameters.has(name.toLowerCase())) return 'parameter';
  if (/^-*pass$/i.test(name)) return 'password';
  const found = sensitiveName(name);
  if (found === null || (found.plural && found.kind !== 'credential')) return null;
  // arn:aws:secretsmanager:…:secret:prod/db is an address.
  return found.kind === 'secret' && text.charAt(start - 1) === ':' && text.charAt(start + name.length) === ':'
    ? null
    : found.kind;
}

// What may stand between a name and its value; `prose` where a sentence could read the same ("token: expired").
function separatorAt(text: string, start: number, end: number, name: string): Separator | null {
  const sign =
    /\\{0,8}["'`]?\]?\*{0,2}[ \t]{0,16}(?::=|=>|={1,3}|:\*{0,2}|%3[dD])[ \t]{0,16}(?:[|>][+-]?[ \t]{0,16}\r?\n[ \t]{0,64})?/y;
  sign.lastIndex = end;
  const found = sign.exec(text)?.[0];
  if (found !== undefined) return { end: end + found.length, prose: /^\*{0,2}:\*{0,2}[ \t]/.test(found) };
  const element = endOfTag(text, start, end);
  if (element !== null) return { end: element, prose: false };
  const flagged = /[ \t]{1,16}(?!--)/y;
  flagged.lastIndex = end;
  const gap = name.startsWith('-') ? flagged.exec(text)?.[0] : undefined;
  if (gap !== undefined) return { end: end + gap.length, prose: false };
  // define('DB_PASSWORD', 'x'), header.Set("X-Auth-Token", "x"); in a list of names the next name is no value.
  const argument = /\\{0,4}["']\s{0,4},\s{0,16}(?=\\{0,4}["'])/y;
  argument.lastIndex = end;
  const between = /\(\s{0,4}\\{0,4}["']$/.test(text.slice(Math.max(0, start - 12), start))
    ? argument.exec(text)?.[0]
    : undefined;
  if (between !== undefined) return { end: end + between.length, prose: false };
  const plist = /<\/key>\s{0,64}<(?:string|data)>/y;
  plist.lastIndex = end;
  if (/<key>$/.test(text.slice(Math.max(0, start - 5), start)) && plist.test(text))
    return { end: plist.lastIndex, prose: false };
  // A mark of a diff, a mail or a log may begin the second line.
  const listed =
    /\\{0,8}["']?(?:\s{0,4},?\s{0,64}|,\s{0,4}\\{0,8}"\w{1,16}\\{0,8}":\s?\w{1,16},\s{0,4}|[ \t]{0,4}\r?\n[^\n=]{0,64}?[ \t+>|])\\{0,8}["']?value\\{0,8}["']?[ \t]{0,16}[:=][ \t]{0,16}/iy;
  listed.lastIndex = end;
  const beside = listed.exec(text)?.[0];
  return beside === undefined ? null : { end: end + beside.length, prose: false };
}

/** Tags whose text is the value of what an attribute of theirs names: a label or a cell says what people read. */
const OF_VALUES =
  /<(?:[\w-]{1,32}:)?(?:property|entry|param|parameter|setting|string|value|env|key|constant|item|attribute|prop|variable|field|arg|init-param)\s[^<>]{0,200}$/i;
const ATTRIBUTES = /(?:\s{1,16}[\w:.-]{1,64}\s{0,4}=\s{0,4}\\{0,8}["'][^"'<>]{0,200}["']){0,8}\s{0,4}>/y;

/** Where the text of an element begins that the name names: `<password type="x">`, `<property name="db.password">`; null: none. */
function endOfTag(text: string, start: number, end: number): number | null {
  const before = text.charAt(start - 1);
  const isName =
    before === '<' || (before === ':' && /<[\w-]{1,32}:$/.test(text.slice(Math.max(0, start - 34), start)));
  const isNamed =
    /["']/.test(before) &&
    OF_VALUES.test(text.slice(Math.max(0, start - 240), start)) &&
    /["']/.test(text.charAt(end));
  if (!isName && !isNamed) return null;
  ATTRIBUTES.lastIndex = isNamed ? end + 1 : end;
  const found = ATTRIBUTES.exec(text)?.[0];
  // `<key name="password" value="…"/>` has its value in an attribute.
  if (found === undefined || (isNamed && /\svalue\s{0,4}=/i.test(found))) return null;
  return ATTRIBUTES.lastIndex;
}

/** A quote right before a name, with its backslashes: the same closes what the header stands in. */
function openingBefore(text: string, at: number): string {
  return /\\{0,8}["'`]$/.exec(text.slice(Math.max(0, at - 9), at))?.[0] ?? '';
}

// `around` is what `openingBefore` answers for the name.
function valueAt(text: string, at: number, kind: string, around: string): Value {
  const opening = /\\{0,8}["'`]/y;
  opening.lastIndex = at;
  const mark = opening.exec(text)?.[0];
  if (mark !== undefined) {
    const start = at + mark.length;
    const end = endOfQuoted(text, start, mark);
    return { start: kind === 'authorization' ? afterScheme(text, start, end) : start, end, quoted: true };
  }
  const known = /\[redacted:[a-z-]{1,30}\]/y;
  known.lastIndex = at;
  if (/^\[\s{0,16}\\{0,8}["']/.test(text.slice(at, at + 24)) && !known.test(text))
    return { start: at, end: endOfList(text, at), quoted: true };
  if (/^[[{](?:\s|["'[{}\]]|$)/.test(text.slice(at, at + 2))) return { start: at, end: at, quoted: false };
  if (kind === 'cookie') return { start: at, end: endOfHeader(text, at, around), quoted: false };
  if (kind !== 'authorization') return { start: at, end: endOfWord(text, at), quoted: false };
  const start = afterScheme(text, at, text.length);
  const isList = /^(?:digest|aws4|signature|oauth|hawk)/i.test(text.slice(at, at + 9));
  return { start, end: isList ? endOfHeader(text, start, around) : endOfWord(text, start), quoted: false };
}

function isPassedOver(secret: string, kind: string, separator: Separator, value: Value): boolean {
  if (isExemptValue(secret) || isExemptValue(secret.replace(/[).,;!?]+$/, ''))) return true;
  if (kind === 'parameter') return secret.length < 16;
  // What a program calls for it: req.headers.get('Authorization'
  if (!value.quoted && /^[A-Za-z_]\w{0,40}(?:\.[A-Za-z_]\w{0,40}){1,4}\((?:['"][\w-]{0,40})?$/.test(secret))
    return true;
  // How Java prints an object: Token{a64f992, android.os.BinderProxy@1f2e3d.
  if (
    kind === 'token' &&
    !value.quoted &&
    /^(?:[a-z]\w{0,20}\.){0,8}(?:[A-Z][a-z]{2,20}){1,5}[{@][0-9a-f]{5,8}\W?$/.test(secret)
  )
    return true;
  if (value.quoted || !separator.prose || kind === 'password') return false;
  if (secret.length > 64) return false;
  const word = secret.replace(/[.,;!?)]+$/, '');
  if (isExemptValue(word)) return true;
  const couldBeProse =
    kind === 'token' || kind === 'authorization' || kind === 'cookie' || kind === 'credential';
  return couldBeProse && (word.length < 4 || /^(?:[a-z]{1,12}|\d{1,5})$/.test(word));
}

// "Bearer abc": the scheme stays readable.
function afterScheme(text: string, at: number, end: number): number {
  const scheme = /[A-Za-z][A-Za-z0-9-]{0,30}[ \t]{1,4}(?=\S)/y;
  scheme.lastIndex = at;
  const found = scheme.exec(text)?.[0];
  const known =
    found !== undefined &&
    /^(?:bearer|basic|token|apikey|bot|negotiate|ntlm|digest|aws4|signature|oauth|hawk|genie)/i.test(found);
  return known && at + found.length < end ? at + found.length : at;
}

// To the quote that closes, as deeply escaped as the one that opened; else to the end of the line.
function endOfQuoted(text: string, start: number, opening: string): number {
  const quote = opening.charAt(opening.length - 1);
  const depth = opening.length - 1;
  let backslashes = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\n') return at;
    if (char === quote && depth === 0 && backslashes % 2 === 0) return at;
    if (char === quote && depth > 0 && backslashes <= depth) return at - backslashes;
    backslashes = char === '\\' ? backslashes + 1 : 0;
  }
  return text.length;
}

function endOfList(text: string, at: number): number {
  const found = /[\]\n]/g;
  found.lastIndex = at;
  const end = found.exec(text);
  return end === null ? text.length : end[0] === ']' ? end.index + 1 : end.index;
}

// A word without quotes ends at a space, at a tag, at a quote that closes what stands around it, and before the
// next pair of a list. Other marks may be part of a password, and too much is better than too little.
function endOfWord(text: string, from: number): number {
  const stop =
    /\s|<\/|\\{0,8}["'`](?=[\s,}\]):;>&|]|$)|[&;,](?=\s|$|[\w.%-]{1,64}=)|%26(?=[\w.-]{1,64}%3[dD])/g;
  stop.lastIndex = from;
  return stop.exec(text)?.index ?? text.length;
}

// To the quote that closes what the header stands in, or the end of its line, spelled or not. One scan for both: looking
// for the line's end first would be quadratic on a line of many headers.
function endOfHeader(text: string, from: number, opening: string): number {
  const quote = opening.charAt(opening.length - 1);
  let backslashes = 0;
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\n' || char === '\r') return at;
    if (backslashes > 0 && (char === 'n' || char === 'r')) return at - backslashes;
    if (char === quote && backslashes < opening.length) return at - backslashes;
    backslashes = char === '\\' ? backslashes + 1 : 0;
  }
  return text.length;
}

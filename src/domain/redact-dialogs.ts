// What programs say to each other where it was written down: a password by its turn in the dialog, a value by the line or
// the column it stands in.
import { chanceOf } from './redact-chance.ts';
import { type Cut, traceSteps } from './redact-cuts.ts';
import { isExemptValue, marker, sensitiveName } from './redact-names.ts';
import { isUuid } from './redact-random.ts';
import { looksMade, type Spoken, stepOf } from './redact-spoken.ts';

const HINT = /PASS|LOGIN|AUTH|334|tcp\(|unix\(|PSK|honeycomb|with value|secret|token|key|pass|pw|cred/i;

const RULES: readonly Spoken[] = [
  {
    // FTP and POP3 (RFC 959, 1939); beside USER, because test runners print PASS too.
    kind: 'password',
    find: /\b(USER[ \t]{1,4}\S{1,64}[^\0]{0,240}?\bPASS[ \t]{1,4})(\S{4,})/g,
  },
  { kind: 'password', find: /\b(PASS[ \t]{1,4})(oauth:\w{16,})/g },
  {
    // IMAP (RFC 9051, 6.2.3): tag LOGIN user password.
    kind: 'password',
    find: /\b([a-zA-Z]{0,3}\d{1,5}[ \t]{1,4}LOGIN[ \t]{1,4}\S{1,64}[ \t]{1,4}["']?)([^\s"']{4,})/g,
  },
  {
    // SMTP's AUTH (RFC 4954): "334 Password:" in base64, and the answer.
    kind: 'password',
    find: /(334 UGFzc3dvcmQ6[ \t]{0,4}\r?\n[^\w\n]{0,12}(?:C:[ \t]?)?)([\w+/]{4,}={0,2})/g,
  },
  { kind: 'password', find: /\b(AUTH[ \t]{1,4}PLAIN[ \t]{1,4})([\w+/]{8,}={0,2})/g },
  {
    // Redis: AUTH password, AUTH user password, typed or as MONITOR shows it.
    kind: 'password',
    find: /("AUTH"(?:[ \t]{1,4}"[^"\s]{1,64}"(?=[ \t]{1,4}"))?[ \t]{1,4}")([^"\s]{4,}(?="))/gi,
  },
  {
    kind: 'password',
    find: /(>[ \t]{0,4}AUTH[ \t]{1,4}(?:[\w.-]{1,64}[ \t]{1,4}(?=\S))?)([^\s"']{4,}(?=[ \t]{0,4}(?:\r?\n|$)))/gi,
  },
  {
    // github.com/go-sql-driver/mysql: user:password@tcp(host)/db
    kind: 'password',
    find: /(?<![\w.-])([\w.-]{1,64}:)([^\s"'@:]{3,}(?=@(?:tcp|unix)6?\())/g,
  },
  {
    // ipsec.secrets
    kind: 'key',
    find: /(:[ \t]{1,4}PSK[ \t]{1,4}["'])([^"'\n]{3,})/g,
  },
  { kind: 'api-key', find: /(x-honeycomb-team["']?[ \t]{0,4}[:,][ \t]{0,4}["']?)([\w-]{16,})/gi },
  {
    // Spring: Found key 'shop.token' in … with value [x]
    kind: 'secret',
    find: /(['"]([\w.-]{3,64})['"][^\n]{0,160}?\bwith value[ \t]{1,4}[["']?)([^\s\]"']{6,})/g,
    isSecret: (_secret, [, , name = '']) => sensitiveName(name) !== null,
  },
  {
    // A name and a value in two columns, as PowerShell lists its environment.
    kind: 'secret',
    find: /^(([A-Z][A-Z0-9_]{3,64})[ \t]{2,40})(\S{8,}(?=[ \t]*$))/gm,
    isSecret: (secret, [, , name = '']) => sensitiveName(name) !== null && looksMade(secret),
  },
  {
    // Nomad, Vault: "Secret ID = …"
    kind: 'secret',
    find: /\b(secret[ _-]id[ \t]{0,16}[:=|][ \t]{0,16}["']?)([^\s"'|]{12,})/gi,
  },
];

const steps = [...RULES.map(stepOf), columnCuts, nextLineCuts];

export function dialogCuts(text: string): Cut[] {
  return HINT.test(text) ? traceSteps(text, steps) : [];
}

/** Cells under a heading that is the name of a secret, in CSV and in Markdown's tables. */
function columnCuts(text: string): Cut[] {
  const cuts: Cut[] = [];
  if (!text.includes('\n')) return cuts;
  let columns: { separator: string; count: number; named: number[] } | null = null;
  for (const { start, line } of linesOf(text)) {
    const separator = line.includes('|') ? '|' : ',';
    const cells = line.length > 2000 || !line.includes(separator) ? [] : line.split(separator);
    if (columns && separator === columns.separator && cells.length === columns.count) {
      let at = start;
      for (const [index, cell] of cells.entries()) {
        const value = cell.trim().replace(/^[`"']|[`"']$/g, '');
        if (columns.named.includes(index) && isValue(value)) {
          const from = at + cell.indexOf(value);
          cuts.push({ start: from, end: from + value.length, put: marker('secret') });
        }
        at += cell.length + 1;
      }
      continue;
    }
    columns = headingOf(separator, cells);
  }
  return cuts;
}

function headingOf(
  separator: string,
  cells: readonly string[],
): { separator: string; count: number; named: number[] } | null {
  if (
    cells.length < 3 ||
    !cells.every((cell) => /^[ \t"'`*]*[A-Za-z]?[\w .-]{0,40}[ \t"'`*]*\r?$/.test(cell))
  )
    return null;
  const named = cells.flatMap((cell, index) => (sensitiveName(cell.trim()) === null ? [] : [index]));
  return named.length === 0 ? null : { separator, count: cells.length, named };
}

const isValue = (value: string): boolean =>
  value.length >= 6 &&
  !/\s/.test(value) &&
  /[A-Za-z0-9]/.test(value) &&
  !/^-+$/.test(value) &&
  !isExemptValue(value);

/** A line that ends with the name of a secret, and right below it nothing but a value. */
const ALONE =
  /^[^\w\n"'(]{0,12}(?:#?\[?\w{0,8}\]?=>[ \t]*)?["'(<]?(?:string>)?([\w.+/=~:-]{12,}?)(?:<\/string>)?["')>]?[ \t\r]*$/;
const SPOKEN =
  /(?:token|passphrase|password|secret|(?:api|access|auth|private|license)[ _-]?key|key secret)\b/i;

function nextLineCuts(text: string): Cut[] {
  const cuts: Cut[] = [];
  if (!text.includes('\n')) return cuts;
  let before = '';
  for (const { start, line } of linesOf(text)) {
    if (line.trim() === '') continue;
    const value = line.length <= 600 ? ALONE.exec(line)?.[1] : undefined;
    if (value !== undefined && isNamedAbove(before) && isKey(value)) {
      const from = start + line.indexOf(value);
      cuts.push({ start: from, end: from + value.length, put: marker('secret') });
    }
    before = line;
  }
  return cuts;
}

/** Named at its end: `…{.data.api_token}'`, `secrets.DEPLOY_KEY`, "the api key is:", "nomad token for payments:". */
function isNamedAbove(line: string): boolean {
  const end = line.slice(-120).replace(/[\s"'`}\])>:]+$/, '');
  const last = /[\w.-]+$/.exec(end.replace(/<\/key$/, ''))?.[0] ?? '';
  if (sensitiveName(last) !== null) return true;
  return (
    /:[ \t\r]*$/.test(line) &&
    SPOKEN.test(end.slice(-60)) &&
    !/\b(?:commit|sha|digest|trace|id)\b/i.test(end.slice(-24))
  );
}

function isKey(value: string): boolean {
  if (isExemptValue(value)) return false;
  if (isUuid(value)) return true;
  return (
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    !/[/.](?:\w{1,5})$/.test(value) &&
    chanceOf(value) >= value.length * 0.2
  );
}

function* linesOf(text: string): Generator<{ start: number; line: string }> {
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    yield { start, line: text.slice(start, end) };
    start = end + 1;
  }
}

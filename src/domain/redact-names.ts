// Which names hold secrets, and which values under such a name plainly are none.

/** `plural`: "tokens", which may as well be a count. */
export type SensitiveName = { kind: string; plural: boolean };

/** `[redacted:<kind>]`. */
export function marker(kind: string): string {
  return `[redacted:${kind}]`;
}

export function isMarker(text: string): boolean {
  return /^\[redacted:[a-z-]{1,30}\]$/.test(text);
}

/**
 * Reads a key, header, flag or variable name in any case style: DB_PASSWORD, clientSecret, X-Api-Key.
 * Words after the secret one that make it harmless (token_count, secretName, password.ts) clear it.
 */
export function sensitiveName(name: string): SensitiveName | null {
  // Nearly every word of a log line ends here.
  if (!/pass|pw|secret|token|key|cred|auth|cookie|sign|psk|salt/i.test(name)) return null;
  const words = wordsOf(name.slice(-longestName));
  for (let end = words.length; end > 0 && end > words.length - 4; end -= 1) {
    const kind = kindOf(words.slice(Math.max(0, end - 4), end));
    if (kind === null) continue;
    const after = words.slice(end);
    return after.length > 0 && isHarmless(name, kind.kind, after) ? null : kind;
  }
  return null;
}

/** Empty, a switch, a reference to a secret kept elsewhere, a mask, or redacted before. */
export function isExemptValue(value: string): boolean {
  return value.length < 200 && (exemptValue.test(value) || isMarker(value));
}

const longestName = 128;

const exemptValue =
  /^(?:true|false|null|none|nil|undefined|yes|no|on|off|string|str|missing|required|invalid|empty|expired|incorrect|wrong|token|(?:[\w.-]{1,64}=)?(?:env:[A-Z_][A-Z0-9_]*|file:\/\S*)|\$\{[A-Za-z_][A-Za-z0-9_]*\}|\$[A-Z]+_[A-Z0-9_]+|(?:var|local|module)\.[a-z_]+(?:\.[a-z_]+){0,3}|process\.env\.\w{1,64},?|\$\((?:cat|aws|vault|op|pass|gcloud|az|kubectl|echo|printenv|head|tr|sed|jq|base64)|\*{3,}|\.{3}|<[a-z _-]{1,40}>|\$\{\{|\$[A-Z]{3,32}|await|new|secrets?|\$\d{1,2}|must|should|mismatch|refreshing|x{5,64}|\[(?:redacted|filtered|masked|hidden|removed)\],?|\((?:sensitive|redacted|hidden)\b\)?|(?:os\.environ(?:\.get)?|process\.env|ENV(?:\.fetch)?|(?:System\.|os\.)?getenv)[[(]\\{0,2}["']?\w{1,64}["']?[\])]?;?)?$/i;

const kinds: readonly [kind: string, ending: RegExp][] = [
  ['password', /(?:password|passwd|passphrase)(s)?\d*$/],
  // Glued, as redis.conf, libpq's neighbours and many an .env have it; not "bypass" or "compass".
  [
    'password',
    /(?:require|db|sql|pg|redis|mongo|rabbit|ldap|bind|smtp|mail|ftp|ssh|sudo|root|admin|user|login|key|keystore|store|trust|vault|become|my)(?:pass|pw|pwd)$/,
  ],
  ['password', /^masterauth$/],
  ['private-key', /(?:private|client|ssh|tls)key(s)?\d*$/],
  ['access-key', /(?:access|account|storage|subscription|session|functions?|deploy)key(s)?\d*$/],
  ['api-key', /(?:api|app|application|integration|routing|service|auth|license)key(s)?\d*$/],
  ['key', /(?:signing|encryption|master|secret|shared|hmac|webhook)key(s)?\d*$/],
  [
    'key',
    /(?:^|preshared|wpa\d?|ipsec|vpn)psk$|(?:loggedin|nonce|secureauth)key$|(?:auth|loggedin|nonce|password|secret|session|encryption)salt$/,
  ],
  ['secret', /secret(s)?\d*$/],
  ['token', /token(s)?\d*$/],
  ['credential', /credential(s)?\d*$/],
  ['authorization', /authorization$/],
  ['cookie', /cookie(s)?$/],
  ['signature', /amzsignature$/],
];

// After a secret word, these say that the value describes it and is not it.
const harmless = new Set(
  (
    'count counts limit limits usage used budget length len size type types kind expiry expires expired expiration ttl age ' +
    'name names file filename path dir url uri endpoint arn ref version policy status state enabled disabled required ' +
    'valid invalid hint label header prefix field at in ms seconds rotated rotation manager store provider bucket index ' +
    'error errors exception encoder decoder service filter handler validator generator factory client controller helper ' +
    'test tests spec job worker reset found failed failure missing request requests response scope scopes created updated ' +
    'stdin yaml yml json ts js mjs tsx py go rb java rs txt log md html css sh conf'
  ).split(' '),
);

// In kebab-case a name is often that of a service (token-service-7f9c), so there only these keep it secret.
const stillSecret = new Set(
  'value val raw plain text base64 b64 hash new old current previous key data string id'.split(' '),
);

function kindOf(words: readonly string[]): SensitiveName | null {
  const last = words.at(-1);
  if (last === 'pwd' || ((last === 'pass' || last === 'pw') && words.length > 1))
    return { kind: 'password', plural: false };
  const joined = words.join('');
  // .NET's PublicKeyToken names an assembly.
  if (joined.includes('publickey')) return null;
  for (const [kind, ending] of kinds) {
    const match = ending.exec(joined);
    if (match) return { kind, plural: match[1] !== undefined };
  }
  return null;
}

function isHarmless(name: string, kind: string, after: readonly string[]): boolean {
  const last = after.at(-1) ?? '';
  if (harmless.has(last)) return true;
  if (last === 'id') return kind !== 'secret';
  return name.includes('-') && !name.startsWith('-') && !stillSecret.has(last);
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

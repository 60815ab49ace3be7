// Random secrets of every kind that must never leave the house: `secret` is the part that may not survive,
// `text` the secret as it is met in the wild.
import fc from 'fast-check';

export type PlantedSecret = { secret: string; text: string };
export type SecretKind = { name: string; arbitrary: fc.Arbitrary<PlantedSecret> };

const letters = 'abcdefghijklmnopqrstuvwxyz';
const alphanumeric = `${letters}${letters.toUpperCase()}0123456789`;
const upper = `${letters.toUpperCase()}0123456789`;
const base64 = `${alphanumeric}+/`;
const urlSafe = `${alphanumeric}_-`;
const typed = `${alphanumeric}!@#$%^*()_+.:/?-{}~`;

function chars(from: string, minLength: number, maxLength = minLength): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...from), minLength, maxLength });
}

function bare(
  prefix: string,
  from: string,
  minLength: number,
  maxLength = minLength,
): fc.Arbitrary<PlantedSecret> {
  return chars(from, minLength, maxLength).map((secret) => ({ secret, text: prefix + secret }));
}

function within(before: string, after: string, secret: fc.Arbitrary<string>): fc.Arbitrary<PlantedSecret> {
  return secret.map((value) => ({ secret: value, text: before + value + after }));
}

// Whatever a person may choose, but not what says that it is none (true, env:NAME, …) nor a list's next pair.
const password = chars(typed, 12, 40).filter(
  (text) => /^[a-zA-Z0-9]/.test(text) && /\d/.test(text) && !/^(?:env|file):/i.test(text),
);
const part = chars(urlSafe, 20, 200);
const dots = fc.tuple(part, part, part).map((parts) => `eyJ${parts.join('.')}`);

export const secretKinds: readonly SecretKind[] = [
  { name: 'an AWS key id', arbitrary: fc.oneof(bare('AKIA', upper, 16), bare('ASIA', upper, 16)) },
  {
    name: 'an AWS secret beside its word',
    arbitrary: within('aws_secret_access_key = ', '', chars(base64, 40)),
  },
  {
    name: 'a GitHub token',
    arbitrary: fc.oneof(
      bare('ghp_', alphanumeric, 36),
      bare('gho_', alphanumeric, 36),
      bare('ghs_', alphanumeric, 36),
    ),
  },
  { name: 'a fine-grained GitHub token', arbitrary: bare('github_pat_', `${alphanumeric}_`, 82) },
  {
    name: 'a Slack token',
    arbitrary: fc.oneof(
      ...['xoxa-', 'xoxb-', 'xoxr-', 'xoxs-', 'xoxp-', 'xapp-1-'].map((prefix) =>
        bare(prefix, `${alphanumeric}-`, 24, 60),
      ),
    ),
  },
  { name: 'a Slack webhook', arbitrary: bare('https://hooks.slack.com/services/', `${alphanumeric}/`, 44) },
  { name: 'an Anthropic key', arbitrary: bare('sk-ant-api03-', urlSafe, 95) },
  {
    name: 'an OpenAI key',
    arbitrary: fc.oneof(bare('sk-', alphanumeric, 48), bare('sk-proj-', urlSafe, 156)),
  },
  {
    name: 'a Stripe key',
    arbitrary: fc.oneof(bare('sk_live_', alphanumeric, 24, 99), bare('rk_live_', alphanumeric, 24, 99)),
  },
  { name: 'a Google key', arbitrary: bare('AIza', urlSafe, 35) },
  { name: 'an npm token', arbitrary: bare('npm_', alphanumeric, 36) },
  { name: 'a GitLab token', arbitrary: bare('glpat-', urlSafe, 20) },
  {
    name: 'a SendGrid key',
    arbitrary: fc
      .tuple(chars(urlSafe, 22), chars(urlSafe, 43))
      .map(([a, b]) => ({ secret: `${a}.${b}`, text: `SG.${a}.${b}` })),
  },
  { name: 'a JWT', arbitrary: dots.map((secret) => ({ secret, text: secret })) },
  {
    name: 'a private key',
    arbitrary: fc
      .tuple(fc.array(chars(base64, 64), { minLength: 1, maxLength: 5 }), chars(base64, 9, 60))
      .map(([lines, last]) => {
        const secret = [...lines, last].join('\n');
        return { secret, text: `-----BEGIN EC PRIVATE KEY-----\n${secret}\n-----END EC PRIVATE KEY-----` };
      }),
  },
  {
    name: 'a private key without an end',
    arbitrary: fc.array(chars(base64, 64), { minLength: 1, maxLength: 5 }).map((lines) => ({
      secret: lines.join('\n'),
      text: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}`,
    })),
  },
  { name: 'a password in a URL', arbitrary: within('postgres://app:', '@db-1.internal:5432/shop', password) },
  {
    name: 'a bearer header',
    arbitrary: within('Authorization: Bearer ', '', chars(`${urlSafe}.~+/`, 20, 60)),
  },
  { name: 'a basic header', arbitrary: within('authorization: Basic ', '', chars(base64, 12, 60)) },
  {
    name: 'a cookie header',
    arbitrary: within('Cookie: theme=dark; sid=', '', chars(`${urlSafe}%.`, 12, 60)),
  },
  {
    name: 'a password in a pair',
    arbitrary: fc
      .constantFrom('password=', 'DB_PASSWORD=', 'passwd: ', 'user=x password=')
      .chain((key) => within(key, '', password)),
  },
  {
    name: 'a secret in JSON',
    arbitrary: fc
      .constantFrom('secret', 'token', 'apiKey', 'private_key', 'access_key', 'routing_key', 'clientSecret')
      .chain((key) => within(`{"${key}": "`, '", "a": 1}', password)),
  },
  {
    name: 'a password as an argument',
    arbitrary: fc
      .constantFrom('--password ', '--password=', '--token ', '--api-key ')
      .chain((flag) => within(`run ${flag}`, '', password)),
  },
  {
    name: 'a token in a query',
    arbitrary: fc
      .constantFrom('?token=', '?a=1&access_token=', '?api_key=')
      .chain((key) => within(`GET /x${key}`, '&user=bob', chars(`${urlSafe}.~%`, 12, 60))),
  },
];

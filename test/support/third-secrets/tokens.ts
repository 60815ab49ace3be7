// Keys that a provider's public format makes known by themselves: they are secrets wherever they stand.

import { BASE36, BASE62, type Chance, DIGITS, HEX, LOWER, URL_SAFE, uuidOf } from './chance.ts';

export type Key = {
  kind: string;
  /** Names under which it is usually set; never empty. */
  names: readonly string[];
  value: string;
  /** Known by its own look, so it may stand without its name. */
  plain: boolean;
};

export type KeyKind = {
  kind: string;
  names: readonly string[];
  plain: boolean;
  make(chance: Chance): string;
};

const UPPER32 = `${LOWER.toUpperCase()}234567`;
const UPPER36 = BASE36.toUpperCase();

const plain = (kind: string, names: string, make: KeyKind['make']): KeyKind => ({
  kind,
  names: names.split(' '),
  plain: true,
  make,
});

const b64url = (text: string | Buffer) => Buffer.from(text).toString('base64url');

/** RFC 7519. */
export function jwtOf(chance: Chance): string {
  const header = { alg: chance.of(['HS256', 'RS256', 'ES256']), typ: 'JWT', kid: chance.text(HEX, 8) };
  const body = {
    sub: chance.text(DIGITS, 10),
    iss: 'https://id.example.com',
    exp: 1_790_000_000 + chance.below(1e6),
  };
  const signed = `${b64url(JSON.stringify(header))}.${b64url(JSON.stringify(body))}`;
  return `${signed}.${b64url(chance.bytes(header.alg === 'RS256' ? 256 : 32))}`;
}

export const TOKENS: readonly KeyKind[] = [
  plain('github classic', 'GITHUB_TOKEN gh_token', (c) => `ghp_${c.text(BASE62, 36)}`),
  plain(
    'github fine-grained',
    'GH_PAT githubToken',
    (c) => `github_pat_${c.text(BASE62, 22)}_${c.text(BASE62, 59)}`,
  ),
  plain(
    'github app',
    'GITHUB_APP_TOKEN token',
    (c) => `${c.of(['ghs', 'gho', 'ghu'])}_${c.text(BASE62, 36)}`,
  ),
  plain('github refresh', 'refresh_token', (c) => `ghr_${c.text(BASE62, 76)}`),
  plain('gitlab personal', 'GITLAB_TOKEN PRIVATE-TOKEN', (c) => `glpat-${c.text(URL_SAFE, 20)}`),
  plain(
    'gitlab other',
    'CI_DEPLOY_TOKEN runnerToken',
    (c) => `${c.of(['gldt', 'glrt', 'glptt', 'glft'])}-${c.text(URL_SAFE, 20)}`,
  ),
  plain(
    'slack bot',
    'SLACK_BOT_TOKEN slackToken',
    (c) => `xoxb-${c.text(DIGITS, 12)}-${c.text(DIGITS, 13)}-${c.text(BASE62, 24)}`,
  ),
  plain(
    'slack user',
    'SLACK_USER_TOKEN',
    (c) => `xoxp-${c.text(DIGITS, 12)}-${c.text(DIGITS, 12)}-${c.text(DIGITS, 13)}-${c.text(HEX, 32)}`,
  ),
  plain(
    'slack app',
    'SLACK_APP_TOKEN',
    (c) => `xapp-1-A${c.text(UPPER36, 10)}-${c.text(DIGITS, 13)}-${c.text(HEX, 64)}`,
  ),
  plain(
    'slack webhook',
    'SLACK_WEBHOOK_URL hook',
    (c) =>
      `https://hooks.slack.com/services/T${c.text(UPPER36, 8)}/B${c.text(UPPER36, 10)}/${c.text(BASE62, 24)}`,
  ),
  plain(
    'stripe',
    'STRIPE_SECRET_KEY stripeKey',
    (c) => `${c.of(['sk', 'rk'])}_live_${c.text(BASE62, c.of([24, 99]))}`,
  ),
  plain('stripe webhook', 'STRIPE_WEBHOOK_SECRET', (c) => `whsec_${c.text(BASE62, 32)}`),
  plain('twilio api key', 'TWILIO_API_KEY', (c) => `SK${c.text(HEX, 32)}`),
  plain('sendgrid', 'SENDGRID_API_KEY', (c) => `SG.${c.text(URL_SAFE, 22)}.${c.text(URL_SAFE, 43)}`),
  plain('mailgun', 'MAILGUN_API_KEY', (c) => `key-${c.text(HEX, 32)}`),
  plain('mailgun new', 'MAILGUN_KEY', (c) => `${c.text(HEX, 32)}-${c.text(HEX, 8)}-${c.text(HEX, 8)}`),
  plain('mailchimp', 'MAILCHIMP_API_KEY', (c) => `${c.text(HEX, 32)}-us${c.between(1, 21)}`),
  plain('npm', 'NPM_TOKEN _authToken', (c) => `npm_${c.text(BASE62, 36)}`),
  plain('pypi', 'TWINE_PASSWORD PYPI_TOKEN', (c) => `pypi-AgEIcHlwaS5vcmc${c.text(URL_SAFE, 150)}`),
  plain('docker hub', 'DOCKERHUB_TOKEN', (c) => `dckr_pat_${c.text(URL_SAFE, 27)}`),
  plain('heroku new', 'HEROKU_API_KEY', (c) => `HRKU-AA${c.text(URL_SAFE, 58)}`),
  plain(
    'digitalocean',
    'DIGITALOCEAN_TOKEN do_token',
    (c) => `${c.of(['dop', 'doo', 'dor'])}_v1_${c.text(HEX, 64)}`,
  ),
  plain('new relic user', 'NEW_RELIC_API_KEY', (c) => `NRAK-${c.text(UPPER36, 27)}`),
  plain('new relic license', 'NEW_RELIC_LICENSE_KEY licenseKey', (c) => `${c.text(HEX, 36)}NRAL`),
  plain('new relic insert', 'NEW_RELIC_INSERT_KEY', (c) => `NRII-${c.text(URL_SAFE, 32)}`),
  plain(
    'sentry dsn',
    'SENTRY_DSN dsn',
    (c) => `https://${c.text(HEX, 32)}@o${c.text(DIGITS, 6)}.ingest.sentry.io/${c.text(DIGITS, 7)}`,
  ),
  plain('sentry user', 'SENTRY_AUTH_TOKEN', (c) => `sntryu_${c.text(HEX, 64)}`),
  plain('pagerduty', 'PAGERDUTY_TOKEN pd_api_key', (c) => `${c.of(['u', 'y'])}+${c.text(URL_SAFE, 18)}`),
  plain(
    'openai',
    'OPENAI_API_KEY openaiApiKey',
    (c) => `sk-${c.text(BASE62, 20)}T3BlbkFJ${c.text(BASE62, 20)}`,
  ),
  plain(
    'openai project',
    'OPENAI_API_KEY',
    (c) => `sk-proj-${c.text(URL_SAFE, 74)}T3BlbkFJ${c.text(URL_SAFE, 74)}`,
  ),
  plain('anthropic', 'ANTHROPIC_API_KEY x-api-key', (c) => `sk-ant-api03-${c.text(URL_SAFE, 93)}AA`),
  plain('huggingface', 'HF_TOKEN HUGGING_FACE_HUB_TOKEN', (c) => `hf_${c.text(BASE62, 34)}`),
  plain(
    'shopify',
    'SHOPIFY_ACCESS_TOKEN',
    (c) => `${c.of(['shpat', 'shpca', 'shppa', 'shpss'])}_${c.text(HEX, 32)}`,
  ),
  plain('square', 'SQUARE_ACCESS_TOKEN', (c) => `EAAA${c.text(URL_SAFE, 60)}`),
  plain('square secret', 'SQUARE_SECRET', (c) => `sq0csp-${c.text(URL_SAFE, 43)}`),
  plain('databricks', 'DATABRICKS_TOKEN', (c) => `dapi${c.text(HEX, 32)}${c.of(['', '-2'])}`),
  plain('vault', 'VAULT_TOKEN X-Vault-Token', (c) => `hvs.${c.text(URL_SAFE, c.of([24, 91]))}`),
  plain('vault batch', 'VAULT_TOKEN', (c) => `hvb.${c.text(URL_SAFE, 140)}`),
  plain('terraform cloud', 'TFE_TOKEN', (c) => `${c.text(BASE62, 14)}.atlasv1.${c.text(URL_SAFE, 67)}`),
  plain('google api key', 'GOOGLE_API_KEY mapsKey', (c) => `AIza${c.text(URL_SAFE, 35)}`),
  plain('google oauth', 'GOOGLE_CLIENT_SECRET', (c) => `GOCSPX-${c.text(URL_SAFE, 28)}`),
  plain('google access', 'access_token', (c) => `ya29.a0${c.text(URL_SAFE, 140)}`),
  plain(
    'aws key id',
    'AWS_ACCESS_KEY_ID accessKeyId',
    (c) => `${c.of(['AKIA', 'ASIA'])}${c.text(UPPER32, 16)}`,
  ),
  plain(
    'azure ad',
    'AZURE_CLIENT_SECRET clientSecret',
    (c) => `${c.text(BASE62, 3)}8Q~${c.text(`${URL_SAFE}.~`, 33)}a`,
  ),
  plain(
    'discord bot',
    'DISCORD_TOKEN',
    (c) => `${b64url(c.text('123456789', 18))}.${c.text(URL_SAFE, 6)}.${c.text(URL_SAFE, 38)}`,
  ),
  plain(
    'discord webhook',
    'DISCORD_WEBHOOK',
    (c) => `https://discord.com/api/webhooks/${c.text('123456789', 18)}/${c.text(URL_SAFE, 68)}`,
  ),
  plain('telegram', 'TELEGRAM_BOT_TOKEN', (c) => `${c.text('123456789', 10)}:AA${c.text(URL_SAFE, 33)}`),
  plain('grafana', 'GRAFANA_TOKEN', (c) => `glsa_${c.text(BASE62, 32)}_${c.text(HEX, 8)}`),
  plain('linear', 'LINEAR_API_KEY', (c) => `lin_api_${c.text(BASE62, 40)}`),
  plain(
    'atlassian',
    'JIRA_API_TOKEN',
    (c) => `ATATT3xFfGF0${c.text(URL_SAFE, 171)}=${c.text(HEX.toUpperCase(), 8)}`,
  ),
  plain('doppler', 'DOPPLER_TOKEN', (c) => `dp.st.prd.${c.text(BASE62, 43)}`),
  plain('planetscale', 'PLANETSCALE_PASSWORD', (c) => `pscale_pw_${c.text(URL_SAFE, 43)}`),
  plain('postman', 'POSTMAN_API_KEY', (c) => `PMAK-${c.text(HEX, 24)}-${c.text(HEX, 34)}`),
  plain('age key', 'AGE_KEY', (c) => `AGE-SECRET-KEY-1${c.text('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`),
  plain('fly.io', 'FLY_API_TOKEN', (c) => `fo1_${c.text(URL_SAFE, 43)}`),
  plain('pulumi', 'PULUMI_ACCESS_TOKEN', (c) => `pul-${c.text(HEX, 40)}`),
  plain('supabase', 'SUPABASE_ACCESS_TOKEN', (c) => `sbp_${c.text(HEX, 40)}`),
  plain('artifactory', 'ARTIFACTORY_API_KEY', (c) => `AKCp${c.text(BASE62, 69)}`),
  plain('okta ssws', 'Authorization', (c) => `SSWS 00${c.text(URL_SAFE, 40)}`),
  plain(
    'teams webhook',
    'TEAMS_WEBHOOK',
    (c) =>
      `https://acme.webhook.office.com/webhookb2/${uuidOf(c)}@${uuidOf(c)}/IncomingWebhook/${c.text(HEX, 32)}/${uuidOf(c)}`,
  ),
  plain('jwt', 'id_token session_jwt', jwtOf),
];

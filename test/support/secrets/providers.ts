// Credentials as the providers document them. None is real; prefixes are put together at run time, so that no scanner takes
// this file for a leak.
import type { Draw } from './draw.ts';

export interface Provider {
  name: string;
  /** How its variable, key or header is called. */
  variable: string;
  make: (draw: Draw) => string;
  /** Known by its name or its scheme alone: carriers that give no name say nothing about it. */
  needsName?: true;
  /** Of the form `scheme://user:SECRET@host` and the like: this part of it may not survive. */
  secretIn?: (made: string) => string;
  /** Holds line ends or spaces: not for carriers that quote a word. */
  block?: true;
}

const j = (...parts: string[]) => parts.join('');
const b64 = (text: string) => Buffer.from(text).toString('base64');
const b64url = (text: string) => Buffer.from(text).toString('base64url');

export const PROVIDERS: readonly Provider[] = [
  {
    name: 'AWS key id',
    variable: 'AWS_ACCESS_KEY_ID',
    make: (d) => j(d.pick(['AK', 'AS']), 'IA', d.of('base32', 16)),
  },
  { name: 'AWS secret', variable: 'AWS_SECRET_ACCESS_KEY', make: (d) => d.of('base64', 40) },
  {
    name: 'AWS session token',
    variable: 'AWS_SESSION_TOKEN',
    make: (d) => j('IQoJb3Jp', 'Z2luX2Vj', d.of('base64', d.between(200, 400)), '=='),
  },
  { name: 'Google API key', variable: 'GOOGLE_API_KEY', make: (d) => j('AI', 'za', 'Sy', d.of('url', 33)) },
  {
    name: 'Google OAuth',
    variable: 'GOOGLE_TOKEN',
    make: (d) => j('ya', '29.', d.of('url', d.between(60, 180))),
  },
  {
    name: 'Google client secret',
    variable: 'GOOGLE_CLIENT_SECRET',
    make: (d) => j('GOC', 'SPX-', d.of('url', 28)),
  },
  { name: 'Azure storage key', variable: 'AZURE_STORAGE_KEY', make: (d) => d.bytes(64).toString('base64') },
  {
    name: 'Azure client secret',
    variable: 'AZURE_CLIENT_SECRET',
    make: (d) => j(d.of('base62', 3), '8', 'Q~', d.of('url', 34)),
  },
  {
    name: 'Azure DevOps',
    variable: 'AZURE_DEVOPS_EXT_PAT',
    make: (d) =>
      d.below(2) ? d.of('base32', 52).toLowerCase() : j(d.of('base62', 76), 'AZ', 'DO', d.of('base62', 4)),
  },
  {
    name: 'Azure SAS',
    variable: 'SAS_URL',
    make: (d) =>
      `https://acc.blob.core.windows.net/c/b?sv=2022-11-02&sr=b&sp=r&sig=${encodeURIComponent(d.bytes(32).toString('base64'))}`,
    secretIn: (made) => made.slice(made.indexOf('sig=') + 4),
  },
  {
    name: 'GitHub',
    variable: 'GITHUB_TOKEN',
    make: (d) => j('gh', d.pick(['p', 'o', 's', 'u', 'r']), '_', d.of('base62', 36)),
  },
  {
    name: 'GitHub fine-grained',
    variable: 'GH_TOKEN',
    make: (d) => j('github', '_pat_', d.of('base62', 22), '_', d.of('base62', 59)),
  },
  {
    name: 'GitLab',
    variable: 'GITLAB_TOKEN',
    make: (d) => j('gl', d.pick(['pat', 'dt', 'rt', 'cbt', 'ptt', 'soat', 'ft']), '-', d.of('url', 20)),
  },
  { name: 'Bitbucket', variable: 'BITBUCKET_APP_PASSWORD', make: (d) => j('AT', 'BB', d.of('base62', 32)) },
  {
    name: 'Atlassian',
    variable: 'JIRA_TOKEN',
    make: (d) => j('ATA', 'TT3x', d.of('url', 180), '=', d.of('upperHex', 8)),
  },
  {
    name: 'Slack bot',
    variable: 'SLACK_BOT_TOKEN',
    make: (d) =>
      j(
        'xo',
        d.pick(['xb', 'xp']),
        '-',
        d.of('digits', 12),
        '-',
        d.of('digits', 13),
        '-',
        d.of('base62', 24),
      ),
  },
  {
    name: 'Slack app',
    variable: 'SLACK_APP_TOKEN',
    make: (d) => j('xa', 'pp-1-A', d.of('upper36', 10), '-', d.of('digits', 13), '-', d.of('hex', 64)),
  },
  {
    name: 'Slack webhook',
    variable: 'SLACK_WEBHOOK',
    make: (d) =>
      j(
        'https://hooks.sl',
        'ack.com/services/T',
        d.of('upper36', 8),
        '/B',
        d.of('upper36', 10),
        '/',
        d.of('base62', 24),
      ),
    secretIn: (made) => made.slice(-24),
  },
  {
    name: 'Stripe',
    variable: 'STRIPE_SECRET_KEY',
    make: (d) =>
      j(d.pick(['sk', 'rk']), '_', d.pick(['live', 'test']), '_', d.of('base62', d.pick([24, 99]))),
  },
  {
    name: 'Stripe webhook',
    variable: 'STRIPE_WEBHOOK_SECRET',
    make: (d) => j('wh', 'sec_', d.of('base62', 32)),
  },
  { name: 'Twilio key', variable: 'TWILIO_API_KEY', make: (d) => j('S', 'K', d.of('hex', 32)) },
  { name: 'Twilio token', variable: 'TWILIO_AUTH_TOKEN', make: (d) => d.of('hex', 32), needsName: true },
  {
    name: 'SendGrid',
    variable: 'SENDGRID_API_KEY',
    make: (d) => j('S', 'G.', d.of('url', 22), '.', d.of('url', 43)),
  },
  {
    name: 'Mailgun',
    variable: 'MAILGUN_API_KEY',
    make: (d) =>
      d.below(2)
        ? j('ke', 'y-', d.of('hex', 32))
        : j(d.of('hex', 32), '-', d.of('hex', 8), '-', d.of('hex', 8)),
  },
  {
    name: 'Mailchimp',
    variable: 'MAILCHIMP_API_KEY',
    make: (d) => j(d.of('hex', 32), '-us', String(d.between(1, 21))),
  },
  {
    name: 'Anthropic',
    variable: 'ANTHROPIC_API_KEY',
    make: (d) => j('sk-', 'ant-', d.pick(['api03', 'admin01']), '-', d.of('url', 93), 'AA'),
  },
  {
    name: 'OpenAI',
    variable: 'OPENAI_API_KEY',
    make: (d) =>
      j('sk', '-', d.pick(['', 'proj-', 'svcacct-']), d.of('base62', 20), 'T3Blbk', 'FJ', d.of('base62', 20)),
  },
  { name: 'Hugging Face', variable: 'HF_TOKEN', make: (d) => j('hf', '_', d.of('letters', 34)) },
  { name: 'npm', variable: 'NPM_TOKEN', make: (d) => j('np', 'm_', d.of('base62', 36)) },
  {
    name: 'PyPI',
    variable: 'TWINE_PASSWORD',
    make: (d) => j('py', 'pi-AgEI', 'cHlwaS5vcmc', d.of('url', 150)),
  },
  { name: 'RubyGems', variable: 'GEM_HOST_API_KEY', make: (d) => j('ruby', 'gems_', d.of('hex', 48)) },
  { name: 'Docker Hub', variable: 'DOCKERHUB_TOKEN', make: (d) => j('dck', 'r_pat_', d.of('url', 27)) },
  { name: 'Datadog', variable: 'DD_API_KEY', make: (d) => d.of('hex', 32), needsName: true },
  { name: 'Datadog app', variable: 'DD_APP_KEY', make: (d) => d.of('hex', 40), needsName: true },
  { name: 'New Relic', variable: 'NEW_RELIC_API_KEY', make: (d) => j('NR', 'AK-', d.of('upper36', 27)) },
  {
    name: 'Grafana',
    variable: 'GRAFANA_TOKEN',
    make: (d) => j('gl', 'sa_', d.of('base62', 32), '_', d.of('hex', 8)),
  },
  {
    name: 'Grafana Cloud',
    variable: 'GRAFANA_CLOUD_TOKEN',
    make: (d) =>
      j('gl', 'c_', b64(JSON.stringify({ o: d.of('digits', 6), n: 'stack', k: d.of('base62', 24) }))),
  },
  { name: 'Vault', variable: 'VAULT_TOKEN', make: (d) => j('hv', 's.', d.of('url', d.between(24, 95))) },
  {
    name: 'Terraform Cloud',
    variable: 'TFE_TOKEN',
    make: (d) => j(d.of('base62', 14), '.atl', 'asv1.', d.of('base62', 67)),
  },
  {
    name: 'DigitalOcean',
    variable: 'DIGITALOCEAN_TOKEN',
    make: (d) => j('do', d.pick(['p', 'o', 'r']), '_v1_', d.of('hex', 64)),
  },
  { name: 'Cloudflare', variable: 'CLOUDFLARE_API_TOKEN', make: (d) => d.of('url', 40) },
  {
    name: 'Heroku',
    variable: 'HEROKU_API_KEY',
    make: (d) => (d.below(2) ? j('HR', 'KU-', d.uuid()) : j('HR', 'KU-AA', d.of('url', 58))),
  },
  { name: 'Netlify', variable: 'NETLIFY_AUTH_TOKEN', make: (d) => j('nf', 'p_', d.of('base62', 36)) },
  {
    name: 'Vercel',
    variable: 'VERCEL_TOKEN',
    make: (d) => (d.below(2) ? d.of('base62', 24) : j('vc', 'p_', d.of('base62', 56))),
    needsName: true,
  },
  {
    name: 'Shopify',
    variable: 'SHOPIFY_ACCESS_TOKEN',
    make: (d) => j('shp', d.pick(['at', 'ca', 'pa', 'ss']), '_', d.of('hex', 32)),
  },
  {
    name: 'Square',
    variable: 'SQUARE_ACCESS_TOKEN',
    make: (d) => j('sq', '0', d.pick(['atp', 'csp']), '-', d.of('url', 22)),
  },
  {
    name: 'Telegram',
    variable: 'TELEGRAM_BOT_TOKEN',
    make: (d) => j(d.of('digits', 10).replace(/^0/, '7'), ':A', 'A', d.of('url', 33)),
  },
  {
    name: 'Discord',
    variable: 'DISCORD_TOKEN',
    make: (d) => j(b64url(`1${d.of('digits', 17)}`), '.', d.of('url', 6), '.', d.of('url', 38)),
  },
  { name: 'PagerDuty', variable: 'PAGERDUTY_TOKEN', make: (d) => d.of('url', 20), needsName: true },
  {
    name: 'Sentry',
    variable: 'SENTRY_AUTH_TOKEN',
    make: (d) =>
      j(
        'snt',
        'rys_',
        b64(JSON.stringify({ iat: 1700000000, url: 'https://sentry.example', org: 'acme' })),
        '_',
        d.of('base64', 43),
      ),
  },
  {
    name: 'Sentry DSN',
    variable: 'SENTRY_DSN',
    make: (d) => `https://${d.of('hex', 32)}@o${d.of('digits', 6)}.ingest.sentry.io/${d.of('digits', 7)}`,
    secretIn: (made) => made.slice(8, 40),
  },
  { name: 'Linear', variable: 'LINEAR_API_KEY', make: (d) => j('lin', '_api_', d.of('base62', 40)) },
  {
    name: 'Notion',
    variable: 'NOTION_TOKEN',
    make: (d) => (d.below(2) ? j('nt', 'n_', d.of('base62', 46)) : j('sec', 'ret_', d.of('base62', 43))),
  },
  {
    name: 'Airtable',
    variable: 'AIRTABLE_TOKEN',
    make: (d) => j('pa', 't', d.of('base62', 14), '.', d.of('hex', 64)),
  },
  {
    name: 'Postman',
    variable: 'POSTMAN_API_KEY',
    make: (d) => j('PM', 'AK-', d.of('hex', 24), '-', d.of('hex', 34)),
  },
  { name: 'Databricks', variable: 'DATABRICKS_TOKEN', make: (d) => j('da', 'pi', d.of('hex', 32)) },
  { name: 'Doppler', variable: 'DOPPLER_TOKEN', make: (d) => j('dp', '.pt.', d.of('base62', 43)) },
  { name: 'age', variable: 'SOPS_AGE_KEY', make: (d) => j('AGE-', 'SECRET-KEY-1', d.of('bech32', 58)) },
  {
    name: 'JWT',
    variable: 'ID_TOKEN',
    make: (d) =>
      j(
        b64url(JSON.stringify({ alg: 'RS256', typ: 'JWT' })),
        '.',
        b64url(JSON.stringify({ sub: d.of('digits', 8), iat: 1700000000 })),
        '.',
        d.of('url', 342),
      ),
  },
  {
    name: 'private key',
    variable: 'TLS_PRIVATE_KEY',
    block: true,
    make: (d) => {
      const kind = d.pick(['RSA ', 'EC ', '', 'OPENSSH ']);
      return j(
        '-----BEGIN ',
        kind,
        'PRIV',
        'ATE KEY-----\n',
        (
          d
            .bytes(d.between(90, 600))
            .toString('base64')
            .match(/.{1,64}/g) ?? []
        ).join('\n'),
        '\n-----END ',
        kind,
        'PRIV',
        'ATE KEY-----',
      );
    },
    secretIn: (made) => made.split('\n').slice(1, -1).join('\n'),
  },
  {
    name: 'database URL',
    variable: 'DATABASE_URL',
    make: (d) =>
      `${d.pick(['postgres', 'mysql', 'mongodb+srv', 'redis', 'amqp', 'postgresql+asyncpg'])}://app:${d.of('base62', 20)}@db-1.internal/shop`,
    secretIn: (made) => /app:(.*)@/.exec(made)?.[1] ?? made,
  },
  {
    name: 'JDBC',
    variable: 'JDBC_URL',
    make: (d) => `jdbc:postgresql://db-1:5432/shop?user=app&password=${d.of('base62', 20)}`,
    secretIn: (made) => made.slice(made.indexOf('password=') + 9),
  },
  {
    name: 'ADO.NET',
    variable: 'CONNECTION_STRING',
    block: true,
    make: (d) =>
      `Server=tcp:db-1,1433;Database=shop;User Id=sa;${d.pick(['Password', 'Pwd'])}=${d.of('base62', 20)};Encrypt=true`,
    secretIn: (made) => /(?:Password|Pwd)=(\w+)/.exec(made)?.[1] ?? made,
  },
  { name: 'random hex', variable: 'SIGNING_KEY', make: (d) => d.of('hex', d.pick([32, 48, 64, 128])) },
  { name: 'random base62', variable: 'APP_SECRET', make: (d) => d.of('base62', d.between(32, 64)) },
  {
    name: 'random base64',
    variable: 'ENCRYPTION_KEY',
    make: (d) => d.bytes(d.pick([24, 32, 48, 64])).toString('base64'),
  },
  {
    name: 'random base64url',
    variable: 'SESSION_SECRET',
    make: (d) => d.bytes(d.pick([24, 32, 48, 64])).toString('base64url'),
  },
  { name: 'random base36', variable: 'API_TOKEN', make: (d) => d.of('base36', d.between(32, 48)) },
  { name: 'random base32', variable: 'TOTP_SECRET', make: (d) => d.of('base32', d.pick([32, 52, 56])) },
];

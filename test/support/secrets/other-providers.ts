// A second list, written after the first redactor was ready and before it was tried on these: formats taken from the
// providers' documents and from public scanners' lists of them.
import type { Draw } from './draw.ts';
import type { Provider } from './providers.ts';

const j = (...parts: string[]) => parts.join('');
const lines = (text: string, width: number) =>
  (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n');
const PUNCTUATED = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#$%*+-.:?@^_~';
const punctuated = (d: Draw, length: number) =>
  Array.from({ length }, () => d.pick([...PUNCTUATED])).join('');
const block = (label: string, body: string, head = '') =>
  j('-----BEGIN ', label, '-----\n', head, body, '\n-----END ', label, '-----');
const inBlock = (made: string) =>
  made
    .split('\n')
    .slice(1, -1)
    .filter((line) => line.length > 30)
    .join('\n');

export const OTHER_PROVIDERS: readonly Provider[] = [
  {
    name: 'OpenShift',
    variable: 'OC_TOKEN',
    make: (d) => j('sha', '256~', d.of('url', 43)),
    secretIn: (made) => made.slice(7),
  },
  { name: 'Okta', variable: 'OKTA_API_TOKEN', make: (d) => j('0', '0', d.of('url', 40)) },
  {
    name: 'Harness',
    variable: 'HARNESS_PLATFORM_API_KEY',
    make: (d) => j('pa', 't.', d.of('url', 22), '.', d.of('hex', 24), '.', d.of('base62', 20)),
  },
  { name: 'ReadMe', variable: 'README_API_KEY', make: (d) => j('rd', 'me_', d.of('base36', 70)) },
  { name: 'Infracost', variable: 'INFRACOST_API_KEY', make: (d) => j('ic', 'o-', d.of('base62', 32)) },
  { name: 'Frame.io', variable: 'FRAMEIO_TOKEN', make: (d) => j('fi', 'o-u-', d.of('url', 64)) },
  {
    name: 'MaxMind',
    variable: 'MAXMIND_LICENSE_KEY',
    make: (d) => j(d.of('base62', 6), '_', d.of('base62', 29), '_mmk'),
  },
  {
    name: 'Mapbox',
    variable: 'MAPBOX_TOKEN',
    make: (d) => j('s', 'k.eyJ1Ijoi', d.of('base62', 50), '.', d.of('base62', 22)),
  },
  { name: 'Yandex', variable: 'YC_API_KEY', make: (d) => j('AQ', 'VN', d.of('url', 36)) },
  {
    name: 'Yandex IAM',
    variable: 'YC_TOKEN',
    make: (d) => j('t', '1.', d.of('url', 60), '.', d.of('url', 86)),
  },
  {
    name: 'GitLab routable',
    variable: 'CI_TOKEN',
    make: (d) => j('gl', 'pat-', d.of('url', d.between(27, 60)), '.', d.of('base36', 2), d.of('base36', 7)),
  },
  {
    name: 'GitLab job',
    variable: 'CI_JOB_TOKEN',
    make: (d) => j('gl', 'cbt-', d.of('hex', 2), '_', d.of('url', 20)),
  },
  {
    name: 'Slack configuration',
    variable: 'SLACK_CONFIG_TOKEN',
    make: (d) => j('xo', 'xe.xo', 'xp-1-', d.of('base62', 164)),
  },
  {
    name: 'Slack refresh',
    variable: 'SLACK_REFRESH_TOKEN',
    make: (d) => j('xo', 'xe-1-', d.of('base62', 146)),
  },
  {
    name: 'Slack workflow',
    variable: 'SLACK_URL',
    make: (d) =>
      j(
        'https://hooks.sl',
        'ack.com/workflows/T',
        d.of('upper36', 8),
        '/A',
        d.of('upper36', 10),
        '/',
        d.of('digits', 18),
        '/',
        d.of('base62', 24),
      ),
    secretIn: (made) => made.slice(-24),
  },
  {
    name: 'Teams webhook',
    variable: 'TEAMS_URL',
    make: (d) =>
      j(
        'https://acme.webhook.off',
        'ice.com/webhookb2/',
        d.uuid(),
        '@',
        d.uuid(),
        '/IncomingWebhook/',
        d.of('hex', 32),
        '/',
        d.uuid(),
      ),
    secretIn: (made) => made.split('/')[6] ?? made,
  },
  {
    name: 'Discord webhook',
    variable: 'DISCORD_URL',
    make: (d) => j('https://discord.com/api/web', 'hooks/', d.of('digits', 18), '/', d.of('url', 68)),
    secretIn: (made) => made.slice(-68),
  },
  {
    name: 'Twitter bearer',
    variable: 'TWITTER_BEARER',
    make: (d) => j('AAAAAAAAAAAAAAAAAAAAA', 'A', d.of('base62', 90)),
    secretIn: (made) => made.slice(22),
  },
  {
    name: 'Facebook app',
    variable: 'FB_APP_TOKEN',
    make: (d) => j(d.of('digits', 15).replace(/^0/, '1'), '|', d.of('url', 27)),
    secretIn: (made) => made.slice(16),
    needsName: true,
  },
  {
    name: 'Firebase messaging',
    variable: 'FCM_SERVER_KEY',
    make: (d) => j('AA', 'AA', d.of('url', 7), ':AP', 'A91b', d.of('url', 134)),
  },
  { name: 'Adafruit', variable: 'ADAFRUIT_IO_KEY', make: (d) => j('ai', 'o_', d.of('base62', 28)) },
  {
    name: 'Duffel',
    variable: 'DUFFEL_TOKEN',
    make: (d) => j('duff', 'el_', d.pick(['live', 'test']), '_', d.of('url', 43)),
  },
  { name: 'Beamer', variable: 'BEAMER_KEY', make: (d) => j('b', '_', d.of('base62', 43), '=') },
  { name: 'GoCardless', variable: 'GOCARDLESS_TOKEN', make: (d) => j('li', 've_', d.of('url', 40)) },
  { name: 'Lob', variable: 'LOB_API_KEY', make: (d) => j('li', 've_', d.of('hex', 35)) },
  {
    name: 'Asana',
    variable: 'ASANA_TOKEN',
    make: (d) => j('1/', d.of('digits', 16), ':', d.of('hex', 32)),
    secretIn: (made) => made.slice(-32),
  },
  { name: 'Intra', variable: 'INTRA_CLIENT_SECRET', make: (d) => j('s-', 's4t2ud-', d.of('hex', 64)) },
  { name: 'Snyk', variable: 'SNYK_TOKEN', make: (d) => d.uuid(), needsName: true },
  { name: 'Splunk HEC', variable: 'SPLUNK_HEC_TOKEN', make: (d) => d.uuid(), needsName: true },
  { name: 'Zendesk', variable: 'ZENDESK_API_TOKEN', make: (d) => d.of('base62', 40) },
  { name: 'Algolia admin', variable: 'ALGOLIA_ADMIN_KEY', make: (d) => d.of('hex', 32), needsName: true },
  { name: 'Fastly', variable: 'FASTLY_API_TOKEN', make: (d) => d.of('url', 32) },
  { name: 'Pingdom', variable: 'PINGDOM_TOKEN', make: (d) => d.of('url', 86) },
  {
    name: 'Cloudinary',
    variable: 'CLOUDINARY_URL',
    make: (d) => `cloudinary://${d.of('digits', 15)}:${d.of('url', 27)}@acme`,
    secretIn: (made) => /:(?!\/)([^@:]+)@/.exec(made)?.[1] ?? made,
  },
  { name: 'WireGuard', variable: 'PrivateKey', make: (d) => d.bytes(32).toString('base64') },
  {
    name: 'PGP',
    variable: 'GPG_KEY',
    block: true,
    make: (d) =>
      block(
        j('PGP PRIV', 'ATE KEY BLOCK'),
        lines(d.bytes(400).toString('base64'), 64),
        'Version: GnuPG v2\n\n',
      ),
    secretIn: inBlock,
  },
  {
    name: 'encrypted PEM',
    variable: 'SSH_KEY',
    block: true,
    make: (d) =>
      block(
        j('RSA PRIV', 'ATE KEY'),
        lines(d.bytes(300).toString('base64'), 64),
        `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${d.of('upperHex', 32)}\n\n`,
      ),
    secretIn: inBlock,
  },
  {
    name: 'service account',
    variable: 'GOOGLE_CREDENTIALS',
    block: true,
    make: (d) =>
      JSON.stringify({
        type: 'service_account',
        project_id: 'acme',
        private_key_id: d.of('hex', 40),
        private_key: `${block(j('PRIV', 'ATE KEY'), lines(d.bytes(600).toString('base64'), 64))}\n`,
      }),
    secretIn: (made) => (JSON.parse(made) as { private_key: string }).private_key.split('\n')[2] ?? made,
  },
  {
    name: 'JWE',
    variable: 'ID_TOKEN',
    make: (d) =>
      j(
        Buffer.from('{"alg":"RSA-OAEP","enc":"A256GCM"}').toString('base64url'),
        '.',
        d.of('url', 342),
        '.',
        d.of('url', 16),
        '.',
        d.of('url', 60),
        '.',
        d.of('url', 22),
      ),
  },
  {
    name: 'Bedrock',
    variable: 'AWS_BEARER_TOKEN_BEDROCK',
    make: (d) =>
      j(
        'AB',
        'SK',
        Buffer.from(
          `BedrockAPIKey-${d.of('base36', 4)}-at-${d.of('digits', 12)}:${d.bytes(33).toString('base64')}`,
        ).toString('base64'),
      ),
  },
  {
    name: 'bcrypt',
    variable: 'ADMIN_HASH',
    make: (d) => `$2y$10$${d.of('base62', 53)}`,
    secretIn: (made) => made.slice(7),
  },
  {
    name: 'Cosmos DB',
    variable: 'COSMOS',
    block: true,
    make: (d) =>
      `AccountEndpoint=https://acme.documents.azure.com:443/;AccountKey=${d.bytes(64).toString('base64')};`,
    secretIn: (made) => /AccountKey=([^;]+);/.exec(made)?.[1] ?? made,
  },
  {
    name: 'Service Bus',
    variable: 'SERVICEBUS',
    block: true,
    make: (d) =>
      `Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${d.bytes(32).toString('base64')}`,
    secretIn: (made) => made.slice(made.lastIndexOf('Key=') + 4),
  },
  {
    name: 'awkward URL',
    variable: 'DATABASE_URL',
    make: (d) =>
      `${d.pick(['postgresql', 'mysql+pymysql', 'rediss', 'amqps', 'mongodb', 'ldaps', 'smtp', 'sftp', 'clickhouse', 'mssql'])}://${d.pick(['app', 'svc_user', ''])}:${encodeURIComponent(punctuated(d, 18))}@db-1.prod.internal:5432/shop?sslmode=require`,
    secretIn: (made) => /:\/\/[^:]*:(.*)@/.exec(made)?.[1] ?? made,
  },
  {
    name: 'JAAS',
    variable: 'sasl.jaas.config',
    block: true,
    make: (d) =>
      `org.apache.kafka.common.security.plain.PlainLoginModule required username="app" password="${d.of('base62', 16)}";`,
    secretIn: (made) => /password="(\w+)"/.exec(made)?.[1] ?? made,
  },
  {
    name: 'own prefix',
    variable: 'ACME_KEY',
    make: (d) => j('acme_', d.pick(['live', 'prod', 'v2']), '_', d.of('base62', 32)),
  },
  { name: 'own dotted', variable: 'ACME_TOKEN', make: (d) => j(d.of('base62', 16), '.', d.of('base62', 40)) },
  {
    name: 'chosen by hand',
    variable: 'DB_PASSWORD',
    make: (d) =>
      `${d.pick(['Summer', 'Winter', 'acme', 'Tr0ub4dor'])}${d.pick(['!', '#', '-', '$'])}${d.of('digits', 4)}${d.pick(['x', 'Y!', '?z'])}${d.of('lower', 3)}`,
    needsName: true,
  },
  { name: 'punctuated', variable: 'ADMIN_PASSWORD', make: (d) => punctuated(d, 32) },
  { name: 'random hex upper', variable: 'MASTER_KEY', make: (d) => d.of('upperHex', d.pick([32, 40, 64])) },
  { name: 'random hex 40', variable: 'HMAC_SECRET', make: (d) => d.of('hex', 40) },
  { name: 'random base62', variable: 'client-secret', make: (d) => d.of('base62', d.between(32, 80)) },
  { name: 'random url', variable: 'refreshToken', make: (d) => d.of('url', d.between(32, 80)) },
  {
    name: 'random base64',
    variable: 'Encryption_Key',
    make: (d) => d.bytes(d.between(24, 80)).toString('base64'),
  },
  { name: 'random letters', variable: 'webhookSecret', make: (d) => d.of('letters', d.between(32, 48)) },
  { name: 'random lower', variable: 'app.secret', make: (d) => d.of('lower', d.between(32, 48)) },
];

// Secrets with a form of their own around them: connection strings, key blocks, files of tools, headers, command lines.

import { BASE62, BASE64, type Chance, DIGITS, HEX, passwordOf, URL_SAFE, uuidOf } from './chance.ts';
import { BASIC } from './named.ts';
import { jwtOf } from './tokens.ts';

/** `text` holds the secret; `secrets` are the parts of it that nobody may read. */
export type Whole = { text: string; secrets: readonly string[] };
export type WholeKind = { kind: string; make(chance: Chance): Whole };

const one = (
  kind: string,
  secretOf: (chance: Chance) => string,
  write: (secret: string, chance: Chance) => string,
) => ({
  kind,
  make: (chance: Chance): Whole => {
    const secret = secretOf(chance);
    return { text: write(secret, chance), secrets: [secret] };
  },
});

const host = (c: Chance) =>
  `${c.of(['db', 'orders', 'cache', 'mq'])}-${c.below(9)}.${c.of(['prod', 'eu'])}.internal`;
const user = (c: Chance) => c.of(['app', 'svc_orders', 'reporting', 'root']);
const urlWord = (c: Chance) => encodeURIComponent(passwordOf(c));

const urls: readonly WholeKind[] = (
  [
    ['postgres url', 'postgres', 5432, '/orders?sslmode=require'],
    ['postgresql+driver url', 'postgresql+asyncpg', 5432, '/orders'],
    ['mysql url', 'mysql', 3306, '/shop'],
    ['mongo url', 'mongodb+srv', 27017, '/admin?retryWrites=true&w=majority'],
    ['redis url', 'rediss', 6380, '/0'],
    ['amqp url', 'amqps', 5671, '/%2f'],
    ['https url', 'https', 443, '/repo.git'],
    ['ftp url', 'sftp', 22, '/in'],
    ['smtp url', 'smtps', 465, ''],
    ['clickhouse url', 'clickhouse', 9440, '/metrics'],
  ] as const
).map(([kind, scheme, port, path]) =>
  one(kind, urlWord, (secret, c) => `${scheme}://${user(c)}:${secret}@${host(c)}:${port}${path}`),
);

/** 64 characters a line, as OpenSSL writes; 70 as ssh-keygen does. */
function block(kind: string, label: string, length: number, width = 64, head = ''): WholeKind {
  return {
    kind,
    make: (c) => {
      const lines =
        c
          .bytes(length)
          .toString('base64')
          .match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
      return {
        text: `-----BEGIN ${label}-----\n${head}${lines.join('\n')}\n-----END ${label}-----`,
        secrets: lines.filter((line) => line.length >= 24),
      };
    },
  };
}

const blocks: readonly WholeKind[] = [
  block('pem rsa', 'RSA PRIVATE KEY', 600),
  block(
    'pem rsa encrypted',
    'RSA PRIVATE KEY',
    600,
    64,
    'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,5A2B\n\n',
  ),
  block('pem ec', 'EC PRIVATE KEY', 121),
  block('pem pkcs8', 'PRIVATE KEY', 400),
  block('pem openssh', 'OPENSSH PRIVATE KEY', 300, 70),
  block('pem pgp', 'PGP PRIVATE KEY BLOCK', 400, 64, 'Version: GnuPG v2\n\n'),
];

const files: readonly WholeKind[] = [
  {
    kind: 'gcp service account',
    make: (c) => {
      const lines =
        c
          .bytes(400)
          .toString('base64')
          .match(/.{1,64}/g) ?? [];
      const key = `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
      const account = {
        type: 'service_account',
        project_id: 'acme-prod',
        private_key_id: c.text(HEX, 40),
        private_key: key,
        client_email: 'ci@acme-prod.iam.gserviceaccount.com',
        client_id: c.text(DIGITS, 21),
      };
      return {
        text: JSON.stringify(account, null, c.of([0, 2])),
        secrets: lines.filter((line) => line.length >= 24),
      };
    },
  },
  one(
    'azure storage',
    (c) => c.bytes(64).toString('base64'),
    (s) =>
      `DefaultEndpointsProtocol=https;AccountName=acmelogs;AccountKey=${s};EndpointSuffix=core.windows.net`,
  ),
  one(
    'azure sas',
    (c) => encodeURIComponent(c.bytes(32).toString('base64')),
    (s) =>
      `https://acmelogs.blob.core.windows.net/dumps/core.gz?sv=2022-11-02&sr=b&sp=r&se=2026-12-01T00%3A00%3A00Z&sig=${s}`,
  ),
  one(
    'azure service bus',
    (c) => c.bytes(32).toString('base64'),
    (s) => `Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${s}`,
  ),
  one(
    'aws signed url',
    (c) => c.text(HEX, 64),
    (s) =>
      `https://logs.s3.amazonaws.com/a.gz?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261128T221500Z&X-Amz-Expires=900&X-Amz-Signature=${s}`,
  ),
  one(
    'aws profile file',
    (c) => c.text(BASE64, 40),
    (s, c) =>
      `[prod]\naws_access_key_id = AKIA${c.text('ABCDEFGHIJKLMNOP234567', 16)}\naws_secret_access_key = ${s}\nregion = eu-west-1`,
  ),
  one(
    'jdbc',
    passwordOf,
    (s, c) =>
      `jdbc:postgresql://${host(c)}:5432/orders?user=${user(c)}&password=${encodeURIComponent(s)}&ssl=true`,
  ),
  one(
    'jdbc sqlserver',
    passwordOf,
    (s, c) => `jdbc:sqlserver://${host(c)}:1433;databaseName=shop;user=sa;password=${s};encrypt=true`,
  ),
  one(
    'jdbc oracle',
    (c) => c.text(BASE62, 14),
    (s, c) => `jdbc:oracle:thin:${user(c)}/${s}@//${host(c)}:1521/ORCL`,
  ),
  one(
    'ado.net',
    passwordOf,
    (s, c) => `Server=tcp:${host(c)},1433;Initial Catalog=shop;User ID=${user(c)};Pwd=${s};Encrypt=True;`,
  ),
  one(
    'libpq',
    passwordOf,
    (s, c) => `host=${host(c)} port=5432 dbname=orders user=${user(c)} password=${s} sslmode=verify-full`,
  ),
  one('redis no user', urlWord, (s, c) => `redis://:${s}@${host(c)}:6379/1`),
  one(
    'k8s secret',
    (c) => Buffer.from(passwordOf(c)).toString('base64'),
    (s) =>
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders-db\ntype: Opaque\ndata:\n  username: YXBw\n  password: ${s}`,
  ),
  one(
    'k8s secret, other key',
    (c) => Buffer.from(c.text(BASE62, 30)).toString('base64'),
    (s) =>
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders\ndata:\n  config.bin: ${s}\n  mode: cHJvZA==`,
  ),
  one('k8s stringData', passwordOf, (s) => `kind: Secret\nstringData:\n  admin-password: "${s}"`),
  one(
    'k8s env list',
    passwordOf,
    (s) => `env:\n- name: LOG_LEVEL\n  value: info\n- name: DB_PASSWORD\n  value: ${s}`,
  ),
  one('ecs env', passwordOf, (s) =>
    JSON.stringify({
      environment: [
        { name: 'MODE', value: 'prod' },
        { name: 'DB_PASSWORD', value: s },
      ],
    }),
  ),
  one('docker config', BASIC, (s) =>
    JSON.stringify({ auths: { 'https://index.docker.io/v1/': { auth: s } } }, null, 2),
  ),
  one('netrc', passwordOf, (s, c) => `machine ${host(c)}\n  login ${user(c)}\n  password ${s}`),
  one('netrc line', passwordOf, (s, c) => `machine api.heroku.com login ${user(c)} password ${s}`),
  one(
    'pgpass',
    (c) => c.text(BASE62, 16),
    (s, c) => `${host(c)}:5432:orders:${user(c)}:${s}`,
  ),
  one(
    'npmrc',
    (c) => `npm_${c.text(BASE62, 36)}`,
    (s) => `//registry.npmjs.org/:_authToken=${s}`,
  ),
  one('npmrc basic', BASIC, (s) => `//npm.acme.dev/:_auth=${s}\nalways-auth=true`),
  one(
    'htpasswd',
    (c) => `$2y$10$${c.text(`${BASE62}./`, 53)}`,
    (s) => `admin:${s}`,
  ),
  one(
    'shadow',
    (c) => `$6$${c.text(BASE62, 8)}$${c.text(`${BASE62}./`, 86)}`,
    (s) => `deploy:${s}:19700:0:99999:7:::`,
  ),
  one(
    'maven settings',
    passwordOf,
    (s) =>
      `<server><id>nexus</id><username>ci</username><password>${s.replaceAll('&', '&amp;')}</password></server>`,
  ),
  one(
    'spring yaml',
    passwordOf,
    (s) => `spring:\n  datasource:\n    url: jdbc:mysql://db/shop\n    username: app\n    password: ${s}`,
  ),
  one(
    'toml',
    (c) => c.text(URL_SAFE, 40),
    (s) => `[auth.github]\nclient_id = "Iv1.aa01"\nclient_secret = "${s}"`,
  ),
  one(
    'wireguard',
    (c) => c.bytes(32).toString('base64'),
    (s) => `[Interface]\nPrivateKey = ${s}\nAddress = 10.8.0.2/24`,
  ),
  one(
    'kubeconfig',
    (c) => c.bytes(300).toString('base64'),
    (s) => `users:\n- name: admin\n  user:\n    client-key-data: ${s}`,
  ),
];

const headers: readonly WholeKind[] = [
  one('basic header', BASIC, (s) => `Authorization: Basic ${s}`),
  one('proxy header', BASIC, (s) => `> Proxy-Authorization: Basic ${s}`),
  one(
    'bearer opaque',
    (c) => c.text(URL_SAFE, c.between(20, 48)),
    (s) => `authorization: Bearer ${s}`,
  ),
  one(
    'bearer json',
    (c) => c.text(BASE62, 32),
    (s) => JSON.stringify({ headers: { Authorization: `Bearer ${s}`, Accept: '*/*' } }),
  ),
  one('bearer jwt', jwtOf, (s) => `curl -H "Authorization: Bearer ${s}" https://api.acme.dev/v1/me`),
  one(
    'token header',
    (c) => c.text(HEX, 40),
    (s) => `Authorization: Token token="${s}"`,
  ),
  one(
    'api key header',
    (c) => c.text(BASE62, 32),
    (s) => `X-Api-Key: ${s}`,
  ),
  one(
    'digest header',
    (c) => c.text(HEX, 32),
    (s) => `Authorization: Digest username="ops", realm="acme", nonce="77", uri="/", response="${s}"`,
  ),
  one(
    'aws signature',
    (c) => c.text(HEX, 64),
    (s) =>
      `Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261128/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=${s}`,
  ),
  one(
    'set-cookie',
    (c) => c.text(URL_SAFE, 43),
    (s) => `Set-Cookie: session=${s}; Path=/; HttpOnly; Secure`,
  ),
  one(
    'cookie',
    (c) => c.text(BASE62, 26),
    (s) => `Cookie: lang=en; connect.sid=${s}; theme=dark`,
  ),
  one(
    'cookie jsession',
    (c) => c.text(HEX.toUpperCase(), 32),
    (s) => `cookie: JSESSIONID=${s}`,
  ),
];

const commands: readonly WholeKind[] = [
  one('curl -u', passwordOf, (s, c) => `curl -sS -u ${user(c)}:${s} https://ci.acme.dev/job/7`),
  one('curl --user', passwordOf, (s, c) => `curl --user '${user(c)}:${s}' https://ci.acme.dev/job/7`),
  one(
    'mysql -p',
    (c) => c.text(BASE62, 14),
    (s, c) => `mysql -h ${host(c)} -u root -p${s} -e "show processlist"`,
  ),
  one(
    'flag with =',
    passwordOf,
    (s) => `java -jar app.jar --spring.datasource.password=${s} --server.port=8080`,
  ),
  one('flag with space', passwordOf, (s) => `mongodump --host db1 --username app --password ${s} --gzip`),
  one('flag quoted', passwordOf, (s) => `helm upgrade api ./chart --set "db.password=${s}" --wait`),
  one('docker login', passwordOf, (s) => `docker login -u ci -p ${s} registry.acme.dev`),
  one('sshpass', passwordOf, (s) => `sshpass -p '${s}' ssh deploy@10.0.0.7 uptime`),
  one(
    'redis-cli -a',
    (c) => c.text(BASE62, 20),
    (s) => `redis-cli -h cache -a ${s} info memory`,
  ),
  one('env before command', passwordOf, (s) => `PGPASSWORD='${s}' psql -h db1 -U app orders`),
  one('echo to login', passwordOf, (s) => `echo "${s}" | docker login -u ci --password-stdin`),
  one('vault write', passwordOf, (s) => `vault kv put secret/db username=app password=${s}`),
  one('sql create user', passwordOf, (s) => `CREATE USER app WITH PASSWORD '${s}';`),
  one('sql identified by', passwordOf, (s) => `ALTER USER 'app'@'%' IDENTIFIED BY '${s}';`),
  one('said in words', passwordOf, (s) => `the new password for the staging db is ${s}, please rotate later`),
  one('said with colon', passwordOf, (s) => `login: ops\npass: ${s}`),
  one(
    'java dump',
    passwordOf,
    (s) => `DataSourceConfig(url=jdbc:h2:mem, username=sa, password=${s}, poolSize=10)`,
  ),
  one(
    'go dump',
    (c) => c.text(BASE62, 24),
    (s) => `config={Addr::8080 Debug:false APIToken:${s} Timeout:5s}`,
  ),
  one('ruby dump', passwordOf, (s) => `{:host=>"db1", :password=>"${s}", :pool=>5}`),
  one(
    'oauth body',
    (c) => c.text(URL_SAFE, 40),
    (s, c) => `grant_type=client_credentials&client_id=${uuidOf(c)}&client_secret=${s}&scope=all`,
  ),
];

export const WHOLE: readonly WholeKind[] = [...urls, ...blocks, ...files, ...headers, ...commands];

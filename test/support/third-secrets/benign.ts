// What looks like a key and is none: a person on call needs to read it.

import { BASE62, type Chance, DIGITS, HEX, LOWER, uuidOf } from './chance.ts';

export type Benign = { kind: string; text: string };

const words = [
  'order',
  'payment',
  'session',
  'cache',
  'token',
  'worker',
  'gateway',
  'ledger',
  'secret',
  'key',
  'retry',
];
const camel = (c: Chance, n: number) =>
  Array.from({ length: n }, () => c.of(words))
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('');
const hex = (n: number) => (c: Chance) => c.text(HEX, n);
const sha = hex(40);
const sum = hex(64);

const KINDS: Readonly<Record<string, (c: Chance) => string>> = {
  'git commit': (c) => `commit ${sha(c)}\nAuthor: Mia <mia@acme.dev>\n\n    Retry the token refresh`,
  'git oneline': (c) => `${c.text(HEX, 9)} Rotate the signing key weekly`,
  'git ref': (c) => `${sha(c)}\trefs/heads/${c.of(['main', 'fix-login', 'release/4.2'])}`,
  'git merge': (c) => `Merge ${sha(c)} into ${sha(c)}`,
  'deploy sha': (c) => `deployed orders-api sha=${sha(c)} by mia in 42s`,
  'json sha': (c) => JSON.stringify({ service: 'api', commit: sha(c), version: 'v4.2.1' }),
  'git index': (c) => `index ${c.text(HEX, 7)}..${c.text(HEX, 7)} 100644`,
  'commit url': (c) => `https://github.com/acme/orders/commit/${sha(c)}`,
  'request uuid': (c) => `request_id=${uuidOf(c)} status=500`,
  'bare uuid': (c) => `job ${uuidOf(c)} finished`,
  'json uuid': (c) => JSON.stringify({ id: uuidOf(c), correlationId: uuidOf(c) }),
  'image digest': (c) => `registry.acme.dev/orders@sha256:${sum(c)}`,
  'digest line': (c) => `Digest: sha256:${sum(c)}`,
  'pull policy': (c) => `Successfully pulled image "acme/api:${c.text(HEX, 7)}" in 2.1s`,
  'trace id': (c) => `trace_id=${hex(32)(c)} span_id=${hex(16)(c)}`,
  traceparent: (c) => `traceparent: 00-${hex(32)(c)}-${hex(16)(c)}-01`,
  'json trace': (c) => JSON.stringify({ traceId: hex(32)(c), spanId: hex(16)(c), name: 'GET /v1/orders' }),
  xray: (c) => `X-Amzn-Trace-Id: Root=1-${hex(8)(c)}-${hex(24)(c)}`,
  'amz request': (c) => `x-amz-request-id: ${c.text(HEX.toUpperCase(), 16)}`,
  etag: (c) => `ETag: "${hex(32)(c)}"`,
  'weak etag': (c) => `etag: W/"${hex(4)(c)}-${c.text(HEX, 11)}"`,
  sha256sum: (c) => `${sum(c)}  openclaw-1.4.2-linux-x64.tar.gz`,
  md5sum: (c) => `${hex(32)(c)}  /var/lib/orders/dump.sql`,
  'checksum field': (c) => `checksum=${sum(c)} size=120931`,
  'lock integrity': (c) => `"integrity": "sha512-${c.bytes(64).toString('base64')}"`,
  'go.sum': (c) => `github.com/pkg/errors v0.9.1 h1:${c.bytes(32).toString('base64')}`,
  'pip hash': (c) => `requests==2.31.0 --hash=sha256:${sum(c)}`,
  'ssh fingerprint': (c) => `SHA256:${c.bytes(32).toString('base64').replace('=', '')} mia@laptop (ED25519)`,
  'data image': (c) => `<img src="data:image/png;base64,iVBORw0KGgo${c.bytes(90).toString('base64')}">`,
  'container id': (c) => `container ${sum(c)} exited with 137`,
  'docker ps': (c) => `${hex(12)(c)}   acme/api:4.2   "node main.js"   3 hours ago   Up 3 hours`,
  cgroup: (c) => `0::/system.slice/docker-${sum(c)}.scope`,
  containerd: (c) => `containerd://${sum(c)}`,
  'pod name': (c) =>
    `pod/orders-api-${c.text('bcdfghjklmnpqrstvwxz2456789', 10)}-${c.text('bcdfghjklmnpqrstvwxz2456789', 5)} restarted`,
  'long path': (c) =>
    `/usr/local/lib/node_modules/@acme/${camel(c, 2)}/dist/internal/handlers/${camel(c, 3)}Handler.js:${c.below(900)}:17`,
  arn: (c) => `arn:aws:ecs:eu-west-1:${c.text(DIGITS, 12)}:task/prod/${hex(32)(c)}`,
  'secret arn': (c) =>
    `arn:aws:secretsmanager:eu-west-1:${c.text(DIGITS, 12)}:secret:prod/orders/db-${c.text(BASE62, 6)}`,
  'lb arn': (c) =>
    `arn:aws:elasticloadbalancing:eu-west-1:${c.text(DIGITS, 12)}:targetgroup/orders/${hex(16)(c)}`,
  instance: (c) => `i-0${hex(16)(c)} in subnet-0${hex(16)(c)} vpc-0${hex(16)(c)}`,
  'class name': (c) =>
    `at com.acme.${c.text(LOWER, 6)}.${camel(c, 4)}Factory$$EnhancerBySpringCGLIB$$${hex(8)(c)}.run(${camel(c, 4)}Factory.java:88)`,
  'java lambda': (c) => `${camel(c, 3)}$$Lambda$${c.below(900)}/0x${hex(16)(c)}@${hex(8)(c)}`,
  'snake name': (c) => `${c.of(words)}_${c.of(words)}_${c.of(words)}_requests_total{code="500"} 12`,
  'kebab name': (c) => `${c.of(words)}-${c.of(words)}-${c.of(words)}-${c.of(words)}-service is down`,
  constant: (c) => `ERR_${c.of(words)}_${c.of(words)}_LIMIT_EXCEEDED`.toUpperCase(),
  metric: (c) => `rate(http_server_${c.of(words)}_duration_seconds_bucket{le="0.5"}[5m])`,
  'password words': (c) =>
    c.of([
      'password authentication failed for user "app"',
      'Failed password for root from 10.0.0.7 port 40122 ssh2',
      'password: required',
      'token expired at 2026-11-28T20:00:00Z',
      'secret "orders-db" not found',
      'api key is missing',
      'invalid token: unexpected end of input',
      'token_count=812 max_tokens=4096',
      'password reset requested for user 4711',
      'Secret=orders-db key=username',
      'the key is held by worker 3',
    ]),
  'secret reference': (c) =>
    c.of([
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as a shell writes it
      'password: ${DB_PASSWORD}',
      'token: $(cat /run/secrets/token)',
      'secretKeyRef: {name: orders-db, key: password}',
      'DB_PASSWORD_FILE=/run/secrets/db',
      'password = var.db_password',
      'apiKey: process.env.API_KEY,',
      'password=****** user=app',
      'token=<redacted>',
      'secretName: orders-tls',
    ]),
  'k8s token words': (c) =>
    `Mounted volume kube-api-access-${c.text(BASE62.toLowerCase(), 5)} for serviceaccount token`,
  'time and number': (c) => `offset=${c.text('123456789', 18)} partition=3 ts=${c.text('123456789', 13)}`,
  ulid: (c) => `event 01J${c.text('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 23)} stored`,
  'mongo id': (c) => `ObjectId("${hex(24)(c)}")`,
  ipv6: (c) =>
    `from 2001:db8:${hex(4)(c)}:${hex(4)(c)}:${hex(4)(c)}:${hex(4)(c)}:${hex(4)(c)}:${hex(4)(c)} port 443`,
  cloudfront: (c) => `x-cache: Miss from cloudfront cf-ray: ${hex(16)(c)}-FRA`,
  asset: (c) => `GET /assets/index-${c.text(BASE62, 8)}.js 200`,
  'asset hash': (c) => `GET /static/js/main.${hex(20)(c)}.chunk.js 304`,
  'nix path': (c) =>
    `/nix/store/${c.text('0123456789abcdfghijklmnpqrsvwxyz', 32)}-openssl-3.0.12/lib/libssl.so.3`,
  'terraform state': (c) =>
    `aws_db_instance.orders: Refreshing state... [id=db-${c.text(HEX.toUpperCase(), 26)}]`,
  'build id': (c) => `BuildID[sha1]=${sha(c)}, stripped`,
  kafka: (c) => `Cluster ID: ${c.text(BASE62, 22)}`,
  'public key': (c) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA${c.text(BASE62, 44)} mia@laptop`,
  'address list': (c) => `0x${hex(16)(c)} 0x${hex(16)(c)} in libc.so.6`,
  'slack ids': (c) =>
    `channel C0${c.text(BASE62.toUpperCase(), 9)} user U0${c.text(BASE62.toUpperCase(), 9)}`,
};

/** `count` of them, each kind about as often as another. */
export function benignTexts(chance: Chance, count: number): Benign[] {
  const kinds = Object.entries(KINDS);
  return Array.from({ length: count }, (_, index) => {
    const [kind, write] = kinds[index % kinds.length] ?? ['none', () => ''];
    return { kind, text: write(chance) };
  });
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../src/domain/redact.ts';
import { secretKinds } from '../support/secrets.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

// Put together at run time, so that no scanner takes this file for a leak.
const join = (...parts: string[]) => parts.join('');
const jwt = join('eyJ', 'hbGciOiJIUzI1NiJ9.', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0.', 'dozjgNryP4J3jVmNHl0w5N');
const pem = join(
  '-----BEGIN RSA PRIV',
  'ATE KEY-----\nMIIEowIBAAKCAQEA04up8hoqzS1\nAoIBAQDG\n-----END RSA PRIV',
  'ATE KEY-----',
);
const awsSecret = join('wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY');

describe('secrets are taken out', () => {
  test.each<[string, string]>([
    [`key ${join('AKIA', 'IOSFODNN7EXAMPLE')} used`, 'key [redacted:aws-key] used'],
    [`${join('ASIA', 'IOSFODNN7EXAMPLE')},${awsSecret}`, '[redacted:aws-key]'],
    [`aws secret key ${awsSecret}`, 'aws secret key [redacted:aws-secret]'],
    [`AWS_SECRET_ACCESS_KEY=${awsSecret}`, 'AWS_SECRET_ACCESS_KEY=[redacted:aws-secret]'],
    [
      join('push with ghp', '_0123456789abcdefghijABCDEFGHIJ012345 ok'),
      'push with [redacted:github-token] ok',
    ],
    [join('github', '_pat_11ABCDEFG0123456789_abcdefghij'), '[redacted:github-token]'],
    [join('"xoxb', '-123456789012-abcdefABCDEF"'), '"[redacted:slack-token]"'],
    // No known token is shorter.
    [join('xoxb', '-0123456789'), '[redacted:slack-token]'],
    [join('xapp', '-1-A0123456789-abcdef'), '[redacted:slack-token]'],
    [
      join('https://hooks.slack.com/serv', 'ices/T000/B000/XXXXXXXXXXXX'),
      'https://hooks.slack.com/services/[redacted:webhook-url]',
    ],
    [join('sk-', 'ant-api03-abcDEF123456789_-xyz'), '[redacted:anthropic-key]'],
    [join('sk-', 'proj-abcDEF1234567890abcDEF'), '[redacted:openai-key]'],
    [join('sk_', 'live_4eC39HqLyjWDarjtT1zdp7dc'), '[redacted:stripe-key]'],
    [join('rk_', 'live_4eC39HqLyjWDarjtT1zdp7dc'), '[redacted:stripe-key]'],
    [join('AIza', 'SyA1234567890abcdefghijklmnopqrstuv'), '[redacted:google-key]'],
    [join('npm', '_abcdefghijABCDEFGHIJ0123456789abcdef'), '[redacted:npm-token]'],
    [join('glpat', '-abcDEF1234567890_-ab'), '[redacted:gitlab-token]'],
    [
      join('SG', '.abcdefghij0123456789-_.abcdefghij0123456789abcdefghij0123456789abc'),
      '[redacted:sendgrid-key]',
    ],
    [`id_token is ${jwt} today`, 'id_token is [redacted:jwt] today'],
    [`\\n${jwt}`, '\\n[redacted:jwt]'],
    [
      `t=${join('eyJ', 'aaaaaaaaaaaaaaaaaaSG.', 'aaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaa')}`,
      't=[redacted:jwt]',
    ],
    [`before\n${pem}\nafter`, 'before\n[redacted:private-key]\nafter'],
    [`{"key":"${pem.replaceAll('\n', '\\n')}","next":1}`, '{"key":"[redacted:private-key]","next":1}'],
    [pem.split('\n').slice(0, 3).join('\n'), '[redacted:private-key]'],
    [
      `${pem.split('\n').slice(0, 3).join('\n')}\n12:00 restarted the pool`,
      '[redacted:private-key]\n12:00 restarted the pool',
    ],
    ['postgres://app:hunter2@db-1:5432/shop', 'postgres://app:[redacted:password]@db-1:5432/shop'],
    ['redis://:hunter2@cache:6379/0', 'redis://:[redacted:password]@cache:6379/0'],
    ['mongodb://u:p@ss/w0rd@h1,h2/db?a=b', 'mongodb://u:[redacted:password]@h1,h2/db?a=b'],
    ['amqp://u:p@h1,amqp://v:q@h2', 'amqp://u:[redacted:password]@h1,amqp://v:[redacted:password]@h2'],
    ['redis://u:12?34@h', 'redis://u:[redacted:password]@h'],
    ['amqp://u:12#34@h', 'amqp://u:[redacted:password]@h'],
    [
      '"https://u:p%40x@h/a","https://v:q@h/b"',
      '"https://u:[redacted:password]@h/a","https://v:[redacted:password]@h/b"',
    ],
    [
      'https://0123456789abcdef0123456789abcdef@sentry.example/1',
      'https://[redacted:credential]@sentry.example/1',
    ],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer [redacted:authorization]'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [redacted:authorization]'],
    ['authorization=dXNlcjpwYXNz path=/x', 'authorization=[redacted:authorization] path=/x'],
    [
      'curl -H "Authorization: Bearer abc123" https://x',
      'curl -H "Authorization: Bearer [redacted:authorization]" https://x',
    ],
    [
      '{"Authorization":"Basic dXNlcjpwYXNz","a":1}',
      '{"Authorization":"Basic [redacted:authorization]","a":1}',
    ],
    ['Authorization: Digest username="u", response="abc"', 'Authorization: Digest [redacted:authorization]'],
    ['sent bearer abcdef123456 to it', 'sent bearer [redacted:bearer] to it'],
    ['curl -u admin:hunter2 https://x', 'curl -u admin:[redacted:password] https://x'],
    ['Cookie: a=b; session=c', 'Cookie: [redacted:cookie]'],
    ['curl -H "Cookie: a=b; session=c" https://x', 'curl -H "Cookie: [redacted:cookie]" https://x'],
    ['Cookie: a="b"; session=c', 'Cookie: [redacted:cookie]'],
    ['Set-Cookie: sid=abc; HttpOnly\nHost: x', 'Set-Cookie: [redacted:cookie]\nHost: x'],
    ['password=hunter2', 'password=[redacted:password]'],
    ['password=hunter2, user=bob', 'password=[redacted:password], user=bob'],
    ['Server=db;Uid=sa;Pwd=hunter2;Database=x', 'Server=db;Uid=sa;Pwd=[redacted:password];Database=x'],
    ['PGPASSWORD=hunter2 psql', 'PGPASSWORD=[redacted:password] psql'],
    ['export DB_PASS=hunter2', 'export DB_PASS=[redacted:password]'],
    ['password: hunter', 'password: [redacted:password]'],
    ["passwd : 'two words' x", "passwd : '[redacted:password]' x"],
    ['"token": "abc", "user": "bob"', '"token": "[redacted:token]", "user": "bob"'],
    ['{"token":"a\\"b\\\\","user":"bob"}', '{"token":"[redacted:token]","user":"bob"}'],
    [
      'body="{\\"token\\":\\"abc\\",\\"user\\":\\"bob\\"}"',
      'body="{\\"token\\":\\"[redacted:token]\\",\\"user\\":\\"bob\\"}"',
    ],
    ['"tokens_secret": ["abc", "def"], "a": 1', '"tokens_secret": [redacted:secret], "a": 1'],
    ["{'clientSecret': 'abc', 'a': 1}", "{'clientSecret': '[redacted:secret]', 'a': 1}"],
    [':password => "abc"', ':password => "[redacted:password]"'],
    ['config["api_key"] = "abc"', 'config["api_key"] = "[redacted:api-key]"'],
    ['<password>abc</password>', '<password>[redacted:password]</password>'],
    ['login --password hunter2 --user bob', 'login --password [redacted:password] --user bob'],
    ['login --api-key=abc --user bob', 'login --api-key=[redacted:api-key] --user bob'],
    ["sh -c 'login --token abc'", "sh -c 'login --token [redacted:token]'"],
    ['GET /x?token=abc&user=bob HTTP/1.1', 'GET /x?token=[redacted:token]&user=bob HTTP/1.1'],
    ['GET /x?a=1&X-Amz-Signature=abc&b=2', 'GET /x?a=1&X-Amz-Signature=[redacted:signature]&b=2'],
    ['GET /x?sig=0123456789abcdef0&b=2', 'GET /x?sig=[redacted:secret]&b=2'],
    ['redirect=%2Fx%3Ftoken%3Dabc%26user%3Dbob', 'redirect=%2Fx%3Ftoken%3D[redacted:token]%26user%3Dbob'],
    ['X-Api-Key: abc123', 'X-Api-Key: [redacted:api-key]'],
    ['routing_key: R0123456789', 'routing_key: [redacted:api-key]'],
    ['AccountKey=abc==;EndpointSuffix=x', 'AccountKey=[redacted:access-key];EndpointSuffix=x'],
    ['{"name":"DB_PASSWORD","value":"hunter2"}', '{"name":"DB_PASSWORD","value":"[redacted:password]"}'],
    ['- name: DB_PASSWORD\n  value: hunter2', '- name: DB_PASSWORD\n  value: [redacted:password]'],
    ['secret: |\n  hunter2', 'secret: |\n  [redacted:secret]'],
    ['password=[redacted:password]hunter2', 'password=[redacted:password]'],
    [
      'machine api.example login deploy password hunter2x',
      'machine api.example login deploy password [redacted:password]',
    ],
    ['ENV API_TOKEN abc123', 'ENV API_TOKEN [redacted:secret]'],
    ['setx DB_PASSWORD hunter2', 'setx DB_PASSWORD [redacted:secret]'],
    ["$env:API_KEY = 'abc'", "$env:API_KEY = '[redacted:api-key]'"],
    ['sshpass -p hunter2 ssh web-3', 'sshpass -p [redacted:password] ssh web-3'],
    ['mysql -u root -phunter2 shop', 'mysql -u root -p[redacted:password] shop'],
    ["CREATE USER app IDENTIFIED BY 'hunter2'", "CREATE USER app IDENTIFIED BY '[redacted:password]'"],
    ['the password is hunter2!x', 'the password is [redacted:secret]'],
    ['<add key="DB_PASSWORD" value="hunter2" />', '<add key="DB_PASSWORD" value="[redacted:password]" />'],
    ['client-key-data: LS0tLS1CRUdJ', 'client-key-data: [redacted:private-key]'],
    ['admin:$apr1$abcdefgh$ABCDEFGHIJKLMNOPQRSTU.', 'admin:[redacted:password-hash]'],
    ['password="never closed\nnext line', 'password="[redacted:password]\nnext line'],
  ])('%j', (text, expected) => expect(redact(text)).toBe(expected));
});

describe('what is no secret stays', () => {
  test.each([
    '03:14:15.926Z ERROR [api-prod-01] connection pool exhausted (size=20, waiting=113) after 5000ms',
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af8 fix: cache TTL update (@mike)',
    'aws deploy 9fceb02d0ae598e95dc970b74767f19372d61af8 done',
    'incident 6ba7b810-9dad-11d1-80b4-00c04fd430c8 fingerprint=0a1b2c3d4e5f60718293a4b5c6d7e8f9',
    'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    'image registry.example:5000/shop/api@sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    'https://registry.example:5000/shop/api@sha256:44136fa355b3678a',
    '2026-11-23T08:58:00.123+01:00 started',
    'at Object.<anonymous> (/srv/app/token.ts:12:34)',
    'src/password.go:42: undefined: x',
    'GET /oauth/token 200 12ms',
    'TokenExpiredError: jwt expired at 12:00',
    'SyntaxError: Unexpected token: }',
    'error: invalid token: expired',
    'authorization: denied for user 12',
    'password reset requested for bob@example.com',
    'max_tokens=4096 tokens: 512 input_tokens=12 token_count=7 tokenExpiry=3600 token_type=bearer',
    'secretName: shop-db, password_file=/run/secrets/db, token_url=https://id.example/token',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf',
    'the token is expired, the password is wrong, the api key is in src/keys.ts2, ENV NODE_VERSION 20.1.0',
    'token=Token{a64f992 ActivityRecord{de9231d u0}} token=android.os.BinderProxy@1f2e3d4',
    'Token: Token { kind: ContainerToken, service: 172.22.149.145:28345 }',
    'mysql -u root -p shop; docker run -p 8080:8080 shop; redis-cli -a; mongo --port 27017',
    'openclaw source add --secret token=env:SLACK_TOKEN --secret key=file:/etc/key',
    "export SLACK_SIGNING_SECRET=... in the daemon's environment",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it is written in a shell
    'token=${SLACK_TOKEN} password=**** requires_password=false api_key=null password=<password>',
    'pod/token-service-7f9c: ready',
    'secret-rotation-worker: started',
    'monkey: see, keyboard: do, author: bob, tokenizer: bpe, secretary: ann, compass=north bypass=1',
    'risk-assessment-of-the-whole-cluster disk-usage-monitor-production-01 sk-learn-pipeline-version-2',
    'bearer authentication failed',
    'docker run -u 1000:1000 shop',
    'git clone ssh://git@github.com/acme/api.git https://user@host.example/x postgres://app@db/shop',
    'https://grafana.example:3000/d/abc?from=now-1h&key=short&email=a@b.example',
    'http://[::1]:8080/x@y mailto:a@b.example',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'eyJ is how a JSON object begins in base64',
    '[redacted:github-token]: rejected',
    '/scale api 4 --reason "Black Friday"',
    '🔴 INCIDENT #43 — api-prod-01 error rate critical 📊 Error rate: 12.3% (threshold: 5%)',
    '',
  ])('%j', (text) => expect(redact(text)).toBe(text));
});

describe('it fails closed', () => {
  test.each([undefined, null, 5, {}, ['password=x'], Symbol('x')])('%o is not text', (value) => {
    expect(redact(value as unknown as string)).toBe('[redacted:unreadable]');
  });
});

describe('a megabyte of hostile text is finished', () => {
  const filled = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length));
  test.each([
    'a',
    ' ',
    '"',
    '\\',
    '\\"',
    "'",
    '=',
    ':',
    '://',
    '://a:',
    'a://a:a',
    '@',
    '://a:b@',
    'eyJ',
    'eyJ.',
    'eyJaaaaaaaaaaaa.',
    'eyJhbGci',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\n',
    '-----BEGIN ',
    '-',
    '-----END PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\n \n',
    'password',
    'password=',
    'password="',
    'password: ',
    'password=&a',
    'token: a ',
    'token:',
    'token=[',
    'token=["',
    '--token ',
    '--token\t',
    'Authorization: ',
    'Authorization: Digest ',
    'Cookie: ',
    '"Cookie: a',
    '"Authorization: Digest a',
    'bearer ',
    'bearer a',
    'sk-',
    '-sk-',
    'sk-a',
    'SG.',
    'SG.aaaaaaaaaaaaaaaa.',
    'xoxb-',
    'AKIA',
    'ghp_',
    'gh',
    'secret ',
    'aws ',
    'aws=',
    'secret="',
    '?sig=',
    '&key=a',
    'token%3D',
    '[redacted:',
    '[redacted:token]',
    '<token>',
    'name: token, value',
    'a_',
    'aA',
    'A.',
    '-u a',
    ' -u a:',
    'token=.',
    'token: .',
  ])('%j', (piece) => {
    expect(typeof redact(filled(piece, 1_000_000))).toBe('string');
    const text = filled(piece, 100_000);
    for (const hostile of [
      `${text}!`,
      `password=${text}`,
      `password: ${text}!`,
      `-----BEGIN PRIVATE KEY-----\n${text}!`,
    ]) {
      expect(typeof redact(hostile)).toBe('string');
    }
  });
});

const noise = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    'INFO started',
    '{"a":1,',
    'https://x.example/',
    'a=b',
    'password',
    '"',
    '[redacted:x]',
    '\n',
  ),
);
const gap = fc.constantFrom(' ', '\n', ' "', " '", '\t', ' (', ' `', ',\n');

describe('a secret planted in any text does not survive', () => {
  test.each(secretKinds.map(({ name, arbitrary }) => [name, arbitrary] as const))(
    '%s',
    (_name, arbitrary) => {
      fc.assert(
        fc.property(
          noise,
          gap,
          arbitrary,
          gap,
          noise,
          (before, opening, { secret, text }, closing, after) => {
            const out = redact(before + opening + text + closing + after);
            for (let at = 0; at + 8 <= secret.length; at += 1) {
              const part = secret.slice(at, at + 8);
              if ((before + after).includes(part)) continue;
              expect(out.includes(part), `${part} of ${secret} in ${out}`).toBe(false);
            }
          },
        ),
        runs,
      );
    },
  );
});

test('redacting twice changes nothing more', () => {
  const any = fc.oneof(
    noise,
    gap,
    ...secretKinds.map(({ arbitrary }) => arbitrary.map(({ text }) => text)),
    fc.constantFrom(
      'token=',
      'password: ',
      '"secret":"',
      'Authorization: ',
      'Bearer ',
      '://u:',
      '@',
      '&a=',
      ']',
      '"',
      "'",
      '\\"',
      '--token ',
      'Cookie: ',
      'x;',
      '-u a:',
    ),
  );
  fc.assert(
    fc.property(fc.array(any, { maxLength: 8 }), (parts) => {
      const once = redact(parts.join(''));
      expect(redact(once)).toBe(once);
    }),
    runs,
  );
});

// The table of signatures against what programs really write, and against what only looks like it.
import { describe, expect, test } from 'vitest';
import { hostsIn } from '../../src/diagnosis/cause/forms/hosts.ts';
import { signatureOf } from '../../src/diagnosis/cause/log-evidence.ts';
import type { Trouble } from '../../src/diagnosis/cause/signatures.ts';

const SAID: readonly [Trouble, string][] = [
  ['disk-full', 'write /var/lib/app/data: no space left on device'],
  ['disk-full', "ERROR 1114 (HY000): The table 'orders' is full"],
  ['disk-full', '[warning] <0.451.0> disk resource limit alarm set on node rabbit@mq-1'],
  ['disk-full', 'OSError: [Errno 122] Disk quota exceeded'],
  ['out-of-memory', 'java.lang.OutOfMemoryError: Java heap space'],
  ['out-of-memory', 'Exited (137) 27 hours ago'],
  ['out-of-memory', 'State: Terminated Reason: OOMKilled Exit Code: 137'],
  ['out-of-memory', 'fork: Cannot allocate memory'],
  ['out-of-memory', 'fatal error: runtime: out of memory'],
  [
    'certificate',
    'x509: certificate has expired or is not yet valid: current time 2026-05-18 is after 2026-04-23T06:01:48Z',
  ],
  ['certificate', 'java.security.cert.CertificateExpiredException: NotAfter: Tue Aug 18 09:41:38 UTC 2026'],
  [
    'certificate',
    'PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed',
  ],
  [
    'certificate',
    '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)',
  ],
  [
    'clock-skew',
    'x509: certificate has expired or is not yet valid: current time 2026-05-18T01:00:00Z is before 2026-06-01T00:00:00Z',
  ],
  ['clock-skew', 'jwt: token used before issued'],
  ['clock-skew', 'An error occurred (RequestTimeTooSkewed) when calling the PutObject operation'],
  ['clock-skew', 'JWSE::Input: JWS: token too young'],
  ['dns', 'java.net.UnknownHostException: pod1: Temporary failure in name resolution'],
  ['dns', 'socket.gaierror: [Errno -3] Temporary failure in name resolution'],
  ['dns', "nslookup: can't resolve 'kubernetes': Name does not resolve"],
  ['dns', 'dial tcp: lookup db on 10.0.0.2:53: no such host'],
  ['rate-limit', '[ERROR] upstream error: 429 {"type":"error"}'],
  ['rate-limit', '"method":"POST","statusCode":429,"iteration":6'],
  ['rate-limit', 'You have exceeded the rate limit of 30 requests per second'],
  ['rate-limit', 'exceeded retry limit, last status: 429 Too Many Requests'],
  ['credentials', "Error 1045: Access denied for user 'shop'@'10.0.0.4' (using password: YES)"],
  ['credentials', 'WRONGPASS invalid username-password pair or user is disabled.'],
  ['configuration', "Error: required environment variable 'SOME_VAR' not set."],
  ['configuration', 'error creating runtime: smtp_credentials is a required field'],
  ['configuration', 'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/app.conf:12'],
  ['schema', 'PG::UndefinedTable: ERROR:  relation "gift_cards" does not exist'],
  ['schema', "Unknown column 'o.legacy' in 'field list'"],
  ['read-only', 'ERROR: cannot execute INSERT in a read-only transaction'],
  ['file-descriptors', 'Error: EMFILE: too many open files, open /srv/app/tmp'],
  ['locks', 'ERROR 1205 (HY000): Lock wait timeout exceeded; try restarting transaction'],
  ['pool', 'pool timed out while waiting for an open connection'],
  ['pool', 'HasqlError AcquisitionTimeoutUsageError'],
  ['pool', 'java.sql.SQLTimeoutException: Timeout after 30000ms of waiting for a connection.'],
  ['pool', 'QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30'],
  ['pool', 'FATAL: sorry, too many clients already'],
  ['refused', 'dial tcp 10.2.0.9:6379: connect: connection refused'],
  ['unavailable', 'GET http://identity/verify -> 502 Bad Gateway'],
  ['timeout', 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'],
  ['code', "TypeError: Cannot read properties of undefined (reading 'amount')"],
  ['code', 'panic: runtime error: invalid memory address or nil pointer dereference'],
];

describe('a line says', () => {
  test.each(SAID)('%s: %s', (trouble, line) => {
    expect(signatureOf(line)?.trouble).toBe(trouble);
  });
});

test.each([
  'GET /health 200 3ms',
  'user 137 logged in',
  'processed 429 rows',
  'created order 50312 for host 7',
  'cache hit key=product:7',
  'deploy finished in 28 s',
  'connected to 10.0.0.7:5432',
  'memory usage 54%',
])('a line that says nothing of trouble: %s', (line) => {
  expect(signatureOf(line)).toBeNull();
});

test('no form of the table hangs on a long or odd line', () => {
  const odd = [
    'a'.repeat(2_000),
    `${'connection '.repeat(180)}`,
    `failed to load ${'x '.repeat(900)}`,
    '"'.repeat(2_000),
    'a.'.repeat(1_000),
    'host=a-'.repeat(280),
    `${'exceeded your daily '.repeat(100)}`,
    `${'lookup a '.repeat(220)}`,
    `HTTP/1.1" ${'GET /'.repeat(390)}`,
  ];
  for (const line of odd) signatureOf(line);
  for (const line of odd) hostsIn(line);
  const begun = process.hrtime.bigint();
  for (let turn = 0; turn < 50; turn += 1) for (const line of odd) [signatureOf(line), hostsIn(line)];
  // Hundreds of them: far less than a second where each form is linear.
  expect(Number(process.hrtime.bigint() - begun) / 1e6).toBeLessThan(2_000);
});

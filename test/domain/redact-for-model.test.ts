import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  redactForModel,
  redactJsonForModel,
  redactList,
  redactParts,
} from '../../src/domain/redact-for-model.ts';

const sha = '9fceb02d0ae598e95dc970b74767f19372d61af8';
const digest = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';
const uuid = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
// Put together at run time, so that no scanner takes this file for a leak.
const token = ['ghp', '_0123456789abcdefghijABCDEFGHIJ012345'].join('');
const anthropic = ['sk-', 'ant-api03-abcDEF123456789_-xyzABC0987'].join('');
const random = 'q8Zt2LmX0vKc7RyBn4WfJ1sHd6PgEu3A';
const hex = 'c0a1d5e27f3948b6a9d0e1f2736455b8c1d2e3f4a5b69788';

describe('what people on call read stays', () => {
  test.each([
    `commit ${sha}`,
    `${sha} fix: cache TTL update (@mike)`,
    `* ${sha} (HEAD -> main, origin/main) Merge pull request #492`,
    `deployed ${sha} to api-prod`,
    `rolled back from ${sha} to 1f3d2c4b5a69788796a5b4c3d2e1f00112233445`,
    `HEAD is now at ${sha}`,
    `${sha}\trefs/heads/main`,
    `https://github.com/acme/api/commit/${sha}`,
    `https://github.com/acme/api/compare/${sha}...1f3d2c4b5a69788796a5b4c3d2e1f00112233445`,
    `{"sha":"${sha}","head_sha":"${sha}","tree":{"sha":"${sha}"},"node_id":"MDY6Q29tbWl0MTI5NjI2OTo2ZGNi"}`,
    `Merge: 1a2b3c4 5d6e7f8\nindex 83db48f..bf2a1c3 100644`,
    `  "parents": [ { "sha": "${sha}" } ]`,
    `image: registry.example:5000/shop/api@sha256:${digest}`,
    `Digest: sha256:${digest}`,
    `docker-pullable://acme/api@sha256:${digest}`,
    `containerID: containerd://${digest}`,
    `Container ${digest} exited with 137`,
    `0::/kubepods/burstable/pod${uuid}/${digest}`,
    `${digest}  api-1.2.3.tar.gz`,
    `e2fc714c4727ee9395f324cd2e7f331f  dump.rdb`,
    `integrity sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==`,
    `SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8`,
    `golang.org/x/sys v0.1.0 h1:kunALQeHf1/185U1i0GOB/fy1IPRDDpuoOOqRReG57U=`,
    `etag: "9bb58f26192e4ba00f01e2e7b136bbd8"`,
    `"ETag": "\\"9bb58f26192e4ba00f01e2e7b136bbd8\\""`,
    `fingerprint=0a1b2c3d4e5f60718293a4b5c6d7e8f9`,
    `trace_id=${trace} span_id=${span}`,
    `{"traceId":"${trace}","spanId":"${span}"}`,
    `traceparent: 00-${trace}-${span}-01`,
    `INFO [order-service,${trace},${span}] c.a.OrderController : order placed`,
    `X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1`,
    `x-amz-id-2: eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran`,
    `x-amz-request-id: 318BC8BC148832E5`,
    `x-request-id: ${uuid} uid: ${uuid}`,
    `START RequestId: ${uuid} Version: $LATEST`,
    `2026/11/28/[$LATEST]${trace}`,
    `/aws/lambda/orders-prod-process-payment-events`,
    `arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop-prod-alb/50dc6c495c0c9188`,
    `arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    `arn:aws:states:eu-west-1:123456789012:execution:OrderPipeline:${uuid}`,
    `arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf`,
    `i-0abcd1234ef567890 vol-049df61146c4d7901 subnet-0bb1c79de3EXAMPLE ami-0abcdef1234567890 sg-903004f8`,
    `i-0abcd1234ef567890\ni-0abcd1234ef567891\ni-0abcd1234ef567892`,
    `["i-0abcd1234ef567890","i-0abcd1234ef567891","i-0abcd1234ef567892"]`,
    `["U02ABCDEF1","U03GHIJKL2","C04MNOPQR3"]`,
    `api-prod-7d4b9c6f5d-x2k9z\napi-prod-7d4b9c6f5d-p8m4q\nworker-5644d7b6d9-4qkhh`,
    `kube-system/aws-load-balancer-controller-6d5f8b7c9d-tq2xz`,
    `k8s_POD_coredns-5644d7b6d9-4qkhh_kube-system_c2e4a1f8-30f0-11ee-b2a3-0a58a9feac02_0`,
    `s3://acme-logs-prod/AWSLogs/123456789012/elasticloadbalancing/eu-west-1/2026/11/28/part-00000-${uuid}-c000.snappy.parquet`,
    `/var/lib/docker/overlay2/${digest}/merged/etc/hosts`,
    `/var/lib/nova/instances/_base/a489c868f0c37da93b76227c91bb03908ac0e742`,
    `/nix/store/9krlzvny65gdc8s7kpb6lkx8cd02c25b-bash-5.1-p16/bin/bash`,
    `java.lang.IllegalStateException: Failed to load ApplicationContext\n\tat org.springframework.test.context.cache.DefaultCacheAwareContextLoaderDelegate.loadContext(DefaultCacheAwareContextLoaderDelegate.java:132)\n\tat com.acme.order.OrderService$$EnhancerBySpringCGLIB$$a1b2c3d4.place(<generated>)`,
    `at Object.<anonymous> (/srv/app/node_modules/@acme/http-client/dist/chunk-4XQ7ZLMN.js:12:34)`,
    `goroutine 1 [running]:\nmain.main()\n\t/go/src/github.com/acme/api/cmd/server/main.go:42 +0x1d3`,
    `GET /static/js/main.3f2a1b9c8d7e6f5a4b3c2d1e0f9a8b7c.js 200 12ms`,
    `AbstractAnnotationConfigDispatcherServletInitializer.createRootApplicationContext failed`,
    `max_connections_per_hostname_exceeded_in_the_load_balancer_pool`,
    `LoadBalancerTargetGroupHealthCheckIntervalSecondsTooShort`,
    `/usr/lib/python3.11/site-packages/sqlalchemy/engine/default.py`,
    `checksum mismatch: expected md5 e2fc714c4727ee9395f324cd2e7f331f`,
    `Deploy #492 "Cache TTL update" by @mike, 2026-11-23T08:58:00Z, 12 files changed`,
    `message: SGVsbG8gd29ybGQsIHRoaXMgaXMganVzdCBhIHRleHQgaW4gYmFzZTY0Lg==`,
    `cluster shop-prod.cluster-cabcdefghij1.eu-west-1.rds.amazonaws.com`,
    `session 0x34ede65503f002d for client /10.10.34.11:51041`,
    `kafka cluster id: 4L6g3nShT-eMCtK--X86sw`,
    `RAS KERNEL INFO R02-M1-N0-C:J12-U11 instruction cache parity error corrected`,
    `CSI Package_for_KB2928120~31bf3856ad364e35~amd64~~6.1.1.2 amd64_microsoft-windows-shell32_31bf3856ad364e35_6.1.7601.18429_none_6a4b1e4e3d0f9b2a`,
    `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ======================================== ----------------------------------------`,
    `01234567890123456789012345678901234567890123456789`,
    `_ZNSt3__112basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEE6appendEPKc`,
    `_ZN4core3fmt9Formatter12pad_integral17h1a2b3c4d5e6f7a8bE`,
    `15/07/29 17:41:44 INFO storage.BlockManagerInfo: Removed broadcast_1_piece0 on mesos-slave-21:54582 in memory (size: 2.3 KB, free: 2.6 GB)`,
    `17/06/09 20:10:40 INFO executor.CoarseGrainedExecutorBackend: Registered signal handlers for [TERM, HUP, INT] application_1485248649253_0147/container_1485248649253_0147_01_000005`,
    `2016-09-28 04:30:30, Info CBS Loaded Servicing Stack v6.1.7601.23505 with Core: C:\\Windows\\winsxs\\amd64_microsoft-windows-servicingstack_31bf3856ad364e35_6.1.7601.23505_none_681aa442f6fed7f0\\cbscore.dll`,
    `Session: 30546354_3247653463 initialized by client WindowsUpdateAgent.`,
    `Jul  1 09:00:55 calvisitor-10-105-160-95 kernel[0]: IOThunderboltSwitch<0>(0x0)::listenerCallback - Thunderbolt HPD packet for route = 0x0 port = 11 unplug = 0`,
    `com.apple.cts[258]: com.apple.suggestions.harvest: scheduler_evaluate_activity told me to run this job; however, but the start time isn't for 439034 seconds.`,
    `[10.30 16:49:06] chrome.exe - proxy.cse.cuhk.edu.hk:5070 close, 0 bytes sent, 0 bytes received, lifetime 00:01`,
    `03-17 16:13:38.811  1702  2395 D WindowManager: printFreezingDisplayLogsopening app wtoken = AppWindowToken{9f4ef63 token=Token{a64f992 ActivityRecord{de9231d u0 com.tencent.qt.qtl/.activity.info.NewsDetailXmlActivity t761}}}, allDrawn= false`,
    `[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok /etc/httpd/conf/workers2.properties`,
    `helm.sh/chart: kube-prometheus-stack-55.5.0 pod-template-hash=7d4b9c6f5d controller-revision-hash=5b8f9c7d6`,
    `ghcr.io/acme/api:v1.2.3-rc.1-20261128-abcdef0 eks.amazonaws.com/nodegroup=ng-0a1b2c3d4e5f67890`,
    `job batch-report-28876543-x7k2p OOMKilled; S-1-5-21-3623811015-3361044348-30300820-1013; 00:1B:44:11:3A:B7`,
    `rate(http_server_requests_seconds_count{status=~"5..",namespace="prod"}[5m]) > 0.05`,
    `SELECT a.id, b.name FROM orders_2026_11 a JOIN customers b ON a.customer_id=b.id WHERE a.created_at>now()-interval '5 min'`,
    `https://grafana.example/d/api-overview?from=now-1h&to=now&var-service=api-prod&viewPanel=12`,
    `https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Forders`,
    `redirect=https%3A%2F%2Fshop.example%2Fcart%3Fstep%3D2%26lang%3Den`,
    `Content-Type: multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW`,
  ])('%s', (text) => expect(redactForModel(text)).toBe(text));
});

describe('keys without a name', () => {
  test.each([
    [`got ${random} from peer`, 'got [redacted:key] from peer'],
    [`got ${hex} from peer`, 'got [redacted:key] from peer'],
    [`{"message":"${random}"}`, '{"message":"[redacted:key]"}'],
    ['the token QXk29fLm3pZt8Rw1 leaked', 'the token [redacted:key] leaked'],
    [`leaked key ${uuid}`, 'leaked key [redacted:key]'],
    [`https://hooks.example/in/${random}`, 'https://hooks.example/in/[redacted:key]'],
  ])('%s', (text, expected) => expect(redactForModel(text)).toBe(expected));
});

describe('one level of decoding', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  test.each([
    [`data ${base64(`use ${token} for it`)} end`, 'data [redacted:encoded] end'],
    [`data ${base64('{"password":"hunter2-and-more"}')} end`, 'data [redacted:encoded] end'],
    [`"auth": "${base64('deploy:hunter2')}"`, '"auth": "[redacted:encoded]"'],
    [`hex ${Buffer.from(`t=${token}`).toString('hex')} end`, 'hex [redacted:encoded] end'],
    [`a ${token.replace('g', '\\u0067').replace('_', '\\x5f')} b`, 'a [redacted:github-token] b'],
    [`a ${token.replace('_', '%5F')} b`, 'a [redacted:github-token] b'],
    [`a ${token.replace('_', '&#95;')} b`, 'a [redacted:github-token] b'],
    [`a ${token.slice(0, 20)}=\r\n${token.slice(20)} b`, 'a [redacted:github-token] b'],
    [
      `a postgres%3A%2F%2Fapp%3Ahunter2pw%40db%2Fshop b`,
      'a postgres%3A%2F%2Fapp%3A[redacted:password]%40db%2Fshop b',
    ],
    [`a ${anthropic.slice(0, 7)}\u200b${anthropic.slice(7)} b`, 'a [redacted:anthropic-key] b'],
  ])('%j', (text, expected) => expect(redactForModel(text)).toBe(expected));
});

describe('chunks are put together', () => {
  test('two deltas of a stream', () => {
    expect(redactParts([`use ${token.slice(0, 9)}`, `${token.slice(9)} now`])).toEqual([
      'use [redacted:github-token]',
      ' now',
    ]);
    expect(redactParts(['see ', random.slice(0, 15), random.slice(15), ' there'])).toEqual([
      'see ',
      '[redacted:key]',
      '',
      ' there',
    ]);
  });

  test('a neighbour does not hide where a token begins', () => {
    const key = ['sk', '-abcDEF123456789abcDEF123456789'].join('');
    expect(redactParts(['disk', key])).toEqual(['disk', '[redacted:openai-key]']);
  });

  test('two rows of a wrapped line, two elements of a list, two halves of a program text', () => {
    const [one, two] = [anthropic.slice(0, 20), anthropic.slice(20)];
    expect(redactForModel(`12:00 used ${one}\n${two} and failed`)).toBe(
      '12:00 used [redacted:anthropic-key] and failed',
    );
    expect(redactForModel(`const key = "${one}" + "${two}";`)).toBe(
      'const key = "[redacted:anthropic-key]";',
    );
    expect(redactList([`x ${one}`, `${two} y`])).toEqual(['x [redacted:anthropic-key]', ' y']);
    expect(redactJsonForModel({ lines: [`x ${one}`, `${two} y`] })).toEqual({
      lines: ['x [redacted:anthropic-key]', ' y'],
    });
  });

  test('as many parts come back, and what holds no secret is the same', () => {
    const parts = ['', 'pod/api-7d4b9c6f5d-x2k9z', ' is ', '', 'ready\n', `commit ${sha}`];
    expect(redactParts(parts)).toEqual(parts);
    expect(redactParts([])).toEqual([]);
  });
});

test('it fails closed', () => {
  expect(redactForModel(undefined as unknown as string)).toBe('[redacted:unreadable]');
  expect(redactParts(['a', 5 as unknown as string])).toEqual([
    '[redacted:unreadable]',
    '[redacted:unreadable]',
  ]);
});

describe('hostile text is finished, and nothing but marks is put in', () => {
  const filled = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length));
  test.each([
    'a',
    'aB3',
    'a1',
    '0',
    '/',
    '-',
    '_',
    '=',
    '=\n',
    '\n',
    'aB3/',
    'aB3x_',
    'a.b',
    'aB3dE5f.',
    '%41',
    '%',
    '\\u0041',
    '\\',
    '\\n',
    '&#65;',
    '&',
    '\u200b',
    'aB3\u200b',
    '","',
    'aB3dE5","',
    'aB3dE5\n',
    'key ',
    'sk-ant-\n',
    'AKIA',
    'eyJhbGci.',
    '0x',
    '$A1b!',
    'YWJj',
    'deadbeef',
    'ghp_aaaaaaaaaaaaaaaa ',
    'password=a ',
    'https://a:b@c ',
  ])('%j', (piece) => {
    for (const text of [filled(piece, 300_000), `password=${filled(piece, 60_000)}\n!`]) {
      expect(typeof redactForModel(text)).toBe('string');
    }
    expect(redactParts(filled(piece, 20_000).match(/.{1,7}/gs) ?? []).length).toBe(
      Math.ceil(filled(piece, 20_000).length / 7),
    );
  });

  test('whatever it is given, what is left was there, in its order', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        token,
        random,
        hex,
        ' ',
        '\n',
        '\\u0041',
        '%3D',
        'password=',
        '"',
        'commit ',
        '=\n',
        '\u200b',
        '", "',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        let from = 0;
        for (const left of redactForModel(text).split(/\[redacted:[a-z0-9-]{1,30}\]/)) {
          const at = text.indexOf(left, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + left.length;
        }
      }),
      { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 },
    );
  });

  test('redacting twice takes no more than a neighbour of what was taken', () => {
    const text = `a ${token} b ${random}\ncommit ${sha}\npassword=hunter2 x`;
    const once = redactForModel(text);
    expect(redactForModel(once)).toBe(once);
  });
});

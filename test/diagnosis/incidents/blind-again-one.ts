// Written blind, 1 of 3: a third party's quota, an auto-fix, Sidekiq, systemd, Kubernetes, Go's DNS, Envoy and a certificate.
import { at, deploy, files, type IncidentFixture, type Lines, lines, night, slope, steps } from './night.ts';

const digits = (index: number) => ((index * 2_654_435_761) >>> 0).toString(16).padStart(8, '0');

/**
 * A line for each group: "from to seconds | instances | text". In a text: {t} ISO, {c} with a space, {k} as Python,
 * {n} as nginx, {j} as journald, {r} as Redis, {a} as an access log, {p} as PHP, {b} a backtick, {h} hex digits, {3..9} a number.
 */
export function said(groups: string): Lines[] {
  const out: Lines[] = [];
  for (const group of groups.trim().split('\n')) {
    const [when = '', who = '', ...rest] = group.split(' | ');
    const [from = '', to = from, seconds = '60'] = when.split(' ');
    const text = rest.join(' | ');
    out.push(lines(from, to, Number(seconds) * 1000, who.split(' '), (index, t) => filled(text, index, t)));
  }
  return out;
}

function filled(text: string, index: number, t: string): string {
  const [date, time] = [t.slice(0, 10), t.slice(11, 23)];
  const stamps: Record<string, string> = {
    t,
    c: `${date} ${time}`,
    k: `${date} ${time.replace('.', ',')}`,
    n: `${date.replaceAll('-', '/')} ${time.slice(0, 8)}`,
    j: `Nov ${date.slice(8)} ${time.slice(0, 8)}`,
    r: `${date.slice(8)} Nov 2026 ${time}`,
    a: `${date.slice(8)}/Nov/2026:${time.slice(0, 8)} +0000`,
    p: `${date.slice(8)}-Nov-2026 ${time.slice(0, 8)}`,
    b: '`',
    h: digits(index + 1),
  };
  return text.replace(/\{(?:([tcknjrapbh])|(\d+)\.\.(\d+))\}/g, (_all, stamp, low, high) =>
    stamp ? (stamps[stamp] ?? '') : String(Number(low) + ((index * 7919) % (Number(high) - Number(low) + 1))),
  );
}

export const BLIND_AGAIN_ONE: readonly IncidentFixture[] = [
  {
    name: 'the CRM allows no more calls today',
    story:
      'A backfill of the marketing people used up the daily quota at HubSpot; each call of the sync gets 429 until midnight of the portal. The deploy of 02:19 only logs one field more. The drift warnings of Celery are months old.',
    answer: ['rate-limit api.hubapi.com'],
    readings: night({
      startedAt: '02:36',
      now: '02:40',
      service: 'crm-sync',
      alerts: ['crm-sync: task failure ratio > 20% for 3m'],
      about: {
        'crm-sync': {
          dependsOn: ['crm-db', 'crm-redis'],
          instances: ['crm-sync-1', 'crm-sync-2'],
          deploys: [
            deploy('341', '02:19', 'feat: log the portal id with each sync', 'ravi'),
            deploy('340', '14:02', 'chore: bump celery to 5.4.0', 'ravi'),
          ],
          comparisons: { 341: files('crm_sync/logging.py', 'tests/test_logging.py') },
          logs: said(`
02:06 02:33:15 4 | crm-sync-1 crm-sync-2 | [{k}: INFO/ForkPoolWorker-{1..8}] Task crm_sync.tasks.push_contact[{h}-41c0-4b7e-9d1f-0a88{h}] succeeded in 0.{210..480}s: None
02:06:30 02:40 300 | crm-sync-1 crm-sync-2 | [{k}: WARNING/MainProcess] Substantial drift from celery@crm-sync-2 may mean clocks are out of sync.  Current drift is {16..18} seconds.
02:33:20 02:40 5 | crm-sync-1 crm-sync-2 | [{k}: WARNING/ForkPoolWorker-{1..8}] POST /crm/v3/objects/contacts/batch/upsert -> 429 {"status":"error","message":"You have reached your daily limit.","errorType":"RATE_LIMIT","correlationId":"{h}-5d02-4c1c-8f6e-22b1{h}","policyName":"DAILY","groupName":"publicapi:private-apps:api-calls-daily:2291188"} headers={'Content-Type': 'application/json;charset=utf-8', 'X-HubSpot-RateLimit-Daily': '250000', 'X-HubSpot-RateLimit-Daily-Remaining': '0', 'X-HubSpot-RateLimit-Interval-Milliseconds': '10000'}
02:33:20 02:40 5 | crm-sync-1 crm-sync-2 | [{k}: ERROR/ForkPoolWorker-{1..8}] Task crm_sync.tasks.push_contact[{h}-41c0-4b7e-9d1f-0a88{h}] raised unexpected: HTTPError('429 Client Error: Too Many Requests for url: https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert')
`),
          metrics: [
            steps('error_rate', '%', ['00:30', 0.4], ['02:33', 71], ['02:34', 99]),
            slope('queue_depth', 'count', ['00:30', 40], ['02:33', 44], ['02:40', 2900]),
            steps('cpu_usage', '%', ['00:30', 34], ['02:34', 12]),
          ],
        },
        'crm-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['00:30', 18], ['02:34', 11])] },
        'crm-redis': { kind: 'cache', metrics: [steps('memory_usage', '%', ['00:30', 41])] },
      },
    }),
  },
  {
    name: 'more workers, no connections left',
    story:
      'Invoices of the month waited, an auto-fix took the workers from 4 to 24. Each holds connections; the database allows 100, and the API of the people gets none.',
    answer: ['action services.scale invoice-worker'],
    readings: night({
      startedAt: '01:50',
      now: '01:53',
      service: 'billing-api',
      alerts: ['billing-api 5xx ratio above 5%'],
      doings: [
        {
          capability: 'services.scale',
          service: 'invoice-worker',
          at: at('01:47:10'),
          state: 'succeeded',
          autoFix: 'more workers while invoices wait',
          scaled: { from: 4, to: 24 },
          undone: null,
        },
      ],
      about: {
        'billing-api': {
          dependsOn: ['billing-db'],
          deploys: [deploy('918', '16:44', 'fix: VAT number of Northern Ireland', 'petra')],
          logs: said(`
01:20 01:53 6 | billing-api-1 billing-api-2 | {k} INFO gunicorn.access 10.20.1.{4..9} "GET /v1/invoices/{10000..99999} HTTP/1.1" 200 {400..2900} {18..70}ms
01:48:25 01:53 2 | billing-api-1 billing-api-2 | {k} ERROR django.request Internal Server Error: /v1/invoices/{10000..99999} django.db.utils.OperationalError: connection to server at "billing-db.internal" (10.20.4.11), port 5432 failed: FATAL:  sorry, too many clients already
`),
          metrics: [
            steps('error_rate', '%', ['00:00', 0.1], ['01:48', 18], ['01:49', 37]),
            steps('request_rate', '/s', ['00:00', 21]),
            steps('latency', 'ms', ['00:00', 48], ['01:48', 71]),
          ],
        },
        'invoice-worker': {
          dependsOn: ['billing-db'],
          deploys: [deploy('402', '13:31', 'feat: PDF/A for archived invoices', 'sven')],
          health: { desired: 24, running: 24, healthy: 21 },
          logs: said(`
01:20 01:53 5 | invoice-worker-1 invoice-worker-2 invoice-worker-3 | {k} INFO invoices.run rendered invoice {200000..299999} in {310..900} ms
01:47:30 01:48:10 3 | invoice-worker-9 invoice-worker-14 invoice-worker-20 | {k} INFO invoices.run worker up, pool of 4 connections to billing-db.internal:5432/billing
`),
          metrics: [
            slope('queue_depth', 'count', ['00:00', 120], ['01:10', 300], ['01:46', 2600], ['01:53', 2100]),
            steps('cpu_usage', '%', ['00:00', 61]),
          ],
        },
        'billing-db': {
          kind: 'database',
          logs: said(`
01:48:22 01:53 2 | billing-db-1 | {c} UTC [{21000..29000}] FATAL:  sorry, too many clients already
01:22 01:53 300 | billing-db-1 | {c} UTC [61] LOG:  checkpoint starting: time
`),
          metrics: [
            steps('connections', 'count', ['00:00', 46], ['01:47', 88], ['01:48', 100]),
            steps('cpu_usage', '%', ['00:00', 29], ['01:48', 44]),
          ],
        },
      },
    }),
  },
  {
    name: 'dunning jobs die after a merge',
    story:
      'A merge with a title that says nothing removed the default plan of a subscription; DunningJob gets nil. The warning of Sidekiq about the way to Redis was always there.',
    answer: ['deploy billing-jobs #1207'],
    readings: night({
      startedAt: '04:29',
      now: '04:31',
      service: 'billing-jobs',
      alerts: ['billing-jobs: failed jobs per minute > 20'],
      about: {
        'billing-jobs': {
          dependsOn: ['jobs-redis', 'billing-db'],
          deploys: [
            deploy('1207', '04:22', 'Merge pull request #2231 from acme/mk-cleanup', 'mkeller'),
            deploy('1206', '18:12', 'Merge pull request #2229 from acme/invoice-footer', 'dora'),
          ],
          comparisons: {
            1207: files(
              'app/jobs/dunning_job.rb',
              'app/models/subscription.rb',
              'spec/models/subscription_spec.rb',
            ),
          },
          logs: said(`
03:59 04:31 3 | jobs-0 jobs-1 | {t} pid=1 tid=1k{10..99} class=ReceiptMailerJob jid={h}9f00c4e1{h} elapsed=0.{110..690} INFO: done
04:00 04:31 420 | jobs-0 jobs-1 | {t} pid=1 tid=1ihk WARN: Your Redis network connection is performing extremely poorly. Last RTT readings were [{51000..58000}, 53211, 60214, 55008, 51990], ideally these should be < 1000. Ensure Redis is running in the same AZ or datacenter as Sidekiq.
04:23:40 04:31 2 | jobs-0 jobs-1 | {t} pid=1 tid=1k{10..99} class=DunningJob jid={h}5be11ac3{h} elapsed=0.0{10..40} INFO: fail
04:23:40 04:31 2 | jobs-0 jobs-1 | {t} pid=1 tid=1k{10..99} WARN: {"context":"Job raised exception","job":{"retry":true,"queue":"billing","args":[{70000..99999}],"class":"DunningJob","jid":"{h}5be11ac3{h}","created_at":1795408000.21,"enqueued_at":1795408000.21}}
04:23:40 04:31 2 | jobs-0 jobs-1 | {t} pid=1 tid=1k{10..99} WARN: NoMethodError: undefined method 'grace_days' for nil
04:23:40 04:31 2 | jobs-0 jobs-1 | {t} pid=1 tid=1k{10..99} WARN: app/jobs/dunning_job.rb:31:in 'DunningJob#perform'
`),
          metrics: [
            steps('error_rate', '%', ['02:30', 0.6], ['04:23', 31]),
            slope('queue_depth', 'count', ['02:30', 14], ['04:23', 15], ['04:31', 240]),
          ],
        },
        'jobs-redis': { kind: 'cache', metrics: [steps('memory_usage', '%', ['02:30', 37])] },
        'billing-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['02:30', 26])] },
      },
    }),
  },
  {
    name: 'the environment file is gone',
    story:
      'Puppet removed /etc/billing-gw/env (a profile was renamed). Nobody noticed until the nightly upgrade restarted the unit on both hosts: systemd cannot start it.',
    answer: ['configuration billing-gw'],
    readings: night({
      startedAt: '03:08',
      now: '03:10',
      service: 'billing-gw',
      metric: 'up',
      alerts: ['billing-gw: no healthy target'],
      about: {
        'billing-gw': {
          instances: ['gw-1', 'gw-2'],
          deploys: [deploy('57', '12:20', 'feat: SEPA instant', 'ulla')],
          health: { desired: 2, running: 0, healthy: 0 },
          logs: said(`
02:38 03:05:30 8 | gw-1 | {j} gw-1 billing-gw[1187]: level=info msg="settled" batch={h} took={20..80}ms
02:38 03:06:40 8 | gw-2 | {j} gw-2 billing-gw[1203]: level=info msg="settled" batch={h} took={20..80}ms
02:51:12 | gw-1 | {j} gw-1 puppet-agent[2211]: (/Stage[main]/Profile::Billing_gw/File[/etc/billing-gw/env]/ensure) removed
02:51:14 | gw-1 | {j} gw-1 puppet-agent[2211]: Applied catalog in 12.41 seconds
02:52:40 | gw-2 | {j} gw-2 puppet-agent[2190]: (/Stage[main]/Profile::Billing_gw/File[/etc/billing-gw/env]/ensure) removed
03:04:50 | gw-1 | {j} gw-1 systemd[1]: Starting apt-daily-upgrade.service - Daily apt upgrade and clean activities...
03:05:33 | gw-1 | {j} gw-1 systemd[1]: Stopping billing-gw.service - Billing gateway...
03:05:34 | gw-1 | {j} gw-1 systemd[1]: Stopped billing-gw.service - Billing gateway.
03:06:44 | gw-2 | {j} gw-2 systemd[1]: Stopping billing-gw.service - Billing gateway...
03:05:35 03:10 30 | gw-1 | {j} gw-1 systemd[1]: billing-gw.service: Failed to load environment files: No such file or directory
03:05:35 03:10 30 | gw-1 | {j} gw-1 systemd[1]: billing-gw.service: Failed to run 'start' task: No such file or directory
03:05:35 03:10 30 | gw-1 | {j} gw-1 systemd[1]: billing-gw.service: Failed with result 'resources'.
03:05:36 03:10 30 | gw-1 | {j} gw-1 systemd[1]: Failed to start billing-gw.service - Billing gateway.
03:06:46 03:10 30 | gw-2 | {j} gw-2 systemd[1]: billing-gw.service: Failed to load environment files: No such file or directory
03:06:46 03:10 30 | gw-2 | {j} gw-2 systemd[1]: billing-gw.service: Failed with result 'resources'.
`),
          metrics: [
            steps('up', 'boolean', ['01:10', 1], ['03:07', 0]),
            steps('request_rate', '/s', ['01:10', 9], ['03:07', 0]),
          ],
        },
      },
    }),
  },
  {
    name: 'a template with less memory',
    story:
      '#77 took over the limits of the platform template: 2Gi became 768Mi. The model alone needs 900 MB; the pods (strategy Recreate) are killed again and again.',
    answer: ['deploy recommender #77'],
    readings: night({
      startedAt: '05:36',
      now: '05:39',
      service: 'recommender',
      alerts: ['recommender availability below 99%'],
      about: {
        recommender: {
          dependsOn: ['feature-store'],
          deploys: [
            deploy('77', '05:31', 'chore: housekeeping', 'platform-bot'),
            deploy('76', '17:55', 'feat: new model 2026-11', 'iris'),
          ],
          comparisons: {
            77: {
              ...files('deploy/values.yaml'),
              changes: ['recommender: memory limit 2Gi → 768Mi', 'recommender: label team added'],
            },
          },
          health: {
            desired: 3,
            running: 1,
            healthy: 0,
            instances: [
              { id: 'recommender-6d9f7c5b8-2xk4p', state: 'unhealthy', detail: 'CrashLoopBackOff' },
              { id: 'recommender-6d9f7c5b8-q8z7m', state: 'unhealthy', detail: 'CrashLoopBackOff' },
              { id: 'recommender-6d9f7c5b8-vv21t', state: 'starting' },
            ],
          },
          logs: said(`
05:06 05:32 5 | recommender-7f4c9d6d5-aa1 recommender-7f4c9d6d5-bb2 | {t} INFO recommender.api ranked {40..120} items in {9..31} ms
05:32:02 05:39 70 | recommender-6d9f7c5b8-2xk4p recommender-6d9f7c5b8-q8z7m recommender-6d9f7c5b8-vv21t | [{c} +0000] [1] [INFO] Booting worker with pid: {7..40}
05:32:20 05:39 70 | recommender-6d9f7c5b8-2xk4p recommender-6d9f7c5b8-q8z7m recommender-6d9f7c5b8-vv21t | [{c} +0000] [1] [ERROR] Worker (pid:{7..40}) was sent SIGKILL! Perhaps out of memory?
05:32:19 05:39 70 | node-eu-3 | Warning  OOMKilling  node/node-eu-3  Memory cgroup out of memory: Killed process {51000..59000} (gunicorn) total-vm:2411036kB, anon-rss:{780100..785900}kB, file-rss:4096kB, shmem-rss:0kB, UID:1000 pgtables:2204kB oom_score_adj:968
05:32:40 05:39 30 | recommender-6d9f7c5b8-2xk4p | Warning  BackOff  pod/recommender-6d9f7c5b8-2xk4p  Back-off restarting failed container recommender in pod recommender-6d9f7c5b8-2xk4p_shop(0d1e2c9b-7f5e-4c58-9a55-6f0e4a1f7d10)
05:32:10 05:39 45 | recommender-6d9f7c5b8-vv21t | Warning  Unhealthy  pod/recommender-6d9f7c5b8-vv21t  Readiness probe failed: Get "http://10.42.1.17:8080/healthz": dial tcp 10.42.1.17:8080: connect: connection refused
`),
          metrics: [
            steps('error_rate', '%', ['03:40', 0.1], ['05:33', 58]),
            steps('memory_usage', '%', ['03:40', 46], ['05:32', 99]),
            steps('request_rate', '/s', ['03:40', 75]),
          ],
        },
        'feature-store': { kind: 'cache', metrics: [steps('latency', 'ms', ['03:40', 2])] },
      },
    }),
  },
  {
    name: 'nobody resolves names in the cluster',
    story:
      'CoreDNS was evicted with its node and came back on none. All lookups of the gateway time out; what it calls is well. The deploy a quarter of an hour before is innocent.',
    answer: ['dns gateway', 'dns pricing.shop.svc.cluster.local', 'dns accounts.shop.svc.cluster.local'],
    readings: night({
      startedAt: '00:58',
      now: '01:01',
      service: 'gateway',
      alerts: ['gateway: 502 ratio above 10%'],
      about: {
        gateway: {
          dependsOn: ['pricing', 'accounts'],
          deploys: [
            deploy('512', '00:41', 'feat: pass the trace id to the upstreams', 'noor'),
            deploy('511', '15:09', 'fix: typo in the health page'),
          ],
          comparisons: { 512: files('internal/proxy/headers.go', 'internal/proxy/headers_test.go') },
          logs: said(String.raw`
00:28 01:01 3 | gateway-5c7-a gateway-5c7-b | {"level":"info","ts":"{t}","msg":"served","path":"/v1/quote","status":200,"ms":{12..60}}
00:55:10 01:01 2 | gateway-5c7-a gateway-5c7-b | {"level":"error","ts":"{t}","msg":"upstream call failed","err":"Post \"http://pricing.shop.svc.cluster.local:8080/v1/quote\": dial tcp: lookup pricing.shop.svc.cluster.local on 10.96.0.10:53: read udp 10.244.3.17:{40000..60000}->10.96.0.10:53: i/o timeout"}
00:55:14 01:01 4 | gateway-5c7-a gateway-5c7-b | {"level":"error","ts":"{t}","msg":"upstream call failed","err":"Get \"http://accounts.shop.svc.cluster.local:8080/v1/me\": dial tcp: lookup accounts.shop.svc.cluster.local on 10.96.0.10:53: server misbehaving"}
`),
          metrics: [
            steps('error_rate', '%', ['23:00', 0.2], ['00:55', 64]),
            steps('latency', 'ms', ['23:00', 38], ['00:55', 5020]),
            steps('request_rate', '/s', ['23:00', 210]),
          ],
        },
        pricing: {
          logs: said(`
00:28 01:01 9 | pricing-1 | {"level":"info","ts":"{t}","msg":"quote","sku":"{1000..9999}","ms":{3..9}}
`),
          metrics: [
            steps('error_rate', '%', ['23:00', 0.1]),
            steps('request_rate', '/s', ['23:00', 140], ['00:55', 38]),
          ],
        },
        accounts: {
          metrics: [
            steps('error_rate', '%', ['23:00', 0]),
            steps('request_rate', '/s', ['23:00', 70], ['00:55', 21]),
          ],
        },
      },
    }),
  },
  {
    name: 'a certificate ends at midnight',
    story:
      'The certificate the ledger shows to the mesh ended at 00:00; Envoy refuses it. The new route of #88 at the edge has nothing to do with it.',
    answer: ['certificate ledger'],
    readings: night({
      startedAt: '00:03',
      now: '00:05',
      service: 'edge',
      alerts: ['edge: 503 above 2%'],
      about: {
        edge: {
          dependsOn: ['ledger', 'statements'],
          deploys: [deploy('88', '23:48', 'feat: route for /v2/statements', 'bram')],
          comparisons: { 88: files('envoy/routes.yaml') },
          logs: said(`
23:33 00:05 2 | edge-1 edge-2 | [{t}] "GET /v1/statements/{1000..9999} HTTP/2" 200 - via_upstream - "-" 0 {900..4100} {8..40} {7..39} "203.0.113.{4..250}" "okhttp/4.12.0" "{h}-0f1c-4c1e-9a10-77ab{h}" "api.acme.example" "10.0.9.21:8443" outbound|8443||statements -
00:00:03 00:05 2 | edge-1 edge-2 | [{t}] "POST /v1/entries HTTP/2" 503 UF,URX upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_X509_verify_cert:_certificate_verification_error_at_depth_0:_certificate_has_expired:TLS_error_end} - "TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify cert failed: X509_verify_cert: certificate verification error at depth 0: certificate has expired:TLS_error_end" 212 271 {30..90} - "203.0.113.{4..250}" "okhttp/4.12.0" "{h}-0f1c-4c1e-9a10-77ab{h}" "api.acme.example" "10.0.9.14:8443" outbound|8443||ledger -
`),
          metrics: [
            steps('error_rate', '%', ['22:05', 0.1], ['00:00', 27]),
            steps('request_rate', '/s', ['22:05', 330]),
          ],
        },
        ledger: {
          deploys: [deploy('140', '13:05', 'chore: bump go to 1.25.4', 'sana')],
          logs: said(`
23:33 23:59:58 6 | ledger-1 ledger-2 | {n} posted entry {h} in {4..19}ms
00:00:03 00:05 2 | ledger-1 ledger-2 | {n} http: TLS handshake error from 10.0.3.{4..5}:{40000..60000}: remote error: tls: expired certificate
`),
          metrics: [
            steps('request_rate', '/s', ['22:05', 88], ['00:00', 0.2]),
            steps('cpu_usage', '%', ['22:05', 24], ['00:00', 6]),
          ],
        },
        statements: {
          metrics: [steps('error_rate', '%', ['22:05', 0.1]), steps('latency', 'ms', ['22:05', 22])],
        },
      },
    }),
  },
];

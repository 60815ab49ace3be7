// As nights really are, 1 of 3: what runs the containers, secrets, a failover that only logs tell, third parties, disks.
import { said } from './blind-again-one.ts';
import { deploy, files, type IncidentFixture, night, slope, steps } from './night.ts';

export const FIELD_ONE: readonly IncidentFixture[] = [
  {
    name: 'an image that nobody pushed',
    story: 'The release took a tag that the build had not pushed; the strategy stops the old pods first.',
    answer: ['deploy notify #311'],
    readings: night({
      startedAt: '02:20',
      now: '02:23',
      service: 'notify',
      metric: 'up',
      alerts: ['notify: no ready endpoints'],
      about: {
        notify: {
          dependsOn: ['notify-rabbit'],
          deploys: [
            deploy('311', '02:17', 'release 4.18.0', 'argo'),
            deploy('310', '13:44', 'release 4.17.2', 'argo'),
          ],
          comparisons: { 311: files('deploy/prod/kustomization.yaml') },
          health: {
            desired: 2,
            running: 0,
            healthy: 0,
            instances: [
              { id: 'notify-7d4-x1', state: 'starting', detail: 'ImagePullBackOff' },
              { id: 'notify-7d4-x2', state: 'starting', detail: 'ImagePullBackOff' },
            ],
          },
          logs: said(`
01:50 02:17:05 4 | notify-6b9-a | {t} info  delivered push {h} in {20..90} ms
02:17:20 02:23 40 | notify-7d4-x1 | Warning  Failed  pod/notify-7d4-x1  Failed to pull image "registry.acme.example/notify:4.18.0": rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/notify:4.18.0": failed to resolve reference "registry.acme.example/notify:4.18.0": registry.acme.example/notify:4.18.0: not found
02:17:24 02:23 30 | notify-7d4-x1 notify-7d4-x2 | Warning  Failed  pod/notify-7d4-x1  Error: ImagePullBackOff
`),
          metrics: [
            steps('up', 'boolean', ['00:20', 1], ['02:18', 0]),
            steps('request_rate', '/s', ['00:20', 14], ['02:18', 0]),
          ],
        },
        'notify-rabbit': { kind: 'queue', metrics: [steps('cpu_usage', '%', ['00:20', 12])] },
      },
    }),
  },
  {
    name: 'a secret that was tidied away',
    story:
      'Somebody deleted the secret stripe-keys by hand days ago; pods that ran had it already. A node was drained, the new pods cannot begin.',
    answer: ['configuration payouts'],
    readings: night({
      startedAt: '03:31',
      now: '03:34',
      service: 'payouts',
      metric: null,
      alerts: ['payouts: deployment has 0 of 2 replicas available'],
      about: {
        payouts: {
          deploys: [deploy('71', '11:50', 'fix: IBAN check of Kosovo', 'driton')],
          health: {
            desired: 2,
            running: 0,
            healthy: 0,
            instances: [
              { id: 'payouts-5fd-k2', state: 'starting', detail: 'CreateContainerConfigError' },
              { id: 'payouts-5fd-k9', state: 'starting', detail: 'CreateContainerConfigError' },
            ],
          },
          logs: said(`
03:01 03:28:40 9 | payouts-5fd-a payouts-5fd-b | {t} INFO payout {h} booked
03:28:41 | payouts-5fd-a | {t} INFO received SIGTERM, draining
03:28:50 03:34 20 | payouts-5fd-k2 payouts-5fd-k9 | Warning  Failed  pod/payouts-5fd-k2  Error: secret "stripe-keys" not found
`),
          metrics: [
            steps('request_rate', '/s', ['01:30', 3], ['03:29', 0]),
            steps('error_rate', '%', ['01:30', 0.1], ['03:29', 100]),
          ],
        },
      },
    }),
  },
  {
    name: 'Patroni chose another leader',
    story:
      'The leader lost its lease for a stall of etcd; the replica was promoted. HAProxy in front of the old one was configured by hand, so writes still go there.',
    answer: ['failover users-db', 'read-only users-db'],
    readings: night({
      startedAt: '04:11',
      now: '04:14',
      service: 'signup',
      alerts: ['signup: 5xx ratio above 10%'],
      about: {
        signup: {
          dependsOn: ['users-db'],
          deploys: [
            deploy('205', '03:55', 'feat: hint for weak passwords', 'lea'),
            deploy('204', '15:20', 'deps'),
          ],
          comparisons: { 205: files('src/components/password-hint.vue') },
          logs: said(`
03:41 04:14 5 | signup-1 signup-2 | {"level":"info","ts":"{t}","msg":"account created","id":{500000..599999}}
04:09:12 04:14 2 | signup-1 signup-2 | {"level":"error","ts":"{t}","msg":"insert user","error":"ERROR: cannot execute INSERT in a read-only transaction (SQLSTATE 25006)"}
`),
          metrics: [
            steps('error_rate', '%', ['02:10', 0.2], ['04:09', 61]),
            steps('request_rate', '/s', ['02:10', 12]),
          ],
        },
        'users-db': {
          kind: 'database',
          instances: ['users-db-0', 'users-db-1'],
          logs: said(`
03:45 04:14 60 | users-db-0 | {k} INFO: no action. I am (users-db-0), the leader with the lock
04:08:50 | users-db-0 | {k} ERROR: Request to server http://10.2.0.9:2379 failed: ReadTimeoutError
04:08:55 | users-db-0 | {k} INFO: demoted self because DCS is not accessible and I was a leader
04:09:03 | users-db-1 | {k} INFO: promoted self to leader by acquiring session lock
04:09:05 | users-db-1 | {c} UTC [41] LOG:  received promote request
`),
          metrics: [steps('connections', 'count', ['02:10', 33]), steps('cpu_usage', '%', ['02:10', 19])],
        },
      },
    }),
  },
  {
    name: 'the card processor answers 500',
    story:
      'Stripe had an incident. #919 of ten minutes earlier changed how amounts are printed; it is innocent.',
    answer: ['provider api.stripe.com'],
    readings: night({
      startedAt: '01:12',
      now: '01:16',
      service: 'checkout',
      alerts: ['checkout: payment failures above 15%'],
      about: {
        checkout: {
          dependsOn: ['checkout-db'],
          deploys: [
            deploy('919', '01:00', 'feat: print amounts with the currency of the shop', 'noa'),
            deploy('918', '12:40', 'fix: tests'),
          ],
          comparisons: { 919: files('app/models/money.rb', 'app/helpers/price_helper.rb') },
          logs: said(`
00:42 01:16 4 | web-1 web-2 | I, [{t} #1]  INFO -- : [{h}] Completed 200 OK in {40..200}ms (Views: 12.1ms | ActiveRecord: 4.{1..9}ms)
01:10:05 01:16 3 | web-1 web-2 | E, [{t} #1] ERROR -- : [{h}] Stripe::APIError: An error occurred with our connection to Stripe. (Status 500) (Request req_{h}) POST https://api.stripe.com/v1/payment_intents
01:10:40 01:16 9 | web-1 web-2 | E, [{t} #1] ERROR -- : [{h}] Stripe::APIConnectionError: Unexpected error communicating when trying to connect to Stripe (https://api.stripe.com): Net::ReadTimeout with #<TCPSocket:(closed)>
`),
          metrics: [
            steps('error_rate', '%', ['23:10', 0.5], ['01:10', 38]),
            steps('request_rate', '/s', ['23:10', 21]),
            steps('latency', 'ms', ['23:10', 180], ['01:10', 7900]),
          ],
        },
        'checkout-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['23:10', 22])] },
      },
    }),
  },
  {
    name: 'letters go out too fast',
    story:
      'The newsletter reached the sending rate of SES; receipts wait behind it. The deploy of 03:30 bumped a library.',
    answer: ['rate-limit email-smtp.eu-west-1.amazonaws.com', 'rate-limit mailer'],
    readings: night({
      startedAt: '03:48',
      now: '03:52',
      service: 'mailer',
      alerts: ['mailer: failed deliveries above 10 a minute'],
      about: {
        mailer: {
          dependsOn: ['mailer-redis'],
          deploys: [
            deploy('62', '03:30', 'chore(deps): bump aiosmtplib', 'renovate'),
            deploy('61', '14:00', 'feat: footer'),
          ],
          comparisons: { 62: files('poetry.lock', 'pyproject.toml') },
          logs: said(`
03:18 03:45 3 | mailer-1 | {k} INFO mailer.send sent {h} to queue id=<{h}@eu-west-1.amazonses.com>
03:45:10 03:52 2 | mailer-1 | {k} ERROR mailer.send could not send {h}: smtplib.SMTPDataError: (454, b'Throttling failure: Maximum sending rate exceeded.') host=email-smtp.eu-west-1.amazonaws.com:587
`),
          metrics: [
            steps('error_rate', '%', ['01:50', 0.2], ['03:45', 44]),
            slope('queue_depth', 'count', ['01:50', 10], ['03:44', 12], ['03:52', 9000]),
          ],
        },
        'mailer-redis': { kind: 'cache', metrics: [steps('memory_usage', '%', ['01:50', 22])] },
      },
    }),
  },
  {
    name: 'the index lets nobody write',
    story:
      'Elasticsearch passed the flood stage and made its indices read-only; the catalogue cannot index. Its deploy twenty minutes before added a field to a page.',
    answer: ['disk-full search-es'],
    readings: night({
      startedAt: '02:41',
      now: '02:45',
      service: 'catalog',
      alerts: ['catalog: indexing errors'],
      about: {
        catalog: {
          dependsOn: ['search-es'],
          deploys: [
            deploy('440', '02:20', 'feat: show the maker on the page', 'ida'),
            deploy('439', '12:20', 'deps'),
          ],
          comparisons: { 440: files('src/pages/product.tsx') },
          logs: said(`
02:11 02:45 5 | catalog-1 | {"level":30,"time":"{t}","msg":"indexed","sku":{1000..9999}}
02:38:05 02:45 2 | catalog-1 | {"level":50,"time":"{t}","msg":"index failed","err":{"type":"ResponseError","message":"cluster_block_exception\\n\\tRoot causes:\\n\\t\\tcluster_block_exception: index [products-v7] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];"}}
`),
          metrics: [
            steps('error_rate', '%', ['00:40', 0.1], ['02:38', 52]),
            steps('request_rate', '/s', ['00:40', 40]),
          ],
        },
        'search-es': {
          kind: 'database',
          logs: said(`
02:12 02:45 120 | es-1 es-2 | [{t}][INFO ][o.e.c.m.MetadataMappingService] [es-1] [products-v7] update_mapping [_doc]
02:37:50 02:45 30 | es-1 | [{t}][WARN ][o.e.c.r.a.DiskThresholdMonitor] [es-1] flood stage disk watermark [95%] exceeded on [kX2][es-2][/usr/share/elasticsearch/data] free: 11.2gb[4.7%], all indices on this node will be marked read-only
`),
          metrics: [slope('disk_usage', '%', ['00:40', 91], ['02:37', 95.3], ['02:45', 95.4])],
        },
      },
    }),
  },
  {
    name: 'the share of the files hangs',
    story:
      'The NAS does not answer; all that touches the share stands still. Nothing is said by the app but timeouts.',
    answer: ['dependency-down nas'],
    readings: night({
      startedAt: '03:05',
      now: '03:09',
      service: 'documents',
      metric: 'latency',
      alerts: ['documents: p95 above 10 s'],
      about: {
        documents: {
          dependsOn: ['nas', 'documents-db'],
          deploys: [deploy('33', '16:10', 'feat: preview of odt', 'per')],
          logs: said(`
02:35 03:02 4 | doc-1 doc-2 | {c} INFO  documents.Store - read {h}.pdf in {4..30} ms
03:02:20 03:09 60 | doc-1 doc-2 | {j} doc-1 kernel: nfs: server nas.internal not responding, still trying
03:04:10 03:09 120 | doc-1 | {j} doc-1 kernel: INFO: task java:2214 blocked for more than 120 seconds.
03:02:40 03:09 4 | doc-1 doc-2 | {c} ERROR documents.Web - GET /d/{h} gave up: java.util.concurrent.TimeoutException: read of /mnt/share/{h}.pdf took longer than 10 s
`),
          metrics: [
            steps('latency', 'ms', ['01:05', 60], ['03:02', 10200]),
            steps('error_rate', '%', ['01:05', 0.1], ['03:02', 70]),
          ],
        },
        nas: { health: null },
        'documents-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:05', 9])] },
      },
    }),
  },
  {
    name: 'the directory nobody reaches',
    story:
      'Both domain controllers behind ldap are being patched at once; single sign-on fails. Its own deploy of half an hour ago is innocent.',
    answer: ['dependency-down ldap'],
    readings: night({
      startedAt: '22:15',
      now: '22:18',
      service: 'sso',
      alerts: ['sso: login failures above 50%'],
      about: {
        sso: {
          dependsOn: ['ldap', 'sso-db'],
          deploys: [
            deploy('18', '21:50', 'theme: new logo', 'ute'),
            deploy('17', '12:30', 'keycloak 26.0.6'),
          ],
          comparisons: { 18: files('themes/acme/login/resources/img/logo.svg') },
          logs: said(`
21:45 22:12 6 | kc-0 kc-1 | {k} DEBUG [org.keycloak.events] (executor-thread-{1..40}) type="LOGIN", realmId="acme", clientId="portal", userId="{h}"
22:12:30 22:18 3 | kc-0 kc-1 | {k} ERROR [org.keycloak.services] (executor-thread-{1..40}) KC-SERVICES0055: Error when authenticating to LDAP: LDAP response read timed out, timeout used: 5000 ms.: javax.naming.CommunicationException: ldap.corp.acme.example:636 [Root exception is java.net.ConnectException: Connection refused]
`),
          metrics: [
            steps('error_rate', '%', ['20:15', 1], ['22:12', 93]),
            steps('request_rate', '/s', ['20:15', 4]),
          ],
        },
        ldap: { health: null },
        'sso-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['20:15', 7])] },
      },
    }),
  },
];

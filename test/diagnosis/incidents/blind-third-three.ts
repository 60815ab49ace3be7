// Six incidents written blind: an auto-fix that scaled too far, a neighbour at the search cluster, a certificate, a queue that filled Redis, a flag, and one that nobody can name.
import { at, deploy, files, type IncidentFixture, type Lines, lines, night, slope, steps } from './night.ts';

type Text = Lines['text'];
const hex = (index: number) => ((index * 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
const spaced = (time: string) => time.replace('T', ' ').replace('Z', '');

const CHECKOUT = ['checkout-7f-a', 'checkout-7f-b'];
const paid: Text = (i, t) =>
  `{"level":30,"time":"${t}","msg":"order placed","reqId":"${hex(i)}","ms":${60 + (i % 40)}}`;
const tooMany: Text = (i, t) =>
  `{"level":50,"time":"${t}","reqId":"${hex(i)}","err":{"type":"Error","message":"Too many connections","stack":"Error: Too many connections\\n    at Packet.asError (/app/node_modules/mysql2/lib/packets/packet.js:740:17)\\n    at ClientHandshake.execute (/app/node_modules/mysql2/lib/commands/command.js:29:26)","code":"ER_CON_COUNT_ERROR","errno":1040,"sqlState":"08004"},"msg":"request errored"}`;
const imported: Text = (i, t) =>
  `{"level":30,"time":"${t}","msg":"batch imported","rows":500,"job":"${hex(i)}"}`;
const importTooMany: Text = (i, t) =>
  `{"level":40,"time":"${t}","msg":"job will be retried","job":"${hex(i)}","err":{"message":"Too many connections","code":"ER_CON_COUNT_ERROR"}}`;
const aborted: Text = (i, t) =>
  `${t.slice(0, 23)}456Z ${88_100 + i} [Note] [MY-010914] [Server] Aborted connection ${88_100 + i} to db: 'shop' user: 'bi' host: '10.2.9.14' (Got timeout reading communication packets).`;

const SEARCH = ['product-search-0', 'product-search-1'];
const searched: Text = (i) =>
  `INFO:     10.7.1.${3 + (i % 9)}:41${100 + (i % 800)} - "GET /search?q=${hex(i)} HTTP/1.1" 200 OK`;
const rejected: Text = (i) =>
  `ERROR:    Exception in ASGI application\nTraceback (most recent call last):\n  File "/app/search/client.py", line 71, in query\nelasticsearch.ApiError: ApiError(429, 'search_phase_execution_exception', 'rejected execution of TimedRunnable{original=ActionRunnable#wrap} on TaskExecutionTimeTrackingEsThreadPoolExecutor[name = es-data-${1 + (i % 3)}/search, queue capacity = 1000, active threads = 13, queued tasks = 1000, completed tasks = ${99_120_411 + i}]')`;
const gcOverhead: Text = (i, t) =>
  `[${t.slice(0, 19)},${t.slice(20, 23)}][INFO ][o.e.m.j.JvmGcMonitorService] [es-data-${1 + (i % 3)}] [gc][${88_123 + i}] overhead, spent [${540 + (i % 90)}ms] collecting in the last [1s]`;
const mappingUpdated: Text = (i, t) =>
  `[${t.slice(0, 19)},${t.slice(20, 23)}][INFO ][o.e.c.m.MetadataMappingService] [es-master-1] [events-${i}/Zk3d] update_mapping [_doc]`;
const bulk: Text = (i, t) =>
  `[${spaced(t).slice(0, 19)}] catalog.INFO: bulk indexed 5000 documents {"index":"products-v9","mode":"full","page":${i},"took":${1800 + (i % 700)}} []`;
const delta: Text = (i, t) =>
  `[${spaced(t).slice(0, 19)}] catalog.INFO: bulk indexed ${3 + (i % 9)} documents {"index":"products-v9","mode":"delta","took":${12 + (i % 9)}} []`;

const quoted: Text = (i, t) =>
  `${t}  INFO 1 --- [partner-api] [tomcat-handler-${i}] c.a.partner.web.QuoteController : partner=${100 + (i % 12)} quote ${hex(i)} done`;
const pkix: Text = (i, t) =>
  `${t} ERROR 1 --- [partner-api] [tomcat-handler-${i}] o.a.c.c.C.[.[.[/].[dispatcherServlet] : Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception\norg.springframework.web.client.ResourceAccessException: I/O error on GET request for "https://tariffs.internal.example.net/v2/tariffs": PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed\nCaused by: javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed\nCaused by: java.security.cert.CertificateExpiredException: NotAfter: Sun Nov 22 23:59:59 UTC 2026`;
const haproxyServed: Text = (i, t) =>
  `lb-1 haproxy[812]: 10.2.1.${3 + (i % 9)}:5${1000 + i} [22/Nov/2026:${t.slice(11, 23)}] fe_tls~ be_tariffs/tariffs-${1 + (i % 2)} 0/0/1/${9 + (i % 9)}/${11 + (i % 9)} 200 4411 - - ---- 21/21/0/0/0 0/0 "GET /v2/tariffs HTTP/1.1"`;
const handshake: Text = (i, t) =>
  `lb-1 haproxy[812]: 10.2.1.${3 + (i % 9)}:5${1000 + i} [23/Nov/2026:${t.slice(11, 23)}] fe_tls/1: SSL handshake failure (error:0A000416:SSL routines::sslv3 alert certificate unknown)`;

const viewed: Text = (i, t) =>
  `I, [${t.slice(0, 23)}000 #9]  INFO -- : [${hex(i)}] Completed 200 OK in ${44 + (i % 20)}ms (Views: 19.1ms | ActiveRecord: 8.${i % 9}ms | Allocations: ${12_100 + i})`;
const sidekiqDone: Text = (i, t) =>
  `${t} pid=1 tid=${hex(i).slice(0, 4)} class=TrackViewJob jid=${hex(i)}${hex(i + 1)}${hex(i + 2)} elapsed=0.0${10 + (i % 80)} INFO: done`;
const redisOom: Text = (i, t) =>
  `F, [${t.slice(0, 23)}000 #9] FATAL -- : [${hex(i)}] RedisClient::CommandError (OOM command not allowed when used memory > 'maxmemory'.):\napp/controllers/concerns/tracks_views.rb:11:in \`track_view'`;
const saving: Text = (_, t) => `1:M 23 Nov 2026 ${t.slice(11, 23)} * 10000 changes in 60 seconds. Saving...`;

const APACHE = ['quotes-web-1', 'quotes-web-2'];
const offered: Text = (i, t) =>
  `[${spaced(t).slice(0, 19)}] production.INFO: offer calculated {"quote":"${hex(i)}","premium":${200 + (i % 70)}}`;
const arrayStore: Text = (i, t) =>
  `[${spaced(t).slice(0, 19)}] production.WARNING: Cache store [array] used outside of tests {"key":"rates.${i % 3}"}`;
const nullLimit: Text = (i, t) =>
  `[${spaced(t).slice(0, 19)}] production.ERROR: App\\Underwriting\\AsyncUnderwriter::submit(): Argument #2 ($limit) must be of type int, null given, called in /var/www/app/Http/Controllers/QuoteController.php on line 64 {"userId":${300 + i},"exception":"[object] (TypeError(code: 0): App\\\\Underwriting\\\\AsyncUnderwriter::submit(): Argument #2 ($limit) must be of type int, null given, called in /var/www/app/Http/Controllers/QuoteController.php on line 64 and defined at /var/www/app/Underwriting/AsyncUnderwriter.php:29)"}`;

const profileCheckpoint: Text = (i, t) =>
  `${spaced(t)} UTC [31] LOG:  checkpoint complete: wrote ${90 + i} buffers (0.5%); 0 WAL file(s) added, 0 removed, 0 recycled; write=${9 + i}.014 s, sync=0.003 s, total=${9 + i}.031 s`;

export const BLIND_THIRD_THREE: readonly IncidentFixture[] = [
  {
    name: 'an auto-fix scales the importers and the shop gets no connection',
    story:
      'drain-import-queue took import-worker from 4 to 24 instances, with 20 connections each: MySQL has 500. The checkout, changed by nobody, is refused.',
    answer: ['action services.scale import-worker', 'neighbour import-worker'],
    readings: night({
      startedAt: '03:10',
      service: 'checkout',
      alerts: ['checkout error rate critical'],
      about: {
        checkout: {
          dependsOn: ['shop-mysql'],
          deploys: [deploy('980', '23:10', 'feat: pay by invoice for firms', 'maite')],
          comparisons: { 980: files('src/payment/invoice.ts', 'src/payment/index.ts') },
          logs: [
            lines('02:40', '03:10:59', 3_000, CHECKOUT, paid),
            lines('03:08:42', '03:10:59', 1_100, CHECKOUT, tooMany),
          ],
          metrics: [
            steps('error_rate', '%', ['01:05', 0.2], ['03:09', 29]),
            steps('request_rate', '/s', ['01:05', 33]),
            steps('cpu_usage', '%', ['01:05', 19]),
          ],
        },
        'shop-mysql': {
          kind: 'database',
          logs: [lines('02:44', '03:10:59', 360_000, 'shop-mysql-1', aborted)],
          metrics: [
            steps('connections', 'count', ['01:05', 148], ['03:08', 420], ['03:09', 485]),
            steps('cpu_usage', '%', ['01:05', 36], ['03:08', 58]),
          ],
        },
        'import-worker': {
          dependsOn: ['shop-mysql', 'import-queue'],
          deploys: [deploy('212', '14:01', 'chore: lint', 'bo')],
          logs: [
            lines(
              '02:40',
              '03:10:59',
              4_000,
              ['import-worker-1', 'import-worker-2', 'import-worker-3'],
              imported,
            ),
            lines('03:08:50', '03:10:59', 2_700, ['import-worker-19', 'import-worker-22'], importTooMany),
          ],
          health: { desired: 24, running: 24, healthy: 24 },
          metrics: [steps('cpu_usage', '%', ['01:05', 61], ['03:08', 44])],
        },
        'import-queue': {
          kind: 'queue',
          metrics: [
            slope('queue_depth', 'count', ['01:05', 120], ['02:50', 140], ['03:07', 9_400], ['03:11', 8_800]),
          ],
        },
      },
      doings: [
        {
          capability: 'services.scale',
          service: 'import-worker',
          at: at('03:07:05'),
          state: 'succeeded',
          autoFix: 'drain-import-queue',
          scaled: { from: 4, to: 24 },
          undone: null,
        },
      ],
    }),
  },
  {
    name: 'a full resync takes the search cluster from everybody else',
    story:
      'catalog-sync (PHP) began a full resync at 04:19 into the cluster that product-search asks. The deploy of 04:14 changed a sentence.',
    answer: ['neighbour catalog-sync'],
    readings: night({
      startedAt: '04:24',
      service: 'product-search',
      alerts: ['product-search 5xx above 5 %'],
      about: {
        'product-search': {
          dependsOn: ['search-es'],
          deploys: [
            deploy('1330', '04:14', 'copy: friendlier empty state', 'fay'),
            deploy('1329', '19:27', 'feat: filter by brand', 'fay'),
          ],
          comparisons: { 1330: files('templates/empty.html', 'locales/de.json', 'locales/en.json') },
          logs: [
            lines('03:54', '04:24:59', 3_000, SEARCH, searched),
            lines('04:21:30', '04:24:59', 1_400, SEARCH, rejected),
          ],
          metrics: [
            steps('error_rate', '%', ['02:20', 0.1], ['04:21', 16]),
            steps('latency', 'ms', ['02:20', 48], ['04:20', 2_900]),
            steps('request_rate', '/s', ['02:20', 84]),
          ],
        },
        'search-es': {
          kind: 'database',
          logs: [
            lines('03:58', '04:24:59', 600_000, 'es-master-1', mappingUpdated),
            lines('04:20:10', '04:24:59', 6_000, ['es-data-1', 'es-data-2', 'es-data-3'], gcOverhead),
          ],
          metrics: [
            steps('cpu_usage', '%', ['02:20', 34], ['04:20', 98]),
            steps('disk_usage', '%', ['02:20', 55]),
          ],
        },
        'catalog-sync': {
          dependsOn: ['search-es'],
          deploys: [deploy('64', '12:15', 'composer update', 'renovate')],
          logs: [
            lines('03:54', '04:18:50', 20_000, 'catalog-sync-1', delta),
            lines('04:19:04', '04:24:59', 1_200, 'catalog-sync-1', bulk),
          ],
          health: { desired: 1 },
          metrics: [
            steps('request_rate', '/s', ['02:20', 2], ['04:19', 190]),
            steps('error_rate', '%', ['02:20', 0]),
          ],
        },
      },
    }),
  },
  {
    name: 'a certificate ends at midnight',
    story:
      'The certificate of tariffs.internal.example.net on the HAProxy before tariffs ran out with Sunday.',
    answer: ['certificate tariffs', 'certificate tariffs.internal.example.net'],
    readings: night({
      startedAt: '00:02',
      service: 'partner-api',
      alerts: ['partner-api 5xx'],
      about: {
        'partner-api': {
          dependsOn: ['tariffs'],
          deploys: [deploy('449', '17:02', 'Log partner id', 'dora')],
          logs: [
            lines('23:32', '23:59:58', 3_000, ['partner-api-1', 'partner-api-2'], quoted),
            lines('00:00:02', '00:02:59', 2_000, ['partner-api-1', 'partner-api-2'], pkix),
          ],
          metrics: [
            steps('error_rate', '%', ['22:00', 0.1], ['00:00', 92]),
            steps('request_rate', '/s', ['22:00', 19]),
          ],
        },
        tariffs: {
          deploys: [deploy('31', '13:13', 'Tariffs of December', 'ole')],
          logs: [
            lines('23:32', '23:59:58', 4_000, 'lb-1', haproxyServed),
            lines('00:00:02', '00:02:59', 2_000, 'lb-1', handshake),
          ],
          metrics: [
            steps('request_rate', '/s', ['22:00', 21], ['00:00', 0.1]),
            steps('cpu_usage', '%', ['22:00', 15], ['00:00', 2]),
            steps('up', 'boolean', ['22:00', 1]),
          ],
        },
      },
    }),
  },
  {
    name: 'a version bump fills the queue until Redis refuses',
    story:
      '#4180 enqueues a job for each page view; the workers cannot keep up, and 88 minutes later Redis is at its maxmemory (noeviction).',
    answer: ['deploy storefront #4180', 'out-of-memory jobs-redis'],
    readings: night({
      startedAt: '02:22',
      service: 'storefront',
      alerts: ['storefront 500s'],
      about: {
        storefront: {
          dependsOn: ['jobs-redis', 'storefront-db'],
          deploys: [
            deploy('4180', '00:52', 'Bump version to 4.18.0', 'release-bot'),
            deploy('4179', '15:00', 'Bump version to 4.17.3', 'release-bot'),
          ],
          comparisons: {
            4180: files('VERSION', 'app/controllers/concerns/tracks_views.rb', 'app/jobs/track_view_job.rb'),
          },
          logs: [
            lines('01:52', '02:20:30', 3_000, ['web.1', 'web.2'], viewed),
            lines('01:52', '02:22:59', 2_500, ['worker.1', 'worker.2'], sidekiqDone),
            lines('02:20:34', '02:22:59', 1_000, ['web.1', 'web.2'], redisOom),
          ],
          metrics: [
            steps('error_rate', '%', ['00:15', 0.1], ['02:20', 61]),
            steps('request_rate', '/s', ['00:15', 410]),
            steps('cpu_usage', '%', ['00:15', 38]),
          ],
        },
        'jobs-redis': {
          kind: 'cache',
          logs: [lines('01:52', '02:22:59', 61_000, 'jobs-redis-0', saving)],
          metrics: [
            slope('memory_usage', '%', ['00:15', 12], ['00:53', 12], ['02:20', 97], ['02:23', 97]),
            slope(
              'queue_depth',
              'count',
              ['00:15', 40],
              ['00:53', 40],
              ['02:20', 1_640_000],
              ['02:23', 1_630_000],
            ),
          ],
        },
        'storefront-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['00:15', 29])] },
      },
    }),
  },
  {
    name: 'a flag is turned on for all',
    story:
      'use-async-underwriting went from 5 % of the brokers to everybody at 03:31; those without a limit of their own get a TypeError. The code was there since long before #517.',
    answer: ['change quotes'],
    readings: night({
      startedAt: '03:34',
      service: 'quotes',
      alerts: ['quotes error rate above 10 %'],
      about: {
        quotes: {
          dependsOn: ['quotes-db'],
          deploys: [
            deploy('517', '02:50', 'Translate mails to Czech', 'jana'),
            deploy('516', '16:19', 'Remove dead routes', 'jana'),
          ],
          comparisons: { 517: files('resources/lang/cs/mail.php', 'resources/lang/cs.json') },
          logs: [
            lines('03:04', '03:34:59', 3_000, APACHE, offered),
            lines('03:05', '03:34:59', 180_000, APACHE, arrayStore),
            lines('03:31:20', '03:34:59', 1_500, APACHE, nullLimit),
          ],
          metrics: [
            steps('error_rate', '%', ['01:30', 0.2], ['03:31', 24]),
            steps('request_rate', '/s', ['01:30', 27]),
            steps('latency', 'ms', ['01:30', 130]),
          ],
        },
        'quotes-db': {
          kind: 'database',
          metrics: [steps('cpu_usage', '%', ['01:30', 18]), steps('connections', 'count', ['01:30', 25])],
        },
      },
      changes: [
        {
          service: 'quotes',
          title: 'LaunchDarkly: use-async-underwriting 5 % -> 100 %',
          author: 'mara',
          at: at('03:31'),
          source: 'launchdarkly',
        },
      ],
    }),
  },
  {
    name: 'slow, and the logs did not answer',
    story:
      'p95 went from 80 to 900 ms. Loki was down, nothing was deployed, and what could be measured is as ever. It was a switch that lost packets, found at noon by hand.',
    answer: ['unknown'],
    readings: night({
      startedAt: '02:50',
      service: 'profile-api',
      metric: 'latency',
      alerts: ['profile-api p95 above 500 ms'],
      about: {
        'profile-api': {
          dependsOn: ['profile-db'],
          deploys: [deploy('1016', '12:40', 'Avatar sizes', 'sven')],
          logsFrom: null,
          metrics: [
            steps('latency', 'ms', ['00:45', 80], ['02:47', 900]),
            steps('error_rate', '%', ['00:45', 0.2]),
            steps('request_rate', '/s', ['00:45', 64]),
            steps('cpu_usage', '%', ['00:45', 23]),
            steps('memory_usage', '%', ['00:45', 46]),
          ],
        },
        'profile-db': {
          kind: 'database',
          logs: [lines('02:22', '02:50:59', 300_000, 'profile-db-0', profileCheckpoint)],
          metrics: [
            steps('cpu_usage', '%', ['00:45', 16]),
            steps('connections', 'count', ['00:45', 28]),
            steps('disk_usage', '%', ['00:45', 41]),
          ],
        },
      },
      silent: [{ source: 'loki', what: 'logs of profile-api' }],
    }),
  },
];

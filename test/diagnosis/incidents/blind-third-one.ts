// Seven incidents written blind: a leak of connections, a dependency's deploy, a third party, a full disk, a rush of visitors, a leak of memory, a wrong alarm.
import { deploy, files, type IncidentFixture, type Lines, lines, night, slope, steps } from './night.ts';

const hex = (index: number) => ((index * 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
/** `2026-11-23 02:14:05.123`, as PostgreSQL writes it. */
const spaced = (time: string) => time.replace('T', ' ').replace('Z', '');
const clock = (time: string) => time.slice(11, 23);

const invoiceRead: Lines['text'] = (i, t) =>
  `${t}  INFO 1 --- [billing-api] [io-8080-exec-${10 + (i % 80)}] c.a.billing.web.AccessLog : GET /v1/invoices/${hex(i)} 200 ${21 + (i % 30)}ms`;
const leakFound: Lines['text'] = (i, t) =>
  `${t}  WARN 1 --- [billing-api] [l-1 housekeeper] com.zaxxer.hikari.pool.ProxyLeakTask : Connection leak detection triggered for org.postgresql.jdbc.PgConnection@${hex(i)} on thread http-nio-8080-exec-${3 + i}, stack trace follows java.lang.Exception: Apparent connection leak detected\n\tat com.zaxxer.hikari.HikariDataSource.getConnection(HikariDataSource.java:127)\n\tat com.acme.billing.export.StatementExporter.open(StatementExporter.java:61)\n\tat com.acme.billing.export.StatementExporter.export(StatementExporter.java:38)`;
const poolEmpty: Lines['text'] = (i, t) =>
  `${t} ERROR 1 --- [billing-api] [io-8080-exec-${10 + (i % 80)}] o.h.engine.jdbc.spi.SqlExceptionHelper : HikariPool-1 - Connection is not available, request timed out after 3000${i % 9}ms (total=30, active=30, idle=0, waiting=${12 + i})`;
const checkpoint: Lines['text'] = (i, t) =>
  `${spaced(t)} UTC [27] LOG:  checkpoint complete: wrote ${210 + i} buffers (1.3%); 0 WAL file(s) added, 0 removed, 1 recycled; write=${20 + i}.104 s, sync=0.012 s, total=${20 + i}.161 s`;
const pageServed: Lines['text'] = (i, t) =>
  `{"time":"${t}","level":"INFO","msg":"request","method":"GET","path":"/p/${1000 + i}","status":200,"dur_ms":${12 + (i % 20)}}`;
const quoteFailed: Lines['text'] = (i, t) =>
  `{"time":"${t}","level":"ERROR","msg":"quote failed","sku":"A-${4000 + i}","err":"rpc error: code = Unavailable desc = upstream connect error or disconnect/reset before headers. reset reason: connection termination"}`;
const quoteServed: Lines['text'] = (i, t) =>
  `${t}  INFO pricing::grpc: quote served sku=A-${2000 + i} took_us=${800 + (i % 90)}`;
const panicked: Lines['text'] = () =>
  "thread 'tokio-runtime-worker' panicked at src/discount/tiers.rs:88:41:\ncalled `Option::unwrap()` on a `None` value\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace";
const railsDone: Lines['text'] = (i, t) =>
  `I, [${t.slice(0, 23)}000 #12]  INFO -- : [${hex(i)}] Completed 200 OK in ${31 + (i % 20)}ms (Views: 9.1ms | ActiveRecord: 6.${i % 9}ms | Allocations: ${8100 + i})`;
const railsWarning: Lines['text'] = (_, t) =>
  `W, [${t.slice(0, 23)}000 #12]  WARN -- : DEPRECATION WARNING: Passing the coder as positional argument is deprecated and will be removed in Rails 7.2.`;
const stripeTimeout: Lines['text'] = (i, t) =>
  `F, [${t.slice(0, 23)}000 #12] FATAL -- : [${hex(i + 700)}] Stripe::APIConnectionError (Could not connect to Stripe (https://api.stripe.com). Please check your internet connection and try again. If this problem persists, you should check Stripe's service status at https://twitter.com/stripestatus, or let us know at support@stripe.com.\n\n(Network error: Net::ReadTimeout with #<TCPSocket:(closed)>)):\napp/services/charge_renewal.rb:27:in \`call'`;
const stripeDown: Lines['text'] = (i, t) =>
  `E, [${t.slice(0, 23)}000 #12] ERROR -- : [${hex(i + 900)}] Stripe::APIError: (Status 503) (Request req_${hex(i)}) Service Unavailable host=api.stripe.com path=/v1/payment_intents`;
const phoenixSent: Lines['text'] = (i, t) =>
  `${clock(t)} request_id=F${hex(i)} [info] Sent 200 in ${9 + (i % 12)}ms`;
const postgrexFull: Lines['text'] = (i, t) =>
  `${clock(t)} request_id=F${hex(i + 50)} [error] ** (Postgrex.Error) ERROR 53100 (disk_full) could not extend file "base/16401/24817.${i % 4}": No space left on device\n\n    hint: Check free disk space.\n    (ecto_sql 3.12.1) lib/ecto/adapters/sql.ex:1096: Ecto.Adapters.SQL.raise_sql_call_error/1`;
const walTooOften: Lines['text'] = (i, t) =>
  `${spaced(t)} UTC [881] LOG:  checkpoints are occurring too frequently (${21 + (i % 4)} seconds apart)\n${spaced(t)} UTC [881] HINT:  Consider increasing the configuration parameter "max_wal_size".`;
const cannotExtend: Lines['text'] = (i, t) =>
  `${spaced(t)} UTC [${4820 + i}] ERROR:  could not extend file "base/16401/24817.${i % 4}": No space left on device\n${spaced(t)} UTC [${4820 + i}] HINT:  Check free disk space.`;
const accessLog: Lines['text'] = (i, t) =>
  `10.0.3.${7 + (i % 9)} - - [22/Nov/2026:${clock(t).slice(0, 8)} +0000] "GET /artikel/${500 + i} HTTP/1.1" 200 ${18_000 + i} "-" "Mozilla/5.0"`;
const maxChildren: Lines['text'] = (_, t) =>
  `[22-Nov-2026 ${clock(t).slice(0, 8)}] WARNING: [pool www] server reached pm.max_children setting (60), consider raising it`;
const socketBusy: Lines['text'] = (i, t) =>
  `2026/11/22 ${clock(t).slice(0, 8)} [error] 31#31: *${88_000 + i} connect() to unix:/run/php/php8.3-fpm.sock failed (11: Resource temporarily unavailable) while connecting to upstream, client: 93.184.${i % 200}.${(i * 7) % 250}, server: shop.example.com, request: "GET /angebote?utm_source=tv HTTP/2.0", upstream: "fastcgi://unix:/run/php/php8.3-fpm.sock:", host: "shop.example.com"`;
const pushSent: Lines['text'] = (i, t) =>
  `{"level":"info","time":"${t}","msg":"push sent","channel":"apns","id":"${hex(i)}","ms":${40 + (i % 25)}}`;
const listeners: Lines['text'] = () =>
  '(node:1) MaxListenersExceededWarning: Possible EventEmitter memory leak detected. 11 close listeners added to [TLSSocket]. MaxListeners is 10. Use emitter.setMaxListeners() to increase limit';
const heapEnded: Lines['text'] = (i) =>
  `<--- Last few GCs --->\n[1:0x7f2c4c000000] ${5_203_812 + i} ms: Mark-Compact 2046.${i} (2083.1) -> 2045.9 (2083.9) MB, 1870.21 / 0.00 ms  (average mu = 0.112, current mu = 0.009) allocation failure; scavenge might not succeed\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory`;
const mailSent: Lines['text'] = (i, t) =>
  `[${spaced(t).replace('.', ',')}: INFO/ForkPoolWorker-${1 + (i % 4)}] Task mailer.tasks.send[${hex(i)}-5b1e] succeeded in 0.${200 + (i % 90)}s: None`;
const mailRefused: Lines['text'] = (i, t) =>
  `[${spaced(t).replace('.', ',')}: WARNING/ForkPoolWorker-${1 + (i % 4)}] recipient refused, not retried: {'u${i}@example.org': (550, b'5.1.1 User unknown')}`;
const amqpAccepted: Lines['text'] = (i, t) =>
  `${spaced(t)}000+00:00 [info] <0.${2100 + i}.0> accepting AMQP connection <0.${2100 + i}.0> (10.6.0.${20 + i}:50112 -> 10.6.0.5:5672)`;

export const BLIND_THIRD_ONE: readonly IncidentFixture[] = [
  {
    name: 'a merge with an empty title leaks connections for an hour',
    story:
      '#2291 opened a connection for each export and never closed it; after 67 minutes the pool of 30 was gone. The database idles.',
    answer: ['deploy billing-api #2291'],
    readings: night({
      startedAt: '02:30',
      service: 'billing-api',
      alerts: ['billing-api 5xx ratio above 5 %'],
      about: {
        'billing-api': {
          dependsOn: ['billing-db'],
          deploys: [
            deploy('2291', '01:22', 'Merge pull request #2291 from acme/release-47', 'jonas'),
            deploy('2287', '16:05', 'Merge pull request #2287 from acme/release-46', 'jonas'),
          ],
          comparisons: {
            2291: files(
              'src/main/java/com/acme/billing/export/StatementExporter.java',
              'src/main/java/com/acme/billing/export/CsvStream.java',
              'src/test/java/com/acme/billing/export/CsvStreamTest.java',
              'pom.xml',
            ),
          },
          logs: [
            lines('02:00', '02:30:59', 4_000, ['billing-api-6d9f-kx2', 'billing-api-6d9f-p7w'], invoiceRead),
            lines(
              '02:01:12',
              '02:30:59',
              140_000,
              ['billing-api-6d9f-kx2', 'billing-api-6d9f-p7w'],
              leakFound,
            ),
            lines('02:29:04', '02:30:59', 1_500, ['billing-api-6d9f-kx2', 'billing-api-6d9f-p7w'], poolEmpty),
          ],
          metrics: [
            steps('error_rate', '%', ['00:20', 0.1], ['02:29', 31]),
            steps('latency', 'ms', ['00:20', 41], ['02:28', 30_000]),
            steps('request_rate', '/s', ['00:20', 36]),
            slope('connections', 'count', ['00:20', 6], ['01:22', 6], ['02:28', 30], ['02:31', 30]),
            steps('cpu_usage', '%', ['00:20', 18]),
          ],
        },
        'billing-db': {
          kind: 'database',
          logs: [lines('02:03:30', '02:30:59', 300_000, 'billing-db-0', checkpoint)],
          metrics: [
            steps('cpu_usage', '%', ['00:20', 14]),
            slope('connections', 'count', ['00:20', 19], ['01:22', 19], ['02:28', 67], ['02:31', 67]),
            steps('disk_usage', '%', ['00:20', 48]),
          ],
        },
      },
    }),
  },
  {
    name: 'a service it calls panics since its own deploy',
    story:
      'pricing (Rust) #540 unwraps a tier that most articles do not have; Envoy reports ended connections to the storefront.',
    answer: ['deploy pricing #540'],
    readings: night({
      startedAt: '03:46',
      service: 'storefront',
      alerts: ['storefront: error budget burns 14x'],
      about: {
        storefront: {
          dependsOn: ['pricing'],
          deploys: [deploy('1207', '20:15', 'feat: wish list sharing', 'ines')],
          logs: [
            lines('03:16', '03:46:59', 3_000, ['storefront-1', 'storefront-2', 'storefront-3'], pageServed),
            lines(
              '03:42:20',
              '03:46:59',
              1_200,
              ['storefront-1', 'storefront-2', 'storefront-3'],
              quoteFailed,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:40', 0.2], ['03:42', 17]),
            steps('request_rate', '/s', ['01:40', 88]),
            steps('latency', 'ms', ['01:40', 52]),
          ],
        },
        pricing: {
          deploys: [
            deploy('540', '03:41', 'PRC-231', 'tomek'),
            deploy('539', '17:48', 'Update Cargo.lock', 'renovate'),
          ],
          comparisons: { 540: files('src/discount/tiers.rs', 'src/discount/mod.rs', 'Cargo.toml') },
          logs: [
            lines('03:16', '03:46:59', 5_000, ['pricing-a', 'pricing-b'], quoteServed),
            lines('03:42:15', '03:46:59', 1_300, ['pricing-a', 'pricing-b'], panicked),
          ],
          metrics: [
            steps('error_rate', '%', ['01:40', 0], ['03:42', 38]),
            steps('request_rate', '/s', ['01:40', 140]),
            steps('memory_usage', '%', ['01:40', 22]),
          ],
        },
      },
    }),
  },
  {
    name: 'Stripe times out just after the footer was mended',
    story: 'Stripe had an outage from 04:11. The deploy of 04:08 moved links of the footer.',
    answer: ['provider api.stripe.com'],
    readings: night({
      startedAt: '04:14',
      service: 'subscriptions',
      alerts: ['subscriptions 5xx'],
      about: {
        subscriptions: {
          dependsOn: ['subscriptions-db'],
          deploys: [
            deploy('903', '04:08', 'Fix footer links', 'olu'),
            deploy('902', '18:30', 'Dunning mails in Polish', 'ewa'),
          ],
          comparisons: {
            903: files(
              'app/views/layouts/_footer.html.erb',
              'app/assets/stylesheets/footer.scss',
              'config/locales/en.yml',
            ),
          },
          logs: [
            lines('03:44', '04:14:59', 5_000, ['web.1', 'web.2'], railsDone),
            lines('03:45', '04:14:59', 200_000, ['web.1', 'web.2'], railsWarning),
            lines('04:11:10', '04:14:59', 3_000, ['web.1', 'web.2'], stripeTimeout),
            lines('04:11:31', '04:14:59', 7_000, ['web.1', 'web.2'], stripeDown),
          ],
          metrics: [
            steps('error_rate', '%', ['02:10', 0.3], ['04:11', 12]),
            steps('latency', 'ms', ['02:10', 70], ['04:11', 8_200]),
            steps('request_rate', '/s', ['02:10', 24]),
          ],
        },
        'subscriptions-db': {
          kind: 'database',
          metrics: [steps('cpu_usage', '%', ['02:10', 17]), steps('connections', 'count', ['02:10', 31])],
        },
      },
    }),
  },
  {
    name: 'the write-ahead log fills the disk of the database',
    story: 'A replication slot nobody reads kept all WAL; PostgreSQL cannot write any more. Phoenix fails.',
    answer: ['disk-full orders-db'],
    readings: night({
      startedAt: '05:14',
      service: 'orders',
      alerts: ['orders: more than 20 errors a minute'],
      about: {
        orders: {
          dependsOn: ['orders-db'],
          deploys: [deploy('355', '15:31', 'Bump phoenix_live_view', 'dependabot')],
          logs: [
            lines('04:44', '05:14:59', 4_000, ['orders@10.4.0.11', 'orders@10.4.0.12'], phoenixSent),
            lines('05:12:34', '05:14:59', 1_700, ['orders@10.4.0.11', 'orders@10.4.0.12'], postgrexFull),
          ],
          metrics: [
            steps('error_rate', '%', ['03:10', 0], ['05:12', 44]),
            steps('request_rate', '/s', ['03:10', 61]),
          ],
        },
        'orders-db': {
          kind: 'database',
          logs: [
            lines('04:45', '05:14:59', 120_000, 'pg-orders-1', walTooOften),
            lines('05:12:33', '05:14:59', 1_900, 'pg-orders-1', cannotExtend),
          ],
          metrics: [
            slope('disk_usage', '%', ['03:10', 79], ['05:12', 97], ['05:15', 97]),
            steps('cpu_usage', '%', ['03:10', 26], ['05:13', 8]),
            steps('connections', 'count', ['03:10', 40]),
          ],
          database: {
            cluster: 'orders-db',
            engine: 'postgres 16.4',
            primary: 'pg-orders-1',
            replicas: [{ id: 'pg-orders-2', lagMs: null }],
            downtimeMs: null,
          },
        },
      },
    }),
  },
  {
    name: 'five times the visitors after a spot on television',
    story: 'The spot ran at 19:01. php-fpm has 60 children a host, and both hosts are at their end.',
    answer: ['traffic shop-web'],
    readings: night({
      startedAt: '19:04',
      service: 'shop-web',
      metric: 'latency',
      alerts: ['shop-web p95 above 4 s', 'shop-web 502'],
      about: {
        'shop-web': {
          dependsOn: ['shop-db'],
          deploys: [deploy('77', '14:10', 'Lieferzeiten je Land', 'mirko')],
          logs: [
            lines('18:34', '19:04:59', 6_000, ['web-01', 'web-02'], accessLog),
            lines('19:02:05', '19:04:59', 20_000, ['web-01', 'web-02'], maxChildren),
            lines('19:02:30', '19:04:59', 900, ['web-01', 'web-02'], socketBusy),
          ],
          metrics: [
            steps('request_rate', '/s', ['17:00', 178], ['19:01', 905]),
            steps('latency', 'ms', ['17:00', 140], ['19:02', 6_400]),
            steps('error_rate', '%', ['17:00', 0.1], ['19:02', 27]),
            steps('cpu_usage', '%', ['17:00', 29], ['19:02', 97]),
          ],
        },
        'shop-db': {
          kind: 'database',
          metrics: [
            steps('cpu_usage', '%', ['17:00', 21], ['19:02', 52]),
            steps('connections', 'count', ['17:00', 34], ['19:02', 121]),
          ],
        },
      },
    }),
  },
  {
    name: 'bumped packages leak until the heap ends',
    story:
      'One of seven bumped packages keeps each TLS socket; 86 minutes after #418 V8 gives up, pod by pod.',
    answer: ['deploy notifications-api #418'],
    readings: night({
      startedAt: '02:04',
      service: 'notifications-api',
      alerts: ['notifications-api 502', 'notifications-api: container restarted'],
      about: {
        'notifications-api': {
          dependsOn: ['notifications-redis'],
          deploys: [
            deploy('418', '00:35', 'chore(deps): bump the production group with 7 updates', 'dependabot'),
            deploy('417', '13:52', 'feat: digest mails', 'sara'),
          ],
          comparisons: { 418: files('package.json', 'package-lock.json') },
          logs: [
            lines(
              '01:34',
              '02:04:59',
              4_000,
              ['notifications-api-59c-2lq', 'notifications-api-59c-x8d'],
              pushSent,
            ),
            lines(
              '01:34:20',
              '02:04:59',
              45_000,
              ['notifications-api-59c-2lq', 'notifications-api-59c-x8d'],
              listeners,
            ),
            lines(
              '02:01:48',
              '02:03:30',
              75_000,
              ['notifications-api-59c-2lq', 'notifications-api-59c-x8d'],
              heapEnded,
            ),
          ],
          health: {
            desired: 2,
            running: 2,
            healthy: 1,
            instances: [
              {
                id: 'notifications-api-59c-2lq',
                state: 'healthy',
                detail: 'restarts 1, last state: Terminated, Error, exit code 134 at 02:01:50',
              },
              {
                id: 'notifications-api-59c-x8d',
                state: 'starting',
                detail: 'restarts 1, last state: Terminated, Error, exit code 134 at 02:03:05',
              },
            ],
          },
          metrics: [
            slope(
              'memory_usage',
              '%',
              ['23:50', 34],
              ['00:36', 34],
              ['02:01', 97],
              ['02:02', 66],
              ['02:04', 33],
              ['02:05', 35],
            ),
            steps('error_rate', '%', ['23:50', 0.1], ['02:02', 18]),
            steps('request_rate', '/s', ['23:50', 47]),
            slope('cpu_usage', '%', ['23:50', 12], ['01:35', 14], ['02:01', 88], ['02:05', 61]),
          ],
        },
        'notifications-redis': {
          kind: 'cache',
          metrics: [steps('memory_usage', '%', ['23:50', 28]), steps('up', 'boolean', ['23:50', 1])],
        },
      },
    }),
  },
  {
    name: 'a new alert rule lost a zero',
    story:
      'Somebody typed 0.1 where 10 was meant. The mailer bounces a few unknown recipients as on each day; nothing is wrong.',
    answer: ['healthy'],
    readings: night({
      startedAt: '04:02',
      service: 'mailer',
      alerts: ['mailer error_rate above 0.1 %'],
      about: {
        mailer: {
          dependsOn: ['mq'],
          deploys: [deploy('77', '21:40', 'Add List-Unsubscribe header', 'pia')],
          logs: [
            lines('03:32', '04:02:59', 2_500, ['celery@mailer-a', 'celery@mailer-b'], mailSent),
            lines('03:32:40', '04:02:59', 410_000, ['celery@mailer-a', 'celery@mailer-b'], mailRefused),
          ],
          metrics: [
            steps('error_rate', '%', ['02:00', 0.6]),
            steps('latency', 'ms', ['02:00', 240]),
            steps('request_rate', '/s', ['02:00', 0.4]),
            steps('cpu_usage', '%', ['02:00', 11]),
            steps('memory_usage', '%', ['02:00', 37]),
          ],
        },
        mq: {
          kind: 'queue',
          logs: [lines('03:35', '04:02:59', 300_000, 'rabbit@mq-1', amqpAccepted)],
          metrics: [steps('queue_depth', 'count', ['02:00', 14]), steps('memory_usage', '%', ['02:00', 19])],
        },
      },
    }),
  },
];

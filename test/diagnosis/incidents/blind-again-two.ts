// Written blind, 2 of 3: a cause two hops away, Kafka, RabbitMQ, Redis, a failover of RDS, Node's DNS, a wrong alarm.
import { said } from './blind-again-one.ts';
import { at, deploy, files, type IncidentFixture, night, slope, steps } from './night.ts';

export const BLIND_AGAIN_TWO: readonly IncidentFixture[] = [
  {
    name: 'the shop waits for prices',
    story:
      'nginx gives 504: the storefront waits for pricing, and pricing burns its CPU since #219, whose title is a ticket. The storefront was deployed as well, twenty minutes earlier, and ran well on it.',
    answer: ['deploy pricing #219'],
    readings: night({
      startedAt: '03:45',
      now: '03:48',
      service: 'edge',
      alerts: ['edge: 504 ratio above 5%'],
      about: {
        edge: {
          dependsOn: ['storefront'],
          logs: said(`
03:15 03:48 2 | edge-1 edge-2 | 203.0.113.{4..250} - - [{a}] "GET /c/lamps?page={1..9} HTTP/1.1" 200 {9000..42000} "-" "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)"
03:16 03:48 400 | edge-1 edge-2 | {n} [warn] 31#31: *{70000..99999} an upstream response is buffered to a temporary file /var/cache/nginx/proxy_temp/{1..9}/44/0000000{100..999} while reading upstream, client: 203.0.113.{4..250}, server: shop.example.com, request: "GET /assets/catalog.json HTTP/1.1", upstream: "http://10.0.2.14:3000/assets/catalog.json", host: "shop.example.com"
03:43:40 03:48 2 | edge-1 edge-2 | {n} [error] 31#31: *{70000..99999} upstream timed out (110: Connection timed out) while reading response header from upstream, client: 203.0.113.{4..250}, server: shop.example.com, request: "GET /p/{1000..9999} HTTP/1.1", upstream: "http://10.0.2.{14..15}:3000/p/4410", host: "shop.example.com"
`),
          metrics: [
            steps('error_rate', '%', ['01:45', 0.2], ['03:43', 11], ['03:45', 19]),
            steps('latency', 'ms', ['01:45', 160], ['03:43', 14000]),
            steps('request_rate', '/s', ['01:45', 95]),
          ],
        },
        storefront: {
          dependsOn: ['pricing', 'catalog'],
          deploys: [
            deploy('1310', '03:22', 'feat: sticky header on phones', 'kim'),
            deploy('1309', '16:30', 'fix: alt texts'),
          ],
          comparisons: { 1310: files('src/components/header.tsx', 'src/styles/header.css') },
          logs: said(`
03:15 03:48 3 | storefront-a storefront-b | {"level":30,"time":"{t}","msg":"rendered","route":"/c/[slug]","ms":{40..120}}
03:43:12 03:48 2 | storefront-a storefront-b | {"level":50,"time":"{t}","msg":"prices not loaded","err":{"type":"AxiosError","message":"timeout of 20000ms exceeded","code":"ECONNABORTED","config":{"method":"get","url":"http://pricing:8080/v2/prices?sku={1000..9999}"}}}
`),
          metrics: [
            steps('error_rate', '%', ['01:45', 0.1], ['03:43', 12]),
            steps('latency', 'ms', ['01:45', 130], ['03:43', 13100]),
            steps('cpu_usage', '%', ['01:45', 33]),
          ],
        },
        pricing: {
          dependsOn: ['pricing-db'],
          deploys: [deploy('219', '03:41', 'PRC-1184', 'wvd'), deploy('218', '19:20', 'PRC-1179', 'wvd')],
          comparisons: {
            219: files(
              'src/main/java/com/acme/pricing/TierResolver.java',
              'src/test/java/com/acme/pricing/TierResolverTest.java',
            ),
          },
          logs: said(`
03:15 03:42:20 3 | pricing-1 pricing-2 | {c}  INFO 1 --- [nio-8080-exec-{1..40}] com.acme.pricing.PriceController         : priced sku={1000..9999} tiers=4 in {3..19} ms
03:41:50 03:42:10 20 | pricing-1 pricing-2 | {c}  INFO 1 --- [           main] com.acme.pricing.PricingApplication      : Started PricingApplication in 9.{100..999} seconds (process running for 10.3)
03:42:30 03:48 2 | pricing-1 pricing-2 | {c}  WARN 1 --- [nio-8080-exec-{1..200}] com.acme.pricing.TierResolver            : resolved {3900..4100} tiers for sku={1000..9999} in {9000..31000} ms
03:43:30 03:48 15 | pricing-1 pricing-2 | {c}  WARN 1 --- [nio-8080-exec-{1..200}] .w.s.m.s.DefaultHandlerExceptionResolver : Resolved [org.springframework.web.context.request.async.AsyncRequestTimeoutException]
`),
          metrics: [
            steps('latency', 'ms', ['01:45', 11], ['03:42', 18500]),
            steps('cpu_usage', '%', ['01:45', 27], ['03:42', 99]),
            steps('error_rate', '%', ['01:45', 0], ['03:43', 8]),
          ],
        },
        'pricing-db': {
          kind: 'database',
          metrics: [steps('cpu_usage', '%', ['01:45', 19]), steps('connections', 'count', ['01:45', 24])],
        },
        catalog: {
          metrics: [steps('latency', 'ms', ['01:45', 20]), steps('error_rate', '%', ['01:45', 0.1])],
        },
      },
    }),
  },
  {
    name: 'consumers thrown out of their group',
    story:
      'The tax service of a third party answers no more; each record waits until it times out, so polls come too late and Kafka throws the consumers out. The bump of spring-kafka had run well for twenty minutes.',
    answer: ['provider api.taxjar.com'],
    readings: night({
      startedAt: '02:12',
      now: '02:15',
      service: 'order-tax',
      metric: 'queue_depth',
      alerts: ['order-tax: consumer lag of group order-tax above 5000'],
      about: {
        'order-tax': {
          dependsOn: ['kafka', 'orders-db'],
          deploys: [
            deploy('66', '01:40', 'chore(deps): bump spring-kafka from 3.2.4 to 3.2.5', 'dependabot[bot]'),
            deploy('65', '14:10', 'feat: exempt schools'),
          ],
          comparisons: { 66: files('build.gradle.kts', 'gradle/libs.versions.toml') },
          logs: said(`
01:42 02:01:50 3 | order-tax-0 order-tax-1 | {c}  INFO 1 --- [ntainer#0-{0..2}-C-1] com.acme.tax.OrderTaxListener            : taxed order {400000..499999} in {90..240} ms
02:02:06 02:15 6 | order-tax-0 order-tax-1 | {c}  WARN 1 --- [ntainer#0-{0..2}-C-1] com.acme.tax.TaxClient                   : order {400000..499999} not taxed, will retry: org.springframework.web.client.ResourceAccessException: I/O error on POST request for "https://api.taxjar.com/v2/taxes": Read timed out
02:03:31 02:15 40 | order-tax-0 order-tax-1 | {c}  WARN 1 --- [ntainer#0-{0..2}-C-1] com.acme.tax.TaxClient                   : order {400000..499999} not taxed, will retry: org.springframework.web.client.HttpServerErrorException$ServiceUnavailable: 503 Service Unavailable on POST request for "https://api.taxjar.com/v2/taxes": "upstream connect error or disconnect/reset before headers. reset reason: overflow"
02:07:08 02:15 70 | order-tax-0 order-tax-1 | {c}  WARN 1 --- [read | order-tax] o.a.k.c.c.internals.ConsumerCoordinator  : [Consumer clientId=consumer-order-tax-{1..3}, groupId=order-tax] consumer poll timeout has expired. This means the time between subsequent calls to poll() was longer than the configured max.poll.interval.ms, which typically implies that the poll loop is spending too much time processing messages. You can address this either by increasing max.poll.interval.ms or by reducing the maximum size of batches returned in poll() with max.poll.records.
02:07:08 02:15 70 | order-tax-0 order-tax-1 | {c}  INFO 1 --- [read | order-tax] o.a.k.c.c.internals.ConsumerCoordinator  : [Consumer clientId=consumer-order-tax-{1..3}, groupId=order-tax] Member consumer-order-tax-1-{h} sending LeaveGroup request to coordinator kafka-2:9092 (id: 2147483645 rack: null) due to consumer poll timeout has expired.
02:08:20 02:15 70 | order-tax-0 order-tax-1 | {c} ERROR 1 --- [ntainer#0-{0..2}-C-1] o.s.k.l.KafkaMessageListenerContainer    : Consumer exception org.apache.kafka.clients.consumer.CommitFailedException: Offset commit cannot be completed since the consumer is not part of an active group for auto partition assignment; it is likely that the consumer was kicked out of the group.
`),
          metrics: [
            slope('queue_depth', 'count', ['00:15', 60], ['02:02', 70], ['02:12', 5300], ['02:15', 7100]),
            steps('error_rate', '%', ['00:15', 0.2], ['02:02', 88]),
            steps('cpu_usage', '%', ['00:15', 31], ['02:03', 7]),
          ],
        },
        kafka: {
          kind: 'queue',
          logs: said(`
02:07:08 02:15 70 | kafka-2 | [{k}] INFO [GroupCoordinator 2]: Preparing to rebalance group order-tax in state PreparingRebalance with old generation {40..60} (__consumer_offsets-12) (reason: Removing member consumer-order-tax-1-{h} on LeaveGroup; client reason: consumer poll timeout has expired.) (kafka.coordinator.group.GroupCoordinator)
01:50 02:15 300 | kafka-1 kafka-2 kafka-3 | [{k}] INFO [LocalLog partition=orders-{0..11}, dir=/var/lib/kafka/data] Rolled new log segment at offset {8100000..8199999} in 2 ms. (kafka.log.LocalLog)
`),
          metrics: [steps('disk_usage', '%', ['00:15', 52]), steps('cpu_usage', '%', ['00:15', 22])],
        },
        'orders-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['00:15', 25], ['02:03', 19])] },
      },
    }),
  },
  {
    name: 'the broker blocks who publishes',
    story:
      'A queue that nobody reads any more filled the disk of RabbitMQ; its alarm blocks all publishers, the checkout hangs. The deploy of 03:49 changed a label.',
    answer: ['disk-full rabbit'],
    readings: night({
      startedAt: '04:07',
      now: '04:10',
      service: 'checkout',
      metric: 'latency',
      alerts: ['checkout p95 latency above 5 s'],
      about: {
        checkout: {
          dependsOn: ['rabbit', 'checkout-db'],
          deploys: [deploy('2051', '03:49', 'copy: "Pay now" instead of "Order"', 'lou')],
          comparisons: {
            2051: files('checkout/templates/summary.html', 'checkout/locale/en/LC_MESSAGES/django.po'),
          },
          logs: said(`
03:37 04:05:08 4 | checkout-1 checkout-2 | {k} INFO checkout.views order {700000..799999} placed in {90..210} ms
04:05:20 04:10 20 | checkout-1 checkout-2 | {k} WARNING pika.adapters.blocking_connection Connection to rabbit.internal:5672 blocked by broker
04:05:50 04:10 3 | checkout-1 checkout-2 | {k} ERROR checkout.events order.placed not published: pika.exceptions.ConnectionBlockedTimeout: Blocked connection timeout expired.
`),
          metrics: [
            steps('latency', 'ms', ['02:05', 140], ['04:05', 30100]),
            steps('error_rate', '%', ['02:05', 0.3], ['04:06', 34]),
            steps('request_rate', '/s', ['02:05', 17]),
          ],
        },
        rabbit: {
          kind: 'queue',
          logs: said(`
03:38 04:10 60 | mq-1 | {c}{100..999}+00:00 [info] <0.{9000..9900}.12> accepting AMQP connection <0.{9000..9900}.12> (10.0.4.{8..40}:{40000..60000} -> 10.0.7.5:5672)
03:39 04:10 500 | mq-1 | {c}{100..999}+00:00 [warning] <0.{9000..9900}.12> closing AMQP connection <0.7411.12> (10.0.4.19:51544 -> 10.0.7.5:5672, vhost: '/', user: 'cron'): client unexpectedly closed TCP connection
04:05:12 | mq-1 | {c}{100..999}+00:00 [info] <0.471.0> Free disk space is insufficient. Free bytes: 1998233600. Limit: 2000000000
04:05:12 | mq-1 | {c}{100..999}+00:00 [warning] <0.467.0> disk resource limit alarm set on node 'rabbit@mq-1'.
04:05:12 | mq-1 | {c}{100..999}+00:00 [warning] <0.467.0> *** Publishers will be blocked until this alarm clears ***
`),
          metrics: [
            slope('disk_usage', '%', ['02:05', 84], ['04:05', 98]),
            slope('queue_depth', 'count', ['02:05', 2_900_000], ['04:05', 3_400_000]),
            steps('memory_usage', '%', ['02:05', 38]),
          ],
        },
        'checkout-db': {
          kind: 'database',
          metrics: [steps('cpu_usage', '%', ['02:05', 21]), steps('connections', 'count', ['02:05', 30])],
        },
      },
    }),
  },
  {
    name: 'sessions are written to a replica',
    story:
      'Sentinel moved the master of the sessions to the other node after a stall; the app is bound to the address of the old one, now a replica. Nobody can log in.',
    answer: ['read-only session-redis', 'failover session-redis'],
    readings: night({
      startedAt: '01:25',
      now: '01:28',
      service: 'accounts',
      alerts: ['accounts: login failures above 20%'],
      about: {
        accounts: {
          dependsOn: ['session-redis', 'accounts-db'],
          deploys: [deploy('730', '17:01', 'feat: passkeys behind a flag', 'hana')],
          logs: said(String.raw`
00:55 01:28 3 | accounts-a accounts-b | {"level":"info","time":"{t}","msg":"GET /v1/session 200","ms":{2..9}}
00:55 01:28 600 | accounts-a accounts-b | (node:1) [DEP0040] DeprecationWarning: The punycode module is deprecated. Please use a userland alternative instead.
01:22:36 01:28 2 | accounts-a accounts-b | {"level":"error","time":"{t}","msg":"login failed","err":{"type":"ReplyError","message":"READONLY You can't write against a read only replica.","stack":"ReplyError: READONLY You can't write against a read only replica.\n    at parseError (/app/node_modules/redis-parser/lib/parser.js:179:12)","command":{"name":"setex"}}}
`),
          metrics: [
            steps('error_rate', '%', ['23:25', 0.3], ['01:22', 33]),
            steps('latency', 'ms', ['23:25', 21]),
            steps('request_rate', '/s', ['23:25', 64]),
          ],
        },
        'session-redis': {
          kind: 'cache',
          instances: ['session-redis-0', 'session-redis-1', 'session-sentinel-0'],
          health: { desired: 2, running: 2, healthy: 2 },
          logs: said(`
00:57 01:28 300 | session-redis-0 | 1:M {r} * 100 changes in 300 seconds. Saving...
01:22:24 | session-sentinel-0 | 1:X {r} # +sdown master sessions 10.0.7.11 6379
01:22:25 | session-sentinel-0 | 1:X {r} # +odown master sessions 10.0.7.11 6379 #quorum 2/2
01:22:28 | session-redis-1 | 1:M {r} * MASTER MODE enabled (user request from 'id=8 addr=10.0.7.30:40112 laddr=10.0.7.12:6379 fd=11 name=sentinel-4f1c2a90-cmd age=91022 cmd=exec user=default')
01:22:30 | session-sentinel-0 | 1:X {r} # +switch-master sessions 10.0.7.11 6379 10.0.7.12 6379
01:22:34 | session-redis-0 | 1:S {r} * REPLICAOF 10.0.7.12:6379 enabled (user request from 'id=9 addr=10.0.7.30:40418 laddr=10.0.7.11:6379 fd=12 name=sentinel-4f1c2a90-cmd age=3 cmd=exec user=default')
01:22:35 | session-redis-0 | 1:S {r} * Connecting to MASTER 10.0.7.12:6379
01:22:35 | session-redis-0 | 1:S {r} * MASTER <-> REPLICA sync: Finished with success
`),
          metrics: [steps('memory_usage', '%', ['23:25', 44]), steps('connections', 'count', ['23:25', 61])],
        },
        'accounts-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['23:25', 17])] },
      },
    }),
  },
  {
    name: 'RDS changes its zone',
    story:
      'The hardware under orders-prod failed, RDS went to the other zone by itself: two minutes without a database. The rounding of #455, six minutes before, is innocent.',
    answer: ['failover orders-db'],
    readings: night({
      startedAt: '05:13',
      now: '05:16',
      service: 'orders',
      alerts: ['orders 5xx ratio above 5%'],
      about: {
        orders: {
          dependsOn: ['orders-db'],
          deploys: [
            deploy('455', '05:06', 'fix: rounding of shipping fees', 'theo'),
            deploy('454', '15:30', 'feat: split shipments'),
          ],
          comparisons: { 455: files('internal/shipping/fee.go', 'internal/shipping/fee_test.go') },
          logs: said(`
04:43 05:12:00 3 | orders-1 orders-2 | {"time":"{t}","level":"INFO","msg":"order stored","id":{900000..999999},"ms":{6..30}}
05:12:06 05:12:12 1 | orders-1 orders-2 | {"time":"{t}","level":"ERROR","msg":"store order","err":"read tcp 10.0.3.8:{40000..60000}->10.0.5.21:5432: read: connection reset by peer"}
05:12:10 05:13:58 2 | orders-1 orders-2 | {"time":"{t}","level":"ERROR","msg":"store order","err":"failed to connect to {b}user=orders database=orders{b}: 10.0.5.21:5432 (orders-prod.c9x1.eu-central-1.rds.amazonaws.com): dial error: dial tcp 10.0.5.21:5432: connect: connection refused"}
05:13:30 05:14:20 4 | orders-1 orders-2 | {"time":"{t}","level":"ERROR","msg":"store order","err":"failed to connect: server error: FATAL: the database system is starting up (SQLSTATE 57P03)"}
05:14:40 05:16 4 | orders-1 orders-2 | {"time":"{t}","level":"INFO","msg":"order stored","id":{900000..999999},"ms":{9..60}}
`),
          metrics: [
            steps('error_rate', '%', ['03:15', 0.1], ['05:12', 71], ['05:15', 0.4]),
            steps('latency', 'ms', ['03:15', 24], ['05:12', 900], ['05:15', 41]),
            steps('request_rate', '/s', ['03:15', 44]),
          ],
        },
        'orders-db': {
          kind: 'database',
          database: {
            cluster: 'orders-prod',
            engine: 'postgres',
            primary: 'orders-prod',
            status: 'available',
            replicas: [],
            downtimeMs: null,
            events: [
              {
                at: at('05:12:05'),
                text: 'Multi-AZ instance failover started. The RDS Multi-AZ primary instance is unreachable.',
              },
              { at: at('05:12:40'), text: 'DB instance restarted' },
              { at: at('05:14:25'), text: 'Multi-AZ instance failover completed' },
            ],
          },
          metrics: [
            steps('connections', 'count', ['03:15', 40], ['05:12', 0], ['05:15', 38]),
            steps('cpu_usage', '%', ['03:15', 28]),
          ],
        },
      },
    }),
  },
  {
    name: 'a record was removed that somebody used',
    story:
      'Terraform removed four records that looked stale from the internal zone; one of them is the name that quotes calls fx-rates by. It fails once the old answer is five minutes old.',
    answer: ['dns rates.internal.acme.net', 'dns quotes', 'dns fx-rates', 'change fx-rates'],
    readings: night({
      startedAt: '02:35',
      now: '02:37',
      service: 'quotes',
      alerts: ['quotes: error rate above 10%'],
      changes: [
        {
          service: 'fx-rates',
          title: 'terraform apply network/dns-internal: 4 to destroy',
          author: 'tomas',
          at: at('02:28'),
          source: 'terraform',
        },
      ],
      about: {
        quotes: {
          dependsOn: ['fx-rates'],
          deploys: [deploy('93', '18:40', 'chore: node 22.11', 'elif')],
          logs: said(String.raw`
02:05 02:37 4 | quotes-x1 quotes-x2 | {"level":30,"time":"{t}","msg":"quoted","pair":"EURUSD","ms":{4..17}}
02:33:20 02:37 2 | quotes-x1 quotes-x2 | {"level":50,"time":"{t}","msg":"rates not loaded","err":{"type":"Error","message":"getaddrinfo ENOTFOUND rates.internal.acme.net","stack":"Error: getaddrinfo ENOTFOUND rates.internal.acme.net\n    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:122:26)","errno":-3008,"code":"ENOTFOUND","syscall":"getaddrinfo","hostname":"rates.internal.acme.net"}}
`),
          metrics: [
            steps('error_rate', '%', ['00:35', 0.1], ['02:33', 48]),
            steps('request_rate', '/s', ['00:35', 31]),
          ],
        },
        'fx-rates': {
          logs: said(`
02:05 02:33 6 | fx-1 | {"level":30,"time":"{t}","msg":"GET /latest 200","ms":{1..4}}
02:05 02:37 60 | fx-1 | {"level":30,"time":"{t}","msg":"GET /healthz 200","ms":1}
`),
          metrics: [
            steps('error_rate', '%', ['00:35', 0]),
            steps('request_rate', '/s', ['00:35', 30], ['02:33', 0.1]),
            steps('up', 'boolean', ['00:35', 1]),
          ],
        },
      },
    }),
  },
  {
    name: 'one probe of four',
    story:
      'The probe of São Paulo could not reach us for a minute: a carrier there. For everybody else nothing happened, and all is as usual.',
    answer: ['healthy'],
    readings: night({
      startedAt: '04:40',
      now: '04:46',
      service: 'search-api',
      metric: null,
      alerts: ['Synthetic check "search" failed from 1 of 4 locations (sa-east-1): timeout after 10 s'],
      about: {
        'search-api': {
          dependsOn: ['search-es'],
          deploys: [deploy('268', '20:15', 'feat: synonyms for Dutch', 'joris')],
          comparisons: { 268: files('synonyms/nl.txt') },
          health: { desired: 3, running: 3, healthy: 3 },
          logs: said(`
04:10 04:46 2 | search-1 search-2 search-3 | {"@timestamp":"{t}","level":"INFO","message":"query took {8..60} ms, {0..900} hits"}
04:11 04:46 240 | search-1 search-2 search-3 | {"@timestamp":"{t}","level":"WARN","message":"parameter 'sort=relevancy' is deprecated, client ios/4.{1..9}"}
`),
          metrics: [
            steps('error_rate', '%', ['02:40', 0.2]),
            steps('latency', 'ms', ['02:40', 61]),
            steps('request_rate', '/s', ['02:40', 48]),
            steps('cpu_usage', '%', ['02:40', 39]),
            steps('up', 'boolean', ['02:40', 1]),
          ],
        },
        'search-es': {
          kind: 'database',
          metrics: [steps('cpu_usage', '%', ['02:40', 44]), steps('disk_usage', '%', ['02:40', 63])],
        },
      },
    }),
  },
];

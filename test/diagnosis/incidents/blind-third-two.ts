// Seven incidents written blind: a scheduled scaling, a migration's lock, a failover, a revoked key, a poisoned topic, a clock, and one that nobody can name.
import { at, deploy, files, type IncidentFixture, type Lines, lines, night, slope, steps } from './night.ts';

type Text = Lines['text'];
const hex = (index: number) => ((index * 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
const spaced = (time: string) => time.replace('T', ' ').replace('Z', '');

const MEDIA = ['media-api/1f0c', 'media-api/77ab', 'media-api/c3e9'];
const clipServed: Text = (i, t) =>
  `{"time":"${t}","level":"INFO","msg":"clip served","id":"${hex(i)}","bytes":${700_000 + i * 13},"dur_ms":${80 + (i % 40)}}`;
const shed: Text = (i, t) =>
  `{"time":"${t}","level":"WARN","msg":"request shed: concurrency limit reached","inflight":256,"limit":256,"path":"/v3/clips/${hex(i)}"}`;
const deadline: Text = (i, t) =>
  `{"time":"${t}","level":"ERROR","msg":"transcode hint","id":"${hex(i)}","err":"context deadline exceeded"}`;

const GUNICORN = ['accounts-web-1', 'accounts-web-2', 'accounts-web-3'];
const profileRead: Text = (i, t) =>
  `10.8.0.${2 + (i % 7)} - - [${t.slice(0, 10)} ${t.slice(11, 19)} +0000] "GET /api/countries?page=${i % 9} HTTP/1.1" 200 ${900 + (i % 50)} "-" "okhttp/4.12.0"`;
const workerTimeout: Text = (i, t) =>
  `[${t.slice(0, 10)} ${t.slice(11, 19)} +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:${31 + i})`;
const statementTimeout: Text = (i, t) =>
  `${spaced(t).replace('.', ',')} ERROR django.request Internal Server Error: /api/profile/${800 + i}\nTraceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/django/db/backends/utils.py", line 105, in _execute\n    return self.cursor.execute(sql, params)\ndjango.db.utils.OperationalError: canceling statement due to statement timeout`;
const autovacuum: Text = (i, t) =>
  `${spaced(t)} UTC [${3900 + i}] LOG:  automatic vacuum of table "accounts.public.django_session": index scans: 1`;
const lockWait: Text = (i, t) =>
  `${spaced(t)} UTC [${4410 + i}] LOG:  process ${4410 + i} still waiting for AccessShareLock on relation 16488 of database 16401 after 1000.${100 + (i % 90)} ms\n${spaced(t)} UTC [${4410 + i}] DETAIL:  Process holding the lock: 4391. Wait queue: ${4410 + i}.\n${spaced(t)} UTC [${4410 + i}] STATEMENT:  SELECT "accounts_profile"."id", "accounts_profile"."locale" FROM "accounts_profile" WHERE "accounts_profile"."user_id" = ${800 + i}`;

const cartRead: Text = (i) =>
  `info: Cart.Api.CartController[0]\n      Cart ${hex(i)} read with ${1 + (i % 6)} lines`;
const notPrimary: Text = () =>
  'fail: Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware[1]\n      An unhandled exception has occurred while executing the request.\n      MongoDB.Driver.MongoNotPrimaryException: Server returned not primary error.\n         at MongoDB.Driver.Core.WireProtocol.CommandUsingCommandMessageWireProtocol`1.ProcessResponse(ConnectionId connectionId, CommandMessage responseMessage)';
const selecting: Text = () =>
  'fail: Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware[1]\n      An unhandled exception has occurred while executing the request.\n      System.TimeoutException: A timeout occurred after 30000ms selecting a server using CompositeServerSelector{ Selectors = WritableServerSelector, LatencyLimitingServerSelector{ AllowedLatencyRange = 00:00:00.0150000 }, OperationsCountServerSelector }. Client view of cluster state is { ClusterId : "1", Type : "ReplicaSet", State : "Connected", Servers : [{ ServerId: "{ ClusterId : 1, EndPoint : "Unspecified/cart-mongo-0:27017" }", State: "Disconnected", Type: "Unknown" }] }.';
const mongoAccepted: Text = (i, t) =>
  `{"t":{"$date":"${t}"},"s":"I","c":"NETWORK","id":22943,"ctx":"listener","msg":"Connection accepted","attr":{"remote":"10.2.1.${4 + (i % 9)}:5${1000 + i}","connectionId":${8100 + i},"connectionCount":${44 + (i % 5)}}}`;
const election: Text = (_, t) =>
  `{"t":{"$date":"${t}"},"s":"I","c":"ELECTION","id":4615655,"ctx":"ReplCoord-4","msg":"Starting an election, since we've seen no PRIMARY in election timeout period","attr":{"electionTimeoutPeriodMillis":10000}}`;
const elected: Text = (_, t) =>
  `{"t":{"$date":"${t}"},"s":"I","c":"ELECTION","id":21450,"ctx":"ReplCoord-4","msg":"Election succeeded, assuming primary role","attr":{"term":18}}`;

const polled: Text = (i, t) =>
  `${spaced(t).replace('.', ',')} INFO worker.loop rendered invoice ${70_000 + i} pages=${1 + (i % 3)}`;
const utcWarning: Text = () =>
  '/opt/invoice/worker/render.py:12: DeprecationWarning: datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. Use timezone-aware objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC).';
const tokenInvalid: Text = (_, t) =>
  `${spaced(t).replace('.', ',')} ERROR worker.loop receive failed, sleeping 5s\nTraceback (most recent call last):\n  File "/opt/invoice/worker/loop.py", line 44, in run\n    batch = sqs.receive_message(QueueUrl=QUEUE, WaitTimeSeconds=20)\nbotocore.exceptions.ClientError: An error occurred (InvalidClientTokenId) when calling the ReceiveMessage operation: The security token included in the request is invalid.`;

const published: Text = (i, t) =>
  `{"time":"${t}","level":"INFO","msg":"published","topic":"orders.v1","type":"order.placed","key":"${hex(i)}"}`;
const projected: Text = (i, t) =>
  `${t}  INFO 1 --- [ntainer#0-${i % 4}-C-1] c.a.s.ShipmentProjector : projected order ${hex(i)}`;
const poison: Text = (i, t) =>
  `${t} ERROR 1 --- [ntainer#0-${i % 4}-C-1] o.s.k.l.KafkaMessageListenerContainer : Consumer exception\n\njava.lang.IllegalStateException: This error handler cannot process 'SerializationException's directly; please consider configuring an 'ErrorHandlingDeserializer' in the value and/or key deserializer\nCaused by: org.apache.kafka.common.errors.RecordDeserializationException: Error deserializing VALUE for partition orders.v1-${i % 4} at offset ${8_812_331 + (i % 4) * 977}. If needed, please seek past the record to continue consumption.\nCaused by: com.fasterxml.jackson.databind.exc.InvalidFormatException: Cannot deserialize value of type \`java.math.BigDecimal\` from String "12,90": not a valid representation\n at [Source: (byte[])[truncated 184 bytes]; line: 1, column: 96] (through reference chain: com.acme.shipment.OrderPlaced["total"])`;
const segment: Text = (i, t) =>
  `[${spaced(t).replace('.', ',')}] INFO [LocalLog partition=orders.v1-${i % 4}, dir=/var/lib/kafka/data] Rolled new log segment at offset ${8_800_000 + i} in 2 ms. (kafka.log.LocalLog)`;

const tokenTaken: Text = (i) => `level=info msg="token accepted" sub=${hex(i)} aud=api dur=1ms`;
const usedBefore: Text = (i) =>
  `level=error msg="token rejected" sub=${hex(i)} err="token has invalid claims: token used before issued"`;
const unsynced: Text = () => "chronyd[701]: Can't synchronise: no selectable sources";
const unstable: Text = () =>
  "kernel: clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew is too large:";

const suggested: Text = (i, t) =>
  `${t}  INFO suggest::http: GET /suggest status=200 hits=${3 + (i % 8)} took_ms=${4 + (i % 6)}`;
const noReason: Text = (i, t) => `${t} ERROR suggest::http: GET /suggest status=500 request_id=${hex(i)}`;

export const BLIND_THIRD_TWO: readonly IncidentFixture[] = [
  {
    name: 'a scheduled action lowers the maximum in the middle of the match',
    story: 'ECS took the service from 9 tasks to 3 at 22:00, as each night; tonight people were still there.',
    answer: ['scaling media-api'],
    readings: night({
      startedAt: '22:04',
      service: 'media-api',
      alerts: ['media-api HTTPCode_Target_5XX above 2 %'],
      about: {
        'media-api': {
          dependsOn: ['clips-db'],
          deploys: [deploy('1188', '15:42', 'feat: clip chapters', 'hugo')],
          logs: [
            lines('21:34', '22:04:59', 4_000, MEDIA, clipServed),
            lines('21:40', '22:04:59', 240_000, MEDIA, deadline),
            lines('22:01:40', '22:04:59', 1_100, MEDIA, shed),
          ],
          health: {
            desired: 3,
            running: 3,
            healthy: 3,
            notes: [
              '22:01:32 (service media-api) has reached a steady state.',
              '22:00:09 (service media-api) has stopped 6 running tasks: (task 08aa) (task 19b2) (task 2c41) (task 5d70) (task 91fe) (task e0c3).',
              '22:00:04 Setting desired count to 3. Successfully set desired count to 3. Change successfully fulfilled by ecs. Cause: maximum capacity was set to 3 by scheduled action media-api-night',
            ],
          },
          metrics: [
            steps('request_rate', '/s', ['20:00', 612]),
            steps('cpu_usage', '%', ['20:00', 51], ['22:01', 99]),
            steps('error_rate', '%', ['20:00', 0.2], ['22:02', 13]),
            steps('latency', 'ms', ['20:00', 95], ['22:01', 3_900]),
            steps('running_tasks', 'count', ['20:00', 9], ['22:01', 3]),
          ],
        },
        'clips-db': {
          kind: 'database',
          logsFrom: null,
          metrics: [steps('cpu_usage', '%', ['20:00', 33]), steps('connections', 'count', ['20:00', 90])],
        },
      },
    }),
  },
  {
    name: 'a migration takes the table while people log in',
    story:
      'The release job of #1544 sets a big column NOT NULL: it scans the table under AccessExclusiveLock.',
    answer: ['deploy accounts #1544', 'locks accounts-db'],
    readings: night({
      startedAt: '02:49',
      service: 'accounts',
      alerts: ['accounts availability below 95 %'],
      about: {
        accounts: {
          dependsOn: ['accounts-db'],
          deploys: [
            deploy('1544', '02:46', 'Tidy up profile model', 'noor', { status: 'in-progress' }),
            deploy('1543', '17:20', 'Sort countries by name', 'noor'),
          ],
          comparisons: {
            1544: {
              ...files('accounts/models.py', 'accounts/migrations/0087_profile_locale_not_null.py'),
              migrations: ['accounts/migrations/0087_profile_locale_not_null.py'],
            },
          },
          logs: [
            lines('02:19', '02:49:59', 3_000, GUNICORN, profileRead),
            lines('02:47:05', '02:49:59', 2_300, GUNICORN, statementTimeout),
            lines('02:47:10', '02:49:59', 9_000, GUNICORN, workerTimeout),
          ],
          metrics: [
            steps('error_rate', '%', ['00:45', 0.1], ['02:47', 41]),
            steps('latency', 'ms', ['00:45', 38], ['02:47', 30_000]),
            steps('request_rate', '/s', ['00:45', 73]),
          ],
        },
        'accounts-db': {
          kind: 'database',
          logs: [
            lines('02:21', '02:46', 420_000, 'accounts-db-1', autovacuum),
            lines('02:46:21', '02:49:59', 1_600, 'accounts-db-1', lockWait),
          ],
          metrics: [
            steps('connections', 'count', ['00:45', 38], ['02:47', 142]),
            steps('cpu_usage', '%', ['00:45', 24]),
          ],
        },
      },
    }),
  },
  {
    name: 'the replica set elects another primary minutes after a deploy',
    story:
      'cart-mongo-0 lost its peers and stepped down; 41 seconds later cart-mongo-2 was primary. #665 only named spans of traces.',
    answer: ['failover cart-mongo'],
    readings: night({
      startedAt: '01:56',
      service: 'cart',
      alerts: ['cart errors critical'],
      about: {
        cart: {
          dependsOn: ['cart-mongo'],
          deploys: [
            deploy('665', '01:50', 'Name spans after the route', 'yusuf'),
            deploy('664', '14:33', 'Round gift wrap price', 'yusuf'),
          ],
          comparisons: { 665: files('src/Cart.Api/Telemetry/SpanNames.cs', 'src/Cart.Api/Program.cs') },
          logs: [
            lines('01:26', '01:56:59', 4_000, ['cart-0', 'cart-1'], cartRead),
            lines('01:55:03', '01:55:50', 1_500, ['cart-0', 'cart-1'], notPrimary),
            lines('01:55:33', '01:56:10', 2_000, ['cart-0', 'cart-1'], selecting),
          ],
          metrics: [
            steps('error_rate', '%', ['23:55', 0.1], ['01:55', 28], ['01:57', 6]),
            steps('request_rate', '/s', ['23:55', 42]),
            steps('cpu_usage', '%', ['23:55', 20]),
          ],
        },
        'cart-mongo': {
          kind: 'database',
          logs: [
            lines('01:27', '01:56:59', 20_000, 'cart-mongo-2', mongoAccepted),
            lines('01:55:12', '01:55:12', 60_000, 'cart-mongo-2', election),
            lines('01:55:42', '01:55:42', 60_000, 'cart-mongo-2', elected),
          ],
          database: {
            cluster: 'cart-mongo',
            engine: 'mongodb 7.0',
            primary: 'cart-mongo-2',
            replicas: [
              { id: 'cart-mongo-0', lagMs: null },
              { id: 'cart-mongo-1', lagMs: 400 },
            ],
            downtimeMs: null,
            events: [
              { at: at('01:55:01'), text: 'cart-mongo-0 stepped down: cannot see a majority of the set' },
              { at: at('01:55:42'), text: 'Election: cart-mongo-2 became primary in term 18' },
            ],
          },
          metrics: [steps('connections', 'count', ['23:55', 46], ['01:55', 61])],
        },
      },
    }),
  },
  {
    name: 'the access key of the worker was deactivated',
    story: 'Security turned an old access key off in IAM at 00:10 and told nobody; the worker still used it.',
    answer: ['credentials invoice-worker', 'credentials invoice-queue'],
    readings: night({
      startedAt: '00:25',
      service: 'invoice-worker',
      metric: 'queue_depth',
      alerts: ['invoice-queue: ApproximateAgeOfOldestMessage above 900 s'],
      about: {
        'invoice-worker': {
          dependsOn: ['invoice-queue'],
          deploys: [deploy('93', '13:05', 'Footer on page two', 'ivo')],
          logs: [
            lines('23:55', '00:10:10', 6_000, 'inv-1', polled),
            lines('23:56', '00:25:59', 600_000, 'inv-1', utcWarning),
            lines('00:10:14', '00:25:59', 5_300, 'inv-1', tokenInvalid),
          ],
          health: { desired: 1 },
          metrics: [
            steps('cpu_usage', '%', ['22:20', 34], ['00:11', 2]),
            steps('up', 'boolean', ['22:20', 1]),
          ],
        },
        'invoice-queue': {
          kind: 'queue',
          logsFrom: null,
          metrics: [slope('queue_depth', 'count', ['22:20', 3], ['00:10', 3], ['00:26', 210])],
        },
      },
    }),
  },
  {
    name: 'events of another team cannot be read any more',
    story:
      'order-events #2012 prints totals as the locale of the shop does, "12,90". The projector hangs at the first such record of each partition; its own deploy is hours old.',
    answer: ['deploy order-events #2012', 'schema order-events', 'schema shipment-projector'],
    readings: night({
      startedAt: '02:34',
      service: 'shipment-projector',
      metric: 'consumer_lag',
      alerts: ['consumer group shipment-projector lags more than 10000'],
      about: {
        'shipment-projector': {
          dependsOn: ['kafka', 'order-events'],
          deploys: [deploy('318', '21:00', 'Spring Boot 3.3.5', 'renovate')],
          logs: [
            lines('02:04', '02:21:20', 2_000, ['projector-0', 'projector-1'], projected),
            lines('02:21:26', '02:34:59', 4_000, ['projector-0', 'projector-1'], poison),
          ],
          metrics: [
            slope('consumer_lag', 'count', ['00:30', 40], ['02:21', 40], ['02:35', 13_800]),
            steps('cpu_usage', '%', ['00:30', 31], ['02:22', 9]),
          ],
        },
        'order-events': {
          dependsOn: ['kafka'],
          deploys: [
            deploy('2012', '02:20', 'OPS-4471', 'greta'),
            deploy('2011', '12:48', 'OPS-4460', 'greta'),
          ],
          comparisons: { 2012: files('internal/publish/order_placed.go', 'internal/money/format.go') },
          logs: [lines('02:04', '02:34:59', 3_000, ['order-events-a', 'order-events-b'], published)],
          metrics: [steps('request_rate', '/s', ['00:30', 16]), steps('error_rate', '%', ['00:30', 0])],
        },
        kafka: {
          kind: 'queue',
          logs: [lines('02:06', '02:34:59', 500_000, ['kafka-1', 'kafka-2', 'kafka-3'], segment)],
          metrics: [
            steps('disk_usage', '%', ['00:30', 57]),
            steps('under_replicated', 'count', ['00:30', 0]),
          ],
        },
      },
    }),
  },
  {
    name: 'one host of three lives 94 seconds in the past',
    story:
      'gw-2 was moved to another hypervisor at 03:02 and lost its time; chrony cannot reach a server from there. #233 went to all three hosts and only added headers.',
    answer: ['clock-skew auth-gateway'],
    readings: night({
      startedAt: '03:08',
      service: 'auth-gateway',
      alerts: ['auth-gateway 401 ratio above 20 %'],
      about: {
        'auth-gateway': {
          dependsOn: ['identity'],
          instances: ['gw-1', 'gw-2', 'gw-3'],
          deploys: [
            deploy('233', '02:55', 'Send RateLimit headers', 'kofi'),
            deploy('232', '16:44', 'Drop TLS 1.1', 'kofi'),
          ],
          comparisons: { 233: files('middleware/ratelimit.go', 'middleware/ratelimit_test.go') },
          logs: [
            lines('02:38', '03:08:59', 2_000, ['gw-1', 'gw-3'], tokenTaken),
            lines('02:38', '03:02', 4_000, ['gw-2'], tokenTaken),
            lines('03:02:20', '03:02:20', 60_000, 'gw-2', unstable),
            lines('03:03:05', '03:03:05', 60_000, 'gw-2', unsynced),
            lines('03:03:10', '03:08:59', 1_900, 'gw-2', usedBefore),
          ],
          health: { desired: 3 },
          metrics: [
            steps('error_rate', '%', ['01:05', 0.6], ['03:03', 33]),
            steps('request_rate', '/s', ['01:05', 150]),
            steps('latency', 'ms', ['01:05', 3]),
          ],
        },
        identity: {
          deploys: [deploy('71', '13:30', 'Dark mode of the login page', 'runa')],
          metrics: [steps('error_rate', '%', ['01:05', 0.1]), steps('request_rate', '/s', ['01:05', 12])],
        },
      },
    }),
  },
  {
    name: 'errors without a word, and a deploy that came later',
    story:
      'Six percent of requests fail since 00:58. #151 (a README) was deployed at 01:05, after it began; all else is as ever. Nobody knew before the core dump was read the day after.',
    answer: ['unknown'],
    readings: night({
      startedAt: '01:08',
      service: 'search-suggest',
      alerts: ['search-suggest error rate above 5 % for 10 minutes'],
      about: {
        'search-suggest': {
          dependsOn: ['suggest-redis'],
          deploys: [
            deploy('151', '01:05', 'docs: how to run the benchmarks', 'elin'),
            deploy('150', '12:21', 'Fold umlauts', 'elin'),
          ],
          comparisons: { 151: files('README.md', 'docs/benchmarks.md') },
          logs: [
            lines('00:38', '01:08:59', 2_000, ['suggest-1', 'suggest-2'], suggested),
            lines('00:58:20', '01:08:59', 8_000, ['suggest-1', 'suggest-2'], noReason),
          ],
          metrics: [
            steps('error_rate', '%', ['23:05', 0.2], ['00:58', 6.1]),
            steps('request_rate', '/s', ['23:05', 57]),
            steps('latency', 'ms', ['23:05', 7]),
            steps('cpu_usage', '%', ['23:05', 27]),
            steps('memory_usage', '%', ['23:05', 44]),
          ],
        },
        'suggest-redis': {
          kind: 'cache',
          metrics: [steps('memory_usage', '%', ['23:05', 51]), steps('cpu_usage', '%', ['23:05', 6])],
          cache: { keys: 410_000, hitRate: 0.97, rebuildMs: null },
        },
      },
    }),
  },
];

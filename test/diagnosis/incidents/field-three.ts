// As nights really are, 3 of 3: locks, clocks, names, neighbours, visitors, and nights without a cause to be named.
import { said } from './blind-again-one.ts';
import { deploy, files, type IncidentFixture, night, slope, steps } from './night.ts';

export const FIELD_THREE: readonly IncidentFixture[] = [
  {
    name: 'the tokens of tomorrow',
    story:
      'One host of the identity provider runs four minutes ahead; what it signs is not valid yet for .NET.',
    answer: ['clock-skew identity', 'clock-skew portal'],
    readings: night({
      startedAt: '02:06',
      now: '02:09',
      service: 'portal',
      alerts: ['portal: 401 ratio above 10%'],
      about: {
        portal: {
          dependsOn: ['identity'],
          deploys: [deploy('31', '01:52', 'feat: avatar in the menu', 'gil'), deploy('30', '12:10', 'deps')],
          comparisons: { 31: files('ClientApp/src/menu.tsx') },
          logs: said(`
01:36 02:09 4 | portal-1 portal-2 | {c} info: Portal.Api[0] GET /api/me 200 {3..12}ms
02:03:10 02:09 3 | portal-1 portal-2 | {c} info: Microsoft.AspNetCore.Authentication.JwtBearer.JwtBearerHandler[1] Failed to validate the token. Microsoft.IdentityModel.Tokens.SecurityTokenNotYetValidException: IDX10222: Lifetime validation failed. The token is not yet valid. ValidFrom (UTC): '11/23/2026 2:07:22 AM', Current time (UTC): '11/23/2026 2:03:11 AM'.
`),
          metrics: [
            steps('error_rate', '%', ['00:05', 0.4], ['02:03', 24]),
            steps('request_rate', '/s', ['00:05', 19]),
          ],
        },
        identity: {
          metrics: [steps('error_rate', '%', ['00:05', 0.1]), steps('request_rate', '/s', ['00:05', 6])],
        },
      },
    }),
  },
  {
    name: 'no more sockets',
    story: 'A library keeps idle connections for ever; after nine days the first instances reach 1024.',
    answer: ['file-descriptors relay'],
    readings: night({
      startedAt: '03:51',
      now: '03:54',
      service: 'relay',
      alerts: ['relay: refused connections'],
      about: {
        relay: {
          deploys: [deploy('5', '03:31', 'docs: runbook', 'ben'), deploy('4', '13:00', 'deps')],
          comparisons: { 5: files('docs/runbook.md') },
          logs: said(`
03:21 03:54 5 | relay-1 relay-2 | {t} INFO relayed {h}
03:48:30 03:54 1 | relay-1 | {n} http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 1s
`),
          metrics: [
            steps('error_rate', '%', ['01:50', 0], ['03:48', 37]),
            steps('request_rate', '/s', ['01:50', 80]),
          ],
        },
      },
    }),
  },
  {
    name: 'a transaction somebody left open',
    story:
      'Someone runs a long UPDATE by hand on MySQL; orders wait for its locks. CPU of the database is low.',
    answer: ['locks orders-mysql', 'locks orders'],
    readings: night({
      startedAt: '11:22',
      now: '11:26',
      service: 'orders',
      alerts: ['orders: 5xx above 5%'],
      about: {
        orders: {
          dependsOn: ['orders-mysql'],
          deploys: [deploy('801', '11:05', 'feat: gift wrap', 'tim'), deploy('800', '02:10', 'deps')],
          comparisons: { 801: files('app/views/gift.blade.php') },
          logs: said(`
10:52 11:26 4 | orders-1 orders-2 | [{c}] production.INFO: order {10000..99999} placed
11:19:55 11:26 3 | orders-1 orders-2 | [{c}] production.ERROR: SQLSTATE[HY000]: General error: 1205 Lock wait timeout exceeded; try restarting transaction (Connection: mysql, SQL: update {b}stock{b} set {b}left{b} = {b}left{b} - 1 where {b}sku{b} = {1000..9999})
`),
          metrics: [
            steps('error_rate', '%', ['09:20', 0.2], ['11:19', 18]),
            steps('latency', 'ms', ['09:20', 90], ['11:18', 50100]),
            steps('request_rate', '/s', ['09:20', 16]),
          ],
        },
        'orders-mysql': {
          kind: 'database',
          metrics: [
            steps('cpu_usage', '%', ['09:20', 21], ['11:19', 8]),
            steps('connections', 'count', ['09:20', 30], ['11:19', 92]),
          ],
        },
      },
    }),
  },
  {
    name: 'a partner changed who signs',
    story:
      'The partner renewed its certificate and forgot to send the intermediate; Java does not trust it. #66, eight minutes before, is innocent.',
    answer: ['trust api.bookit.example', 'trust hotels'],
    readings: night({
      startedAt: '12:16',
      now: '12:20',
      service: 'hotels',
      alerts: ['hotels: partner errors'],
      about: {
        hotels: {
          deploys: [deploy('66', '12:05', 'feat: stars as icons', 'eva'), deploy('65', '12:01', 'deps')],
          comparisons: { 66: files('web/stars.svg', 'web/stars.tsx') },
          logs: said(`
11:50 12:13 4 | hotels-1 | {c}  INFO 1 --- [nio-8080-exec-{1..9}] c.a.h.Search : searched {h}
12:13:10 12:20 3 | hotels-1 | {c} ERROR 1 --- [nio-8080-exec-{1..9}] c.a.h.Partner : I/O error on GET request for "https://api.bookit.example/v3/rooms": PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target
`),
          metrics: [
            steps('error_rate', '%', ['12:01', 0.2], ['12:13', 51]),
            steps('request_rate', '/s', ['12:01', 9]),
          ],
        },
      },
    }),
  },
  {
    name: 'a crawler that asks for everything',
    story: 'A crawler takes all pages at once; nine times the requests, Puma has no thread left.',
    answer: ['traffic shop'],
    readings: night({
      startedAt: '04:32',
      now: '04:35',
      service: 'shop',
      metric: 'latency',
      alerts: ['shop: p95 above 3 s'],
      about: {
        shop: {
          dependsOn: ['shop-db'],
          deploys: [deploy('77', '04:15', 'fix: alt texts', 'lu'), deploy('76', '14:00', 'deps')],
          comparisons: { 77: files('app/views/products/show.html.erb') },
          logs: said(`
04:02 04:28 3 | shop-1 shop-2 | I, [{t} #9]  INFO -- : Completed 200 OK in {30..90}ms
04:29:10 04:35 1 | shop-1 shop-2 | I, [{t} #9]  INFO -- : Started GET "/p/{1000..9999}" for 192.0.2.{4..9} user_agent="Mozilla/5.0 (compatible; Bytespider)"
04:29:40 04:35 5 | shop-1 shop-2 | E, [{t} #9] ERROR -- : Rack::Timeout::RequestTimeoutException (Request waited 14ms, then ran for longer than 15000ms)
`),
          metrics: [
            steps('latency', 'ms', ['02:30', 110], ['04:29', 8000]),
            steps('request_rate', '/s', ['02:30', 22], ['04:29', 205]),
            steps('cpu_usage', '%', ['02:30', 31], ['04:29', 98]),
          ],
        },
        'shop-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['02:30', 20], ['04:29', 66])] },
      },
    }),
  },
  {
    name: 'the warehouse copies the night',
    story:
      'etl began its copy at 02:00 and takes all IOPS of the shared Postgres; the bookings wait. #12 of bookings was out 14 minutes before.',
    answer: ['neighbour etl'],
    readings: night({
      startedAt: '02:07',
      now: '02:10',
      service: 'bookings',
      metric: 'latency',
      alerts: ['bookings: p95 above 2 s'],
      about: {
        bookings: {
          dependsOn: ['core-pg'],
          deploys: [deploy('12', '01:50', 'feat: icons', 'rio'), deploy('11', '13:00', 'deps')],
          comparisons: { 12: files('web/icons.tsx') },
          logs: said(`
01:37 02:10 4 | bk-1 bk-2 | {t} INFO booked {h}
02:03:20 02:10 3 | bk-1 bk-2 | {t} WARN slow query ({2000..9000} ms): SELECT * FROM bookings WHERE id = $1
`),
          metrics: [
            steps('latency', 'ms', ['00:05', 70], ['02:03', 4100]),
            steps('request_rate', '/s', ['00:05', 20]),
          ],
        },
        etl: {
          dependsOn: ['core-pg'],
          deploys: [deploy('3', '12:00', 'feat: more tables')],
          logs: said(`
02:00:05 | etl-0 | {t} INFO airflow.task starting copy_core_full
02:00:30 02:10 30 | etl-0 | {t} INFO airflow.task copied {1000000..9000000} rows of bookings
`),
          metrics: [
            steps('cpu_usage', '%', ['00:05', 1], ['02:00', 55]),
            steps('network_in', 'bytes/s', ['00:05', 2000], ['02:00', 91000000]),
          ],
        },
        'core-pg': {
          kind: 'database',
          metrics: [
            steps('iops', '/s', ['00:05', 400], ['02:01', 3000]),
            steps('cpu_usage', '%', ['00:05', 25], ['02:01', 60]),
            steps('connections', 'count', ['00:05', 40]),
          ],
        },
      },
    }),
  },
  {
    name: 'a heartbeat that was late',
    story: 'The job of the monitoring ran late; the service is well.',
    answer: ['healthy'],
    readings: night({
      startedAt: '03:40',
      now: '03:43',
      service: 'inbox',
      metric: null,
      alerts: ['inbox: heartbeat missed'],
      about: {
        inbox: {
          deploys: [deploy('2', '03:20', 'feat: labels', 'kai'), deploy('1', '12:30', 'deps')],
          comparisons: { 2: files('src/labels.ts') },
          health: { desired: 2, healthy: 2, running: 2 },
          logs: said(`
03:10 03:43 3 | inbox-1 inbox-2 | {t} INFO fetched {1..9} letters
03:11 03:43 200 | inbox-1 | {t} WARN mailbox of user {1000..9999} is over quota
`),
          metrics: [
            steps('error_rate', '%', ['01:40', 0.3]),
            steps('latency', 'ms', ['01:40', 44]),
            steps('request_rate', '/s', ['01:40', 30]),
            steps('up', 'boolean', ['01:40', 1]),
          ],
        },
      },
    }),
  },
  {
    name: 'slow since nobody knows',
    story:
      'A noisy machine of the cloud; nothing measured shows it. The deploy of five hours ago is innocent, and so are retries that are logged all day.',
    answer: ['unknown'],
    readings: night({
      startedAt: '05:25',
      now: '05:28',
      service: 'tags',
      metric: 'latency',
      alerts: ['tags: p99 above 800 ms'],
      about: {
        tags: {
          dependsOn: ['tags-redis'],
          deploys: [deploy('45', '00:20', 'feat: emoji', 'zo')],
          health: { desired: 2, healthy: 2, running: 2 },
          logs: said(`
04:55 05:28 3 | tags-1 tags-2 | {t} INFO tagged {h}
04:55 05:28 50 | tags-1 tags-2 | {t} WARN retry 1 after read timeout, tags-redis:6379
`),
          metrics: [
            steps('latency', 'ms', ['03:25', 90], ['05:21', 1000]),
            steps('error_rate', '%', ['03:25', 0.1]),
            steps('request_rate', '/s', ['03:25', 60]),
            steps('cpu_usage', '%', ['03:25', 30]),
          ],
        },
        'tags-redis': {
          kind: 'cache',
          metrics: [steps('memory_usage', '%', ['03:25', 40]), steps('cpu_usage', '%', ['03:25', 11])],
        },
      },
    }),
  },
  {
    name: 'the sessions do not fit any more',
    story:
      'Redis reached maxmemory with noeviction; no session can be written. #90, twelve minutes before, changed a helper for dates.',
    answer: ['out-of-memory session-redis'],
    readings: night({
      startedAt: '01:44',
      now: '01:47',
      service: 'accounts',
      alerts: ['accounts: login failures'],
      about: {
        accounts: {
          dependsOn: ['session-redis'],
          deploys: [deploy('90', '01:30', 'fix: dates in Hebrew', 'tal'), deploy('89', '12:40', 'deps')],
          comparisons: { 90: files('lib/dates.py') },
          logs: said(`
01:14 01:47 3 | acc-1 acc-2 | {k} INFO accounts.web GET /me 200
01:41:50 01:47 2 | acc-1 acc-2 | {k} ERROR accounts.web login failed: redis.exceptions.OutOfMemoryError: command not allowed when used memory > 'maxmemory'.
`),
          metrics: [
            steps('error_rate', '%', ['23:44', 0.3], ['01:41', 28]),
            steps('request_rate', '/s', ['23:44', 44]),
          ],
        },
        'session-redis': {
          kind: 'cache',
          metrics: [slope('memory_usage', '%', ['23:44', 93], ['01:41', 99.9], ['01:47', 99.9])],
          cache: { keys: 9000000, hitRate: 0.97, rebuildMs: null },
        },
      },
    }),
  },
];

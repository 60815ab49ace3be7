// Written blind, 3 of 3: two that nobody can name, a clock, a neighbour on the database, a flag, a presale.
import { said } from './blind-again-one.ts';
import { at, deploy, files, GB, type IncidentFixture, night, slope, steps } from './night.ts';

export const BLIND_AGAIN_THREE: readonly IncidentFixture[] = [
  {
    name: 'slow, and no logs to read',
    story:
      'A slow disk controller under one node, found two days later. Of what was read nothing shows it: Loki did not answer, all that is measured besides the latency is as usual, nothing was deployed.',
    answer: ['unknown'],
    readings: night({
      startedAt: '03:14',
      now: '03:17',
      service: 'ledger-api',
      metric: 'latency',
      alerts: ['ledger-api p95 latency above 1 s'],
      silent: [
        { source: 'loki', what: 'logs of ledger-api' },
        { source: 'loki', what: 'logs of ledger-db' },
      ],
      disks: [{ mount: '/', totalBytes: 80 * GB, usedBytes: 37 * GB, percent: 46 }],
      about: {
        'ledger-api': {
          dependsOn: ['ledger-db', 'ledger-cache'],
          deploys: [deploy('301', '14:20', 'feat: booking texts in Polish', 'zofia')],
          comparisons: { 301: files('locale/pl.json') },
          logsFrom: null,
          health: { desired: 3, running: 3, healthy: 3 },
          metrics: [
            steps('latency', 'ms', ['01:15', 85], ['03:10', 1350]),
            steps('error_rate', '%', ['01:15', 0.1], ['03:10', 0.4]),
            steps('request_rate', '/s', ['01:15', 52]),
            steps('cpu_usage', '%', ['01:15', 31]),
            steps('memory_usage', '%', ['01:15', 58]),
          ],
        },
        'ledger-db': {
          kind: 'database',
          logsFrom: null,
          metrics: [
            steps('cpu_usage', '%', ['01:15', 27]),
            steps('connections', 'count', ['01:15', 41]),
            steps('disk_usage', '%', ['01:15', 55]),
          ],
        },
        'ledger-cache': {
          kind: 'cache',
          metrics: [steps('memory_usage', '%', ['01:15', 49])],
          cache: { keys: 210_400, hitRate: 0.94, rebuildMs: null },
        },
      },
    }),
  },
  {
    name: 'errors older than the deploy',
    story:
      'A handler swallows what went wrong and logs only "request failed", from 02:11 on. #604 came at 02:24, into an incident that was there already, and changed nothing. The alert waits for 15 minutes and so begins after it.',
    answer: ['unknown'],
    readings: night({
      startedAt: '02:26',
      now: '02:30',
      service: 'profile',
      alerts: ['profile: error rate above 3% for 15m'],
      about: {
        profile: {
          dependsOn: ['profile-db', 'avatars'],
          deploys: [
            deploy('604', '02:24', 'feat: pronouns on the profile', 'mina'),
            deploy('603', '13:50', 'chore: eslint 9'),
          ],
          comparisons: { 604: files('src/profile/view.ts', 'src/profile/pronouns.ts') },
          logs: said(`
01:56 02:30 2 | profile-a profile-b | {"level":30,"time":"{t}","msg":"request completed","route":"/v1/profile/:id","status":200,"ms":{8..40}}
01:58 02:30 300 | profile-a profile-b | {"level":40,"time":"{t}","msg":"legacy avatar url","user":{10000..99999}}
02:11:08 02:30 1 | profile-a profile-b | {"level":50,"time":"{t}","msg":"request failed","route":"/v1/profile/:id","status":500,"req":"{h}"}
02:24:20 02:24:40 20 | profile-a profile-b | {"level":30,"time":"{t}","msg":"listening on :8080"}
`),
          metrics: [
            steps('error_rate', '%', ['00:25', 0.2], ['02:11', 4.6]),
            steps('latency', 'ms', ['00:25', 31]),
            steps('request_rate', '/s', ['00:25', 38]),
            steps('cpu_usage', '%', ['00:25', 28]),
            steps('memory_usage', '%', ['00:25', 51]),
          ],
        },
        'profile-db': {
          kind: 'database',
          logs: said(`
01:57 02:30 300 | profile-db-1 | {c} UTC [58] LOG:  checkpoint complete: wrote {90..400} buffers (0.{4..9}%); 0 WAL file(s) added, 0 removed, 0 recycled; write=9.{100..999} s, sync=0.004 s, total=10.021 s
`),
          metrics: [steps('cpu_usage', '%', ['00:25', 22]), steps('connections', 'count', ['00:25', 36])],
        },
        avatars: {
          metrics: [
            steps('error_rate', '%', ['00:25', 0.1]),
            steps('latency', 'ms', ['00:25', 15]),
            steps('request_rate', '/s', ['00:25', 90]),
          ],
        },
      },
    }),
  },
  {
    name: 'one of two machines lives in the past',
    story:
      'media-2 was moved to other hardware by its provider; its clock fell back and chronyd finds no source. S3 refuses what it signs. media-1, with the same #174, is well.',
    answer: ['clock-skew media-upload'],
    readings: night({
      startedAt: '05:51',
      now: '05:54',
      service: 'media-upload',
      alerts: ['media-upload error rate above 10%'],
      about: {
        'media-upload': {
          instances: ['media-1', 'media-2'],
          deploys: [
            deploy('174', '05:42', 'feat: keep the original file name', 'oscar'),
            deploy('173', '15:15', 'chore: boto3 1.35.70'),
          ],
          comparisons: { 174: files('uploader/s3.py', 'uploader/names.py', 'tests/test_names.py') },
          logs: said(`
05:21 05:54 5 | media-1 | INFO:uploader.s3:stored originals/{h}.jpg in {90..400} ms
05:22 05:48 5 | media-2 | INFO:uploader.s3:stored originals/{h}.jpg in {90..400} ms
05:21:30 05:54 120 | media-1 media-2 | WARNING:urllib3.connectionpool:Connection pool is full, discarding connection: media-acme.s3.eu-west-1.amazonaws.com. Connection pool size: 10
05:48:11 | media-2 | {j} media-2 kernel: clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew is too large:
05:48:12 | media-2 | {j} media-2 kernel: clocksource: Switched to clocksource hpet
05:48:40 | media-2 | {j} media-2 chronyd[612]: Can't synchronise: no selectable sources (4 unreachable sources)
05:48:30 05:54 3 | media-2 | ERROR:uploader.s3:not stored: originals/{h}.jpg: An error occurred (RequestTimeTooSkewed) when calling the PutObject operation: The difference between the request time and the current time is too large.
`),
          metrics: [
            steps('error_rate', '%', ['03:50', 0.3], ['05:48', 49]),
            steps('latency', 'ms', ['03:50', 220]),
            steps('request_rate', '/s', ['03:50', 12]),
          ],
        },
      },
    }),
  },
  {
    name: 'the export of the month reads everything',
    story:
      'reports began its export at 01:30 and reads the whole of MySQL, which booking shares; booking gets no connections in time. The colours of #620 were out a quarter of an hour before.',
    answer: ['neighbour reports'],
    readings: night({
      startedAt: '01:35',
      now: '01:38',
      service: 'booking',
      alerts: ['booking: p95 above 2 s', 'booking: 5xx above 2%'],
      metric: 'latency',
      about: {
        booking: {
          dependsOn: ['main-mysql'],
          deploys: [
            deploy('620', '01:14', 'feat: colours of the seat map', 'finn'),
            deploy('619', '17:33', 'fix: email of agencies'),
          ],
          comparisons: {
            620: files('src/main/resources/static/seat-map.css', 'src/main/resources/templates/seats.html'),
          },
          logs: said(`
01:05 01:38 3 | booking-1 booking-2 | {c}  INFO 1 --- [nio-8080-exec-{1..60}] com.acme.booking.SeatController          : held seat {1..40}C of BK{10000..99999}
01:33:10 01:38 3 | booking-1 booking-2 | {c} ERROR 1 --- [nio-8080-exec-{1..60}] o.a.c.c.C.[.[.[/].[dispatcherServlet]    : Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception [Request processing failed: org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager for transaction] with root cause java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms (total=20, active=20, idle=0, waiting={9..60})
`),
          metrics: [
            steps('latency', 'ms', ['23:35', 90], ['01:31', 2400], ['01:33', 9800]),
            steps('error_rate', '%', ['23:35', 0.1], ['01:33', 9]),
            steps('request_rate', '/s', ['23:35', 27]),
            steps('cpu_usage', '%', ['23:35', 35]),
          ],
        },
        reports: {
          dependsOn: ['main-mysql'],
          deploys: [deploy('81', '16:05', 'feat: export by branch', 'gwen')],
          logs: said(`
01:30:02 | reports-0 | {k} INFO reports.scheduler Running job "monthly_revenue_export (trigger: cron[day='23', hour='1', minute='30'], next run at: 2026-12-23 01:30:00 UTC)"
01:30:20 01:38 20 | reports-0 | {k} INFO reports.export branch {1..60} of 212: {900000..1400000} rows read
`),
          metrics: [
            steps('cpu_usage', '%', ['23:35', 3], ['01:30', 71]),
            steps('error_rate', '%', ['23:35', 0]),
          ],
        },
        'main-mysql': {
          kind: 'database',
          logs: said(`
01:30:48 01:38 40 | mysql-1 | # Time: {t} # User@Host: reports[reports] @  [10.0.8.4]  Id: {88100..88140} # Query_time: {29..71}.{100000..999999}  Lock_time: 0.000004 Rows_sent: {900000..1400000}  Rows_examined: {88000000..91000000} SELECT b.*, s.*, p.* FROM bookings b JOIN segments s ON s.booking_id = b.id JOIN payments p ON p.booking_id = b.id WHERE b.branch_id = {1..60};
01:32:10 01:38 30 | mysql-1 | # Time: {t} # User@Host: booking[booking] @  [10.0.6.{11..12}]  Id: {70100..70140} # Query_time: {3..9}.{100000..999999}  Lock_time: 0.000002 Rows_sent: 1  Rows_examined: 1 SELECT * FROM seats WHERE flight_id = {1000..9999} AND row_no = {1..40};
`),
          metrics: [
            steps('cpu_usage', '%', ['23:35', 33], ['01:30', 97]),
            steps('connections', 'count', ['23:35', 44], ['01:30', 52], ['01:33', 58]),
            steps('disk_usage', '%', ['23:35', 61]),
          ],
        },
      },
    }),
  },
  {
    name: 'a flag for everybody',
    story:
      'The reranking was turned on for all at 03:52; the model cannot do so many, each search waits for its deadline. #1120 was out an hour before and did nothing.',
    answer: ['change search'],
    readings: night({
      startedAt: '03:55',
      now: '03:58',
      service: 'search',
      metric: 'latency',
      alerts: ['search p95 latency above 1.5 s'],
      changes: [
        {
          service: 'search',
          title: 'semantic-rerank: rollout 5% → 100% in production',
          author: 'jo',
          at: at('03:52'),
          source: 'launchdarkly',
        },
      ],
      about: {
        search: {
          dependsOn: ['search-es'],
          deploys: [
            deploy('1120', '02:47', 'perf: smaller docker image', 'ali'),
            deploy('1119', '19:10', 'feat: semantic rerank behind a flag', 'jo'),
          ],
          comparisons: { 1120: files('Dockerfile') },
          health: { desired: 4, running: 4, healthy: 4 },
          logs: said(`
03:25 03:52:15 2 | search-1 search-2 search-3 search-4 | {k} INFO search.api q={h} hits={0..400} rerank=off took={30..110}ms
03:52:20 03:58 2 | search-1 search-2 search-3 search-4 | {k} INFO search.api q={h} hits={0..400} rerank=on took={2040..2390}ms
03:25 03:52 30 | search-1 search-2 search-3 search-4 | {k} INFO search.rerank reranked 50 docs in {180..320}ms
03:26 03:52 240 | search-1 search-3 | {k} WARNING search.rerank rerank exceeded 2000 ms, kept the order of Elasticsearch
03:52:30 03:58 1 | search-1 search-2 search-3 search-4 | {k} WARNING search.rerank rerank exceeded 2000 ms, kept the order of Elasticsearch
`),
          metrics: [
            steps('latency', 'ms', ['01:55', 120], ['03:52', 2260]),
            steps('error_rate', '%', ['01:55', 0.1], ['03:53', 0.6]),
            steps('request_rate', '/s', ['01:55', 58]),
            steps('cpu_usage', '%', ['01:55', 36], ['03:52', 98]),
          ],
        },
        'search-es': {
          kind: 'database',
          metrics: [steps('cpu_usage', '%', ['01:55', 41]), steps('latency', 'ms', ['01:55', 18])],
        },
      },
    }),
  },
  {
    name: 'presale at six',
    story:
      'At 06:00 the presale of a tour begins, ten times the visitors come at once; PHP-FPM has no children left. The text on the banner, seven minutes before, is innocent.',
    answer: ['traffic tickets'],
    readings: night({
      startedAt: '06:01',
      now: '06:04',
      service: 'tickets',
      alerts: ['tickets: 502 ratio above 5%'],
      about: {
        tickets: {
          dependsOn: ['tickets-db'],
          deploys: [
            deploy('889', '05:53', 'copy: presale banner', 'bea'),
            deploy('888', '16:48', 'fix: VAT on fees'),
          ],
          comparisons: { 889: files('templates/home/banner.html.twig', 'translations/messages.en.yaml') },
          health: { desired: 4, running: 4, healthy: 4 },
          logs: said(`
05:31 05:59:50 3 | web-1 web-2 | 198.51.100.{4..250} - - [{a}] "GET /event/{100..999} HTTP/2.0" 200 {8000..30000} "-" "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
06:00:02 06:04 1 | web-1 web-2 web-3 web-4 | 198.51.100.{4..250} - - [{a}] "GET /presale/{100..103} HTTP/2.0" 200 {8000..30000} "-" "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)"
05:35 06:04 500 | web-1 web-2 | [{p}] NOTICE: [pool www] child {4000..9000} exited with code 0 after {3000..9000}.118821 seconds from start
06:00:14 06:04 25 | web-1 web-2 web-3 web-4 | [{p}] WARNING: [pool www] server reached pm.max_children setting (60), consider raising it
06:00:25 06:04 1 | web-1 web-2 web-3 web-4 | {n} [error] 22#22: *{700000..799999} connect() to unix:/run/php/php8.3-fpm.sock failed (11: Resource temporarily unavailable) while connecting to upstream, client: 198.51.100.{4..250}, server: tickets.example.com, request: "GET /presale/{100..103} HTTP/2.0", upstream: "fastcgi://unix:/run/php/php8.3-fpm.sock:", host: "tickets.example.com"
`),
          metrics: [
            steps('request_rate', '/s', ['04:00', 58], ['06:00', 610]),
            steps('error_rate', '%', ['04:00', 0.2], ['06:00', 31]),
            steps('latency', 'ms', ['04:00', 110], ['06:00', 3900]),
            steps('cpu_usage', '%', ['04:00', 29], ['06:00', 96]),
          ],
        },
        'tickets-db': {
          kind: 'database',
          metrics: [
            slope('cpu_usage', '%', ['04:00', 21], ['06:00', 22], ['06:02', 68]),
            steps('connections', 'count', ['04:00', 48], ['06:00', 240]),
          ],
        },
      },
    }),
  },
];

// Incidents by somebody who had not read the rules: somebody else's trouble, none at all, and those of which an honest
// engineer would say that it cannot be told.
import { at, deploy, files, type IncidentFixture, lines, night, slope, steps } from './night.ts';

const fine = (every: number, ...instances: string[]) =>
  lines('02:44', '03:40', every, instances, (i, t) => `${t} INFO  request ${i} done status=200`);

export const BLIND_QUIET: readonly IncidentFixture[] = [
  {
    name: 'one clock is 20 minutes slow',
    story: 'chronyd of up-2 lost its sources; S3 refuses what that machine signs.',
    answer: ['clock-skew uploads'],
    readings: night({
      startedAt: '03:12',
      service: 'uploads',
      alerts: ['uploads error rate above 20%'],
      about: {
        uploads: {
          deploys: [deploy('33', '02:48', 'feat: larger parts', 'bo'), deploy('32', '14:00', 'deps')],
          comparisons: { 33: files('uploads/parts.py') },
          logs: [
            fine(4_000, 'up-1', 'up-3'),
            lines(
              '03:08:30',
              '03:13',
              1_500,
              'up-2',
              (i, t) =>
                `${t} ERROR botocore.exceptions.ClientError: An error occurred (RequestTimeTooSkewed) when calling the UploadPart operation: The difference between the request time and the current time is too large. part=${i}`,
            ),
            lines(
              '02:52',
              '02:53',
              60_000,
              'up-2',
              (_i, t) => `${t} up-2 chronyd[611]: Can't synchronise: no selectable sources`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:00', 0.1], ['03:08', 33])],
        },
      },
    }),
  },
  {
    name: 'the text messages of somebody else',
    story:
      'The API for text messages is down for everyone; an old warning about a library is as frequent as ever.',
    answer: ['provider api.twilio.com', 'dependency-down api.twilio.com'],
    readings: night({
      startedAt: '03:10',
      service: 'codes',
      alerts: ['codes: delivery failures'],
      about: {
        codes: {
          deploys: [
            deploy('15', '02:20', 'Translate the text of the code', 'ola'),
            deploy('14', '12:00', 'deps'),
          ],
          comparisons: { 15: files('codes/locale/pl.po', 'codes/locale/de.po') },
          logs: [
            lines(
              '02:44',
              '03:11',
              5_000,
              'codes-1',
              (_i, t) =>
                `[${t.slice(0, 10)} ${t.slice(11, 19)},004: WARNING/MainProcess] The broker_connection_retry configuration setting will no longer determine whether broker connection retries are made during startup in Celery 6.0 and above`,
            ),
            lines(
              '03:06:40',
              '03:11',
              2_000,
              'codes-1',
              (i, t) =>
                `[${t.slice(0, 10)} ${t.slice(11, 19)},421: ERROR/ForkPoolWorker-${1 + (i % 8)}] Task codes.tasks.send[${i}] raised unexpected: TwilioRestException('HTTP 503 error: Unable to create record: Service Unavailable https://api.twilio.com/2010-04-01/Accounts/Messages.json')`,
            ),
          ],
          metrics: [steps('error_rate', '%', ['01:00', 0.4], ['03:06', 97])],
        },
      },
    }),
  },
  {
    name: 'the probe was wrong, not the service',
    story: 'An outside check failed twice because of its own network. Everything measures as on any night.',
    answer: ['healthy'],
    readings: night({
      startedAt: '03:12',
      now: '03:15',
      service: 'blog',
      metric: null,
      alerts: ['Uptime check failed: blog (connection timeout from eu-west probe)'],
      about: {
        blog: {
          dependsOn: ['blog-db'],
          deploys: [deploy('71', '02:55', 'New post: autumn', 'eva'), deploy('70', '13:00', 'deps')],
          comparisons: { 71: files('content/posts/autumn.md') },
          logs: [
            fine(3_000, 'blog-1', 'blog-2'),
            lines(
              '02:44',
              '03:15',
              70_000,
              'blog-1',
              (i, t) => `${t} WARN  slow request ${i} 1203ms path=/feed.xml`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.3]),
            steps('latency', 'ms', ['01:00', 48]),
            steps('request_rate', '/s', ['01:00', 15]),
            steps('cpu_usage', '%', ['01:00', 12]),
          ],
        },
        'blog-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:00', 8])] },
      },
    }),
  },
  {
    name: 'logs do not answer, nothing changed',
    story:
      'Errors rise at 03:07. The logs cannot be read, the last deploy is of yesterday, nothing else moves.',
    answer: ['unknown'],
    readings: night({
      startedAt: '03:10',
      service: 'quotes',
      alerts: ['quotes 5xx'],
      silent: [{ source: 'Loki', what: 'logs of quotes' }],
      about: {
        quotes: {
          dependsOn: ['quotes-db'],
          deploys: [deploy('18', '16:10', 'fix: rounding')],
          logsFrom: null,
          metrics: [
            steps('error_rate', '%', ['01:00', 0.2], ['03:07', 14]),
            steps('request_rate', '/s', ['01:00', 40]),
            steps('cpu_usage', '%', ['01:00', 30]),
            steps('memory_usage', '%', ['01:00', 52]),
          ],
        },
        'quotes-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:00', 21])] },
      },
    }),
  },
  {
    name: 'slower and slower for an hour',
    story:
      'Latency creeps up since 02:00. No deploy for two days, no errors, traffic and dependencies as always; a partner whose certificate expired is complained of every night.',
    answer: ['unknown'],
    readings: night({
      startedAt: '03:12',
      service: 'recommend',
      metric: 'latency',
      alerts: ['recommend p99 latency warning'],
      about: {
        recommend: {
          dependsOn: ['features-cache'],
          deploys: [deploy('402', '12:00', 'model 2026-11', 'hal', { at: at('12:00') - 24 * 3_600_000 })],
          logs: [
            fine(4_000, 'rec-1', 'rec-2'),
            lines(
              '02:44',
              '03:13',
              45_000,
              'rec-1',
              (_i, t) =>
                `${t} WARN  partner feed skipped: curl: (60) SSL certificate problem: certificate has expired (feeds.oldpartner.example)`,
            ),
          ],
          metrics: [
            slope('latency', 'ms', ['01:00', 120], ['02:00', 120], ['03:13', 900]),
            steps('error_rate', '%', ['01:00', 0.1]),
            steps('request_rate', '/s', ['01:00', 65]),
            steps('cpu_usage', '%', ['01:00', 35]),
            steps('memory_usage', '%', ['01:00', 61]),
          ],
        },
        'features-cache': { kind: 'cache', metrics: [steps('cpu_usage', '%', ['01:00', 11])] },
      },
    }),
  },
  {
    name: 'a deploy of tests and texts before bare 500s',
    story: 'Errors without a reason since 03:09. The deploy of 03:04 changed the README and a test.',
    answer: ['unknown'],
    readings: night({
      startedAt: '03:12',
      service: 'billing',
      alerts: ['billing error rate'],
      about: {
        billing: {
          deploys: [
            deploy('56', '03:04', 'Explain the setup', 'finn'),
            deploy('55', '12:10', 'feat: tax rates'),
          ],
          comparisons: { 56: files('README.md', 'test/tax.test.ts') },
          logs: [
            fine(4_000, 'bill-1', 'bill-2'),
            lines(
              '03:09:10',
              '03:13',
              2_000,
              ['bill-1', 'bill-2'],
              (i, t) => `${t} "POST /invoices/${i}/pay HTTP/1.1" 500 21 "-" "okhttp/4.12.0"`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.1], ['03:09', 11]),
            steps('request_rate', '/s', ['01:00', 22]),
            steps('cpu_usage', '%', ['01:00', 25]),
          ],
        },
      },
    }),
  },
  {
    name: 'sockets hang up, and somebody else deployed',
    story:
      'Now and then a connection to a healthy dependency is cut. A sibling was deployed at 03:05, but it does not talk to either.',
    answer: ['unknown'],
    readings: night({
      startedAt: '03:12',
      service: 'feed',
      alerts: ['feed error rate'],
      about: {
        feed: {
          dependsOn: ['posts'],
          deploys: [deploy('140', '15:00', 'feat: pinned posts')],
          logs: [
            fine(3_000, 'feed-1', 'feed-2'),
            lines(
              '03:08:40',
              '03:13',
              6_000,
              ['feed-1', 'feed-2'],
              (i, t) =>
                `${t} ERROR request ${i} failed: Error: socket hang up\n    at connResetException (node:internal/errors:787:14)\n    at Socket.socketOnEnd (node:_http_client:519:23) { code: 'ECONNRESET' }`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.1], ['03:08', 3.2]),
            steps('request_rate', '/s', ['01:00', 75]),
            steps('latency', 'ms', ['01:00', 40]),
          ],
        },
        posts: {
          deploys: [deploy('77', '12:00', 'chore: deps')],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.1]),
            steps('latency', 'ms', ['01:00', 14]),
            steps('cpu_usage', '%', ['01:00', 20]),
          ],
        },
        newsletter: {
          health: null,
          deploys: [deploy('9', '03:05', 'feat: weekly digest', 'uli')],
          metrics: [steps('request_rate', '/s', ['01:00', 2])],
        },
      },
    }),
  },
  {
    name: 'the deploy came after it had begun',
    story:
      'Errors begin at 02:51; #230 of 03:02 was somebody hoping to help. No word of why: timeouts of a queue that measures well.',
    answer: ['unknown'],
    readings: night({
      startedAt: '03:14',
      service: 'notify',
      alerts: ['notify failures above 3% for 20m'],
      about: {
        notify: {
          dependsOn: ['notify-rabbit'],
          deploys: [
            deploy('230', '03:02', 'try: longer timeout', 'max'),
            deploy('229', '12:10', 'feat: digest'),
          ],
          comparisons: { 230: files('config/queue.yml', 'lib/publisher.rb') },
          logs: [
            fine(4_000, 'notify-1', 'notify-2'),
            lines(
              '02:51:10',
              '03:15',
              9_000,
              ['notify-1', 'notify-2'],
              (i, t) =>
                `${t} ERROR publish ${i}: Timeout::Error: execution expired after 5s waiting for publisher confirm`,
            ),
          ],
          metrics: [
            steps('error_rate', '%', ['01:00', 0.2], ['02:51', 6]),
            steps('request_rate', '/s', ['01:00', 33]),
          ],
        },
        'notify-rabbit': {
          kind: 'queue',
          metrics: [
            steps('cpu_usage', '%', ['01:00', 15]),
            slope('memory_usage', '%', ['01:00', 30], ['03:15', 31]),
          ],
        },
      },
    }),
  },
];

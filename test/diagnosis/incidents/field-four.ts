// More nights, written after the rules had learnt from the others and scored before they changed again: what lies elsewhere.
import { said } from './blind-again-one.ts';
import { at, deploy, files, type IncidentFixture, night, steps } from './night.ts';

export const FIELD_FOUR: readonly IncidentFixture[] = [
  {
    name: 'our own certificate for the bank',
    story: 'The bank asks for a client certificate; ours ended. The bank itself is well.',
    answer: ['certificate transfers'],
    readings: night({
      startedAt: '00:09',
      now: '00:12',
      service: 'transfers',
      alerts: ['transfers: failed payments'],
      about: {
        transfers: {
          dependsOn: ['transfers-db'],
          deploys: [deploy('44', '23:51', 'feat: sort by date', 'ada'), deploy('43', '13:00', 'deps')],
          comparisons: { 44: files('internal/list/sort.go') },
          logs: said(`
23:39 00:12 5 | tr-1 tr-2 | {t} INFO booked {h}
00:05:10 00:12 3 | tr-1 tr-2 | {t} ERROR submit batch: Post "https://xs2a.bank.example/v1/batch": remote error: tls: expired certificate
`),
          metrics: [
            steps('error_rate', '%', ['22:09', 0.1], ['00:05', 66]),
            steps('request_rate', '/s', ['22:09', 4]),
          ],
        },
        'transfers-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['22:09', 12])] },
      },
    }),
  },
  {
    name: 'the safe is locked',
    story: 'Vault was restarted by a patch of its host and waits sealed; nobody gets new database passwords.',
    answer: ['dependency-down vault'],
    readings: night({
      startedAt: '02:31',
      now: '02:35',
      service: 'invoices',
      alerts: ['invoices: 5xx above 20%'],
      about: {
        invoices: {
          dependsOn: ['vault', 'invoices-db'],
          deploys: [
            deploy('81', '02:05', 'feat: logo on the second page', 'uli'),
            deploy('80', '14:00', 'deps'),
          ],
          comparisons: { 81: files('lib/pdf/page.rb', 'assets/logo.svg') },
          logs: said(`
02:01 02:35 5 | inv-1 inv-2 | {t} INFO invoice {h} made
02:27:30 02:35 4 | inv-1 inv-2 | {t} ERROR could not renew lease: Error making API request. URL: PUT http://vault:8200/v1/sys/leases/renew Code: 503. Errors: * Vault is sealed
`),
          metrics: [
            steps('error_rate', '%', ['00:31', 0.1], ['02:27', 41]),
            steps('request_rate', '/s', ['00:31', 8]),
          ],
        },
        vault: { health: { desired: 1, running: 1, healthy: 0 } },
        'invoices-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['00:31', 15])] },
      },
    }),
  },
  {
    name: 'the language model is overloaded',
    story:
      'The API of the model answers 529 and 500 for an hour. The deploy of five minutes before changed a prompt.',
    answer: ['provider api.anthropic.com'],
    readings: night({
      startedAt: '09:16',
      now: '09:20',
      service: 'assistant',
      alerts: ['assistant: failed answers above 10%'],
      about: {
        assistant: {
          dependsOn: ['assistant-redis'],
          deploys: [
            deploy('302', '09:08', 'prompt: shorter greeting', 'fay'),
            deploy('301', '00:10', 'deps'),
          ],
          comparisons: { 302: files('prompts/greeting.md', 'assistant/prompts.py') },
          logs: said(`
08:46 09:20 4 | as-1 as-2 | {k} INFO assistant.chat answered {h} in {900..2900} ms
09:13:20 09:20 2 | as-1 as-2 | {k} ERROR assistant.chat POST https://api.anthropic.com/v1/messages failed: Error code: 529 - overloaded_error: Overloaded
09:14:10 09:20 7 | as-1 as-2 | {k} ERROR assistant.chat POST https://api.anthropic.com/v1/messages failed: Error code: 500 - Internal server error
`),
          metrics: [
            steps('error_rate', '%', ['07:16', 0.4], ['09:13', 36]),
            steps('request_rate', '/s', ['07:16', 12]),
          ],
        },
        'assistant-redis': { kind: 'cache', metrics: [steps('memory_usage', '%', ['07:16', 22])] },
      },
    }),
  },
  {
    name: 'the rented database has no room',
    story: 'A replication slot nobody reads kept the WAL; RDS says storage-full, and takes no connections.',
    answer: ['disk-full crm-db'],
    readings: night({
      startedAt: '04:12',
      now: '04:16',
      service: 'crm',
      alerts: ['crm: down'],
      about: {
        crm: {
          dependsOn: ['crm-db'],
          deploys: [deploy('12', '03:58', 'fix: order of tabs', 'leo'), deploy('11', '14:00', 'deps')],
          comparisons: { 12: files('app/tabs.py') },
          logs: said(`
03:42 04:09 5 | crm-1 | {k} INFO crm.web GET /contacts 200
04:09:30 04:16 3 | crm-1 | {k} ERROR crm.web django.db.utils.OperationalError: connection to server at "crm-prod.c9.eu-west-1.rds.amazonaws.com" (10.3.0.4), port 5432 failed: Connection refused
`),
          metrics: [
            steps('error_rate', '%', ['02:12', 0.1], ['04:09', 99]),
            steps('request_rate', '/s', ['02:12', 7]),
          ],
        },
        'crm-db': {
          kind: 'database',
          database: {
            cluster: 'crm-prod',
            engine: 'postgres',
            primary: 'crm-prod',
            status: 'storage-full',
            replicas: [],
            downtimeMs: null,
            events: [
              {
                at: at('04:08:40'),
                text: 'The free storage capacity for DB Instance crm-prod has been exhausted.',
              },
            ],
          },
          metrics: [steps('connections', 'count', ['02:12', 20], ['04:09', 0])],
        },
      },
    }),
  },
  {
    name: 'mongo elects another',
    story:
      'The primary was cut off for ten seconds; an election made another one. The driver of the app keeps the old connection.',
    answer: ['failover profiles-mongo', 'read-only profiles-mongo'],
    readings: night({
      startedAt: '05:33',
      now: '05:36',
      service: 'profiles',
      alerts: ['profiles: writes fail'],
      about: {
        profiles: {
          dependsOn: ['profiles-mongo'],
          deploys: [deploy('3', '05:20', 'feat: nicknames', 'bo'), deploy('2', '13:00', 'deps')],
          comparisons: { 3: files('src/nick.ts') },
          logs: said(`
05:03 05:36 4 | pr-1 | {"level":30,"time":"{t}","msg":"saved","ms":{3..9}}
05:31:20 05:36 2 | pr-1 | {"level":50,"time":"{t}","msg":"save failed","err":{"type":"MongoServerError","message":"not primary","code":10107}}
`),
          metrics: [
            steps('error_rate', '%', ['03:33', 0.1], ['05:31', 55]),
            steps('request_rate', '/s', ['03:33', 15]),
          ],
        },
        'profiles-mongo': {
          kind: 'database',
          logs: said(`
05:31:05 | mongo-2 | {"t":{"$date":"{t}"},"s":"I","c":"ELECTION","id":21450,"ctx":"ReplCoord-3","msg":"Election succeeded, assuming primary role","attr":{"term":41}}
05:31:08 | mongo-1 | {"t":{"$date":"{t}"},"s":"I","c":"REPL","id":21358,"ctx":"ReplCoord-1","msg":"Replica set state transition","attr":{"newState":"ROLLBACK","oldState":"PRIMARY"}}
`),
          metrics: [steps('cpu_usage', '%', ['03:33', 20])],
        },
      },
    }),
  },
  {
    name: 'search needs more heap',
    story:
      'A dashboard of the analysts asks for a million buckets; the parent breaker of Elasticsearch trips for everybody.',
    answer: ['out-of-memory search-es', 'saturation search-es'],
    readings: night({
      startedAt: '14:21',
      now: '14:25',
      service: 'search',
      alerts: ['search: 5xx above 5%'],
      about: {
        search: {
          dependsOn: ['search-es', 'search-redis'],
          deploys: [deploy('70', '14:06', 'feat: bold matches', 'cy'), deploy('69', '12:10', 'deps')],
          comparisons: { 70: files('web/result.tsx') },
          logs: said(`
13:51 14:25 3 | se-1 se-2 | {t} INFO q={h} 20 hits
14:18:40 14:25 2 | se-1 se-2 | {t} ERROR elasticsearch.ApiError: ApiError(429, 'circuit_breaking_exception', '[parent] Data too large, data for [<http_request>] would be [8167200120/7.6gb], which is larger than the limit of [8127315968/7.5gb]')
`),
          metrics: [
            steps('error_rate', '%', ['12:21', 0.1], ['14:18', 31]),
            steps('request_rate', '/s', ['12:21', 40]),
          ],
        },
        'search-es': {
          kind: 'database',
          metrics: [
            steps('heap_usage', '%', ['12:21', 61], ['14:18', 97]),
            steps('cpu_usage', '%', ['12:21', 40], ['14:18', 88]),
          ],
        },
        'search-redis': { kind: 'cache', metrics: [steps('memory_usage', '%', ['12:21', 30])] },
      },
    }),
  },
  {
    name: 'the network between',
    story: 'A switch loses packets between the app and its database. Neither says more than that it waits.',
    answer: ['unknown', 'dependency-down stock-db'],
    readings: night({
      startedAt: '06:14',
      now: '06:18',
      service: 'stock',
      alerts: ['stock: 5xx above 5%'],
      about: {
        stock: {
          dependsOn: ['stock-db'],
          deploys: [deploy('9', '15:00', 'deps')],
          health: { desired: 2, running: 2, healthy: 2 },
          logs: said(`
05:44 06:18 3 | st-1 st-2 | {t} INFO counted {h}
06:11:20 06:18 4 | st-1 st-2 | {t} ERROR query: read tcp 10.1.0.4:{40000..60000}->10.1.0.9:5432: i/o timeout
`),
          metrics: [
            steps('error_rate', '%', ['04:14', 0.1], ['06:11', 17]),
            steps('request_rate', '/s', ['04:14', 22]),
          ],
        },
        'stock-db': {
          kind: 'database',
          metrics: [steps('cpu_usage', '%', ['04:14', 20]), steps('connections', 'count', ['04:14', 30])],
        },
      },
    }),
  },
  {
    name: 'an alarm with a wrong number',
    story:
      'The threshold was typed in seconds instead of milliseconds; all is as usual, the deploy is innocent.',
    answer: ['healthy'],
    readings: night({
      startedAt: '15:40',
      now: '15:42',
      service: 'maps',
      metric: 'latency',
      alerts: ['maps: latency above 0.2'],
      about: {
        maps: {
          deploys: [deploy('6', '15:33', 'feat: contour lines', 'ty'), deploy('5', '12:30', 'deps')],
          comparisons: { 6: files('src/contour.rs') },
          health: { desired: 3, running: 3, healthy: 3 },
          logs: said(`
15:10 15:42 2 | m-1 m-2 | {t} INFO tile {h} in {4..9}ms
15:10 15:42 70 | m-1 m-2 | {t} WARN tile {h} not in the cache, drawn
`),
          metrics: [
            steps('latency', 'ms', ['13:40', 12]),
            steps('error_rate', '%', ['13:40', 0.1]),
            steps('request_rate', '/s', ['13:40', 300]),
            steps('up', 'boolean', ['13:40', 1]),
          ],
        },
      },
    }),
  },
];

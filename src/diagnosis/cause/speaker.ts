// Whose answer a line repeats: each kind of software has its own words, and is one of those that the complainer needs.
import type { ServiceKind } from '../../domain/resource.ts';
import type { Readings } from './readings.ts';

interface Software {
  /** In the words of its errors, its drivers, or the addresses it has where it is rented. */
  says: RegExp;
  /** As people call a service of it. */
  names: RegExp;
  kind: ServiceKind;
}

const SOFTWARE: readonly Software[] = [
  {
    says: /READONLY You can't|OOM command not allowed|used memory > 'maxmemory'|MISCONF|MASTERDOWN|CLUSTERDOWN|NOAUTH|WRONGPASS|\bredis\b|jedis|lettuce|ReplyError|\.cache\.amazonaws\.com|\.redis\.cache\.windows\.net|valkey|memcached?\b/i,
    names: /redis|valkey|keydb|dragonfly|memcache|cache|session/i,
    kind: 'cache',
  },
  {
    says: /cluster_block_exception|FORBIDDEN\/\d{1,2}\/|flood-stage|elasticsearch|opensearch|es_rejected|circuit_breaking_exception|\.es\.amazonaws\.com|Data too large, data for/i,
    names: /elastic|opensearch|search|\bes\b|[-_]es\b|logs|index/i,
    kind: 'database',
  },
  {
    says: /NotWritablePrimary|MongoServer|mongodb|\bmongo\b|not primary\b|PrimarySteppedDown|pymongo|\.mongodb\.net|\.docdb\.amazonaws/i,
    names: /mongo|docdb/i,
    kind: 'database',
  },
  {
    says: /\bmysql|mariadb|--(?:super-)?read-only option|Lock wait timeout exceeded|Deadlock found|InnoDB|SQLSTATE\[HY000\]|\bERROR 1\d{3}\b|The table '[^']{1,80}' is full/i,
    names: /mysql|maria|aurora|percona|sql/i,
    kind: 'database',
  },
  {
    says: /SQLSTATE|psycopg|asyncpg|\bpq: |\bPG::|PSQLException|Npgsql|postgres|in a read-only transaction|deadlock detected|lock timeout|could not extend file|could not obtain lock|\bpgx?\b|\.rds\.amazonaws\.com|\bActiveRecord::|django\.db/i,
    names: /postgres|\bpg\b|[-_]pg\b|aurora|sql|[-_]?db\b/i,
    kind: 'database',
  },
  {
    says: /SqlException|deadlock victim|Lock request time|filegroup is full|transaction log for database|because the database is read-only|\bORA-\d{5}|\.database\.windows\.net|cassandra|scylla|database is locked/i,
    names: /mssql|oracle|sql|cassandra|[-_]?db\b/i,
    kind: 'database',
  },
  {
    says: /kafka|rabbit|amqp|\bpika\b|\bnats\b|jetstream|Publishers will be blocked|NOT_LEADER|NotLeader|pulsar|activemq|\.mq\.\w{2}-/i,
    names: /kafka|rabbit|mq\b|nats|queue|broker|events|stream|pulsar/i,
    kind: 'queue',
  },
];

const SURELY =
  /redis|valkey|memcache|elastic|opensearch|mongo|mysql|maria|postgres|mssql|oracle|cassandra|kafka|rabbit|nats/i;

export type Known = Pick<Readings['services'][number], 'name' | 'kind' | 'dependsOn' | 'instances'>;

/**
 * The service among those it needs that answered so; null: no software's words are in it, or several services could be it.
 * One that is called after the software is it; else the only one of its kind.
 */
export function speakerOf(text: string, own: string, services: readonly Known[]): string | null {
  const { dependsOn = [] } = services.find(({ name }) => name === own) ?? {};
  const needed = dependsOn.flatMap((name) => services.find((service) => service.name === name) ?? []);
  for (const { says, names, kind } of SOFTWARE) {
    if (!says.test(text)) continue;
    // What is configured as an application is seldom one where it is called like its software.
    const ofKind = needed.filter(
      (service) =>
        service.kind === kind ||
        (service.kind === 'app' && SURELY.test(service.name) && names.test(service.name)),
    );
    const called = ofKind.filter(({ name }) => names.test(name));
    const [only, ...more] = called.length > 0 ? called : ofKind;
    if (only && more.length === 0) return only.name;
  }
  return null;
}

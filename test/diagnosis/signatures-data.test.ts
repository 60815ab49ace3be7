// What databases, caches, queues and their drivers write, in trouble and on a good day.
import { tellLines } from './told-lines.ts';

tellLines(`
## PostgreSQL
disk-full | PANIC:  could not write to file "pg_wal/xlogtemp.4471": No space left on device
disk-full | ERROR:  could not extend file "base/16384/2619": No space left on device
locks | ERROR:  deadlock detected
locks | ERROR:  canceling statement due to lock timeout
locks | LOG:  process 8812 still waiting for ShareLock on transaction 91823 after 1000.112 ms
locks | LOG:  process 311 acquired AccessExclusiveLock on relation 16402 of database 16384 after 31822.114 ms
pool | FATAL:  sorry, too many clients already
pool | FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute
credentials | FATAL:  password authentication failed for user "shop"
credentials | FATAL:  no pg_hba.conf entry for host "10.2.0.9", user "shop", database "shop", no encryption
credentials | ERROR:  permission denied for table invoices
read-only | ERROR:  cannot execute INSERT in a read-only transaction
schema | ERROR:  column o.gift_note does not exist at character 31
schema | ERROR:  relation "public.coupons" does not exist
schema | ERROR:  null value in column "plan" of relation "subscriptions" violates not-null constraint
refused | FATAL:  the database system is starting up
refused | FATAL:  terminating connection due to administrator command
refused | server closed the connection unexpectedly
timeout | ERROR:  canceling statement due to statement timeout
saturated | LOG:  duration: 18211.402 ms  statement: SELECT * FROM orders WHERE ref = $1
saturated | LOG:  checkpoints are occurring too frequently (9 seconds apart)
out-of-memory | ERROR:  out of memory DETAIL:  Failed on request of size 1048576 in memory context "ExecutorState".
configuration | FATAL:  configuration file "/etc/postgresql/postgresql.conf" contains errors
none | LOG:  checkpoint complete: wrote 412 buffers (2.5%); 0 WAL file(s) added, 0 removed, 1 recycled
none | LOG:  automatic vacuum of table "shop.public.orders": index scans: 1
none | LOG:  connection authorized: user=shop database=shop SSL enabled
none | LOG:  duration: 12.221 ms  statement: SELECT 1
## MySQL and MariaDB
pool | ERROR 1040 (HY000): Too many connections
pool | ERROR 1203 (42000): User shop already has more than 'max_user_connections' active connections
locks | ERROR 1213 (40001): Deadlock found when trying to get lock; try restarting transaction
locks | ERROR 1205 (HY000): Lock wait timeout exceeded; try restarting transaction
credentials | ERROR 1045 (28000): Access denied for user 'shop'@'10.0.0.3' (using password: YES)
read-only | ERROR 1290 (HY000): The MySQL server is running with the --super-read-only option so it cannot execute this statement
disk-full | [ERROR] [MY-012820] Disk is full writing './binlog.000412' (OS errno 28 - No space left on device). Waiting for someone to free space...
schema | ERROR 1054 (42S22): Unknown column 'u.nick' in 'field list'
schema | ERROR 1146 (42S02): Table 'shop.coupons' doesn't exist
refused | ERROR 2003 (HY000): Can't connect to MySQL server on 'db' (111)
refused | (2013, 'Lost connection to MySQL server during query')
refused | SQLSTATE[HY000]: General error: 2006 MySQL server has gone away
dns | ERROR 2005 (HY000): Unknown MySQL server host 'orders-db' (-2)
saturated | # Query_time: 31.201182  Lock_time: 0.000004 Rows_sent: 1  Rows_examined: 88000000
configuration | [ERROR] [MY-000067] [Server] unknown variable 'query_cache_size=0'.
timeout | (3024, 'Query execution was interrupted, maximum statement execution time exceeded')
none | [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.4.3'
none | [Note] Aborted connection 412 to db: 'shop' user: 'shop' (Got an error reading communication packets)
## SQL Server and Oracle
pool | System.InvalidOperationException: Timeout expired.  The timeout period elapsed prior to obtaining a connection from the pool.
disk-full | The transaction log for database 'Shop' is full due to 'LOG_BACKUP'.
disk-full | Could not allocate space for object 'dbo.Orders' in database 'Shop' because the 'PRIMARY' filegroup is full.
locks | Transaction (Process ID 71) was deadlocked on lock resources with another process and has been chosen as the deadlock victim.
locks | Lock request time out period exceeded.
credentials | Login failed for user 'shop'.
schema | Invalid column name 'GiftNote'.
schema | Invalid object name 'dbo.Coupons'.
read-only | Failed to update database "Shop" because the database is read-only.
refused | A network-related or instance-specific error occurred while establishing a connection to SQL Server.
out-of-memory | There is insufficient system memory in resource pool 'default' to run this query.
disk-full | ORA-01653: unable to extend table SHOP.ORDERS by 128 in tablespace USERS
disk-full | ORA-00257: archiver error. Connect AS SYSDBA only until resolved.
credentials | ORA-01017: invalid username/password; logon denied
credentials | ORA-28001: the password has expired
refused | ORA-12541: TNS:no listener
pool | ORA-00020: maximum number of processes (300) exceeded
pool | ORA-12516: TNS:listener could not find available handler with matching protocol stack
locks | ORA-00060: deadlock detected while waiting for resource
schema | ORA-00942: table or view does not exist
read-only | ORA-16000: database or pluggable database open for read-only access
out-of-memory | ORA-04031: unable to allocate 4160 bytes of shared memory
none | Recovery completed for database Shop (database ID 7) in 2 second(s)
## MongoDB and Cassandra
refused | MongoServerSelectionError: connect ECONNREFUSED 10.0.4.2:27017
refused | No replica set members match selector "Primary()"
read-only | MongoServerError: not primary
read-only | NotWritablePrimary: node is not in primary or recovering state
pool | WaitQueueTimeoutError: Timed out while checking out a connection from connection pool
credentials | MongoServerError: bad auth : Authentication failed.
credentials | not authorized on shop to execute command { find: "orders" }
locks | WriteConflict error: this operation conflicted with another operation. Please retry your operation or multi-document transaction.
refused | com.datastax.driver.core.exceptions.NoHostAvailableException: All host(s) tried for query failed
saturated | INFO  [ScheduledTasks:1] MessagingMetrics.java:206 - MUTATION messages were dropped in last 5000 ms: 412 MUTATION messages were dropped
schema | InvalidRequest: Error from server: code=2200 [Invalid query] message="unconfigured table coupons"
credentials | Provided username app and/or password are incorrect
none | {"t":{"$date":"2026-11-23T01:00:00Z"},"s":"I","c":"NETWORK","id":22943,"msg":"Connection accepted"}
## Elasticsearch and OpenSearch
disk-full | flood stage disk watermark [95%] exceeded on [kX2][es-2], all indices on this node will be marked read-only
disk-full | cluster_block_exception: index [products-v7] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)];
out-of-memory | [parent] Data too large, data for [<http_request>] would be [8167200120/7.6gb], which is larger than the limit
saturated | EsRejectedExecutionException: rejected execution of coordinating operation
refused | {"error":{"type":"master_not_discovered_exception","reason":null},"status":503}
credentials | unable to authenticate user [shop] for REST request [/_search]
schema | mapper_parsing_exception: failed to parse field [price] of type [float]
configuration | java.lang.IllegalArgumentException: unknown setting [discovery.zen.ping] please check that any required plugins are installed
configuration | bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low
none | [INFO ][o.e.c.r.a.AllocationService] [es-1] Cluster health status changed from [YELLOW] to [GREEN]
## Redis, Valkey and memcached
read-only | READONLY You can't write against a read only replica.
out-of-memory | OOM command not allowed when used memory > 'maxmemory'.
disk-full | MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.
credentials | NOAUTH Authentication required.
credentials | WRONGPASS invalid username-password pair or user is disabled.
credentials | NOPERM this user has no permissions to run the 'flushall' command
refused | LOADING Redis is loading the dataset in memory
refused | CLUSTERDOWN The cluster is down
refused | MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.
pool | ERR max number of clients reached
pool | redis: connection pool timeout
pool | redis.clients.jedis.exceptions.JedisExhaustedPoolException: Could not get a resource from the pool
refused | [ioredis] Unhandled error event: Error: connect ECONNREFUSED 10.0.0.4:6379
timeout | Error: connect ETIMEDOUT
out-of-memory | SERVER_ERROR out of memory storing object
pool | accept4(): No file descriptors, too many open connections
configuration | *** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***
none | 1:M 23 Nov 2026 01:00:01.118 * 100 changes in 300 seconds. Saving...
none | 1:M 23 Nov 2026 01:00:01.118 * Background saving terminated with success
## Kafka, RabbitMQ, NATS and the like
refused | Connection to node -1 (kafka/10.0.0.9:9092) could not be established. Broker may not be available.
dns | No resolvable bootstrap urls given in bootstrap.servers
dns | Couldn't resolve server kafka:9092 from bootstrap.servers as DNS resolution failed for kafka
timeout | org.apache.kafka.common.errors.TimeoutException: Expiring 12 record(s) for clicks-4:120000 ms has passed since batch creation
unavailable | org.apache.kafka.common.errors.NotEnoughReplicasException: Messages are rejected since there are fewer in-sync replicas than required.
saturated | consumer poll timeout has expired. This means the time between subsequent calls to poll() was longer than the configured max.poll.interval.ms
credentials | org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [orders]
credentials | SaslAuthenticationException: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512
schema | org.apache.kafka.common.errors.SerializationException: Error deserializing Avro message for id 412
schema | Schema being registered is incompatible with an earlier schema for subject "orders-value"
disk-full | [warning] <0.467.0> disk resource limit alarm set on node 'rabbit@mq-1'.
out-of-memory | [warning] <0.467.0> memory resource limit alarm set on node 'rabbit@mq-1'.
credentials | ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.
refused | CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'
refused | pika.exceptions.AMQPConnectionError
refused | nats: no servers available for connection
refused | nats: no responders available for request
credentials | nats: Authorization Violation
disk-full | nats: insufficient storage resources available
refused | org.apache.zookeeper.KeeperException$ConnectionLossException: KeeperErrorCode = ConnectionLoss for /brokers
disk-full | etcdserver: mvcc: database space exceeded
refused | etcdserver: no leader
saturated | {"level":"warn","msg":"apply request took too long","took":"1.8s","expected-duration":"100ms"}
refused | Unexpected response code: 500 (No cluster leader)
rate-limit | AWS.SimpleQueueService.RequestThrottled: Request is throttled.
none | [GroupCoordinator 2]: Stabilized group order-tax generation 41 with 3 members
none | [info] <0.900.12> accepting AMQP connection <0.900.12> (10.0.4.8:40000 -> 10.0.7.5:5672)
none | Rolled new log segment at offset 8100412 in 2 ms. (kafka.log.LocalLog)
`);

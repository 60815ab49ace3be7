// What databases and those who speak to them write: tables, locks, connections, who may be written to, who is too busy.

/** Patroni, PostgreSQL, Redis and its Sentinel, MongoDB, MySQL's group replication, RDS, orchestrators. */
export const FAILED_OVER: readonly RegExp[] = [
  /promoted self to leader|received promote request|\+switch-master|\+failover-end|MASTER MODE enabled|Failover auth granted|failover (?:has )?(?:started|completed|initiated|triggered|succeeded)|promoting (?:replica|standby|slave)/i,
  /(?:Starting|Completed) (?:same|cross) AZ failover|failover to standby complete|promoted to (?:primary|master|leader)|transition to primary complete|election succeeded|elected (?:as )?(?:the )?(?:new )?(?:primary|master)\b|A new primary with address/i,
];

export const READ_ONLY: readonly RegExp[] = [
  /in a read-only transaction|READONLY You can't write against a read only|--read-only option|The MySQL server is running with the --(?:super-)?read-only|in a READ ONLY transaction|\b25006\b/i,
  /read-only file system|\bEROFS\b|remounting filesystem read-only|\bnot (?:the )?(?:primary|master|leader)\b(?! (?:key|branch|election))|NotWritablePrimary|NotMaster|PrimarySteppedDown|InterruptedDueToReplState/i,
  /because the database is read-only|\bORA-16000\b|open for read-only access|FORBIDDEN\/(?:5|8)\/index|during recovery\b.{0,5}$|ReadOnlySqlTransaction|database is in read[- ]only mode/i,
];

export const NO_SUCH_TABLE: readonly RegExp[] = [
  /column \S{1,120}(?: of relation \S{1,80})? does not exist|relation \S{1,120} does not exist|Unknown column|no such (?:table|column)|UndefinedColumn|UndefinedTable|type "[^"]{1,60}" does not exist/i,
  /doesn't exist in engine|Table '[^']{1,120}' doesn't exist|pending migrations?|Migrations are pending|PendingMigration|invalid (?:object|column) name|\bORA-009(?:42|04)\b|could not find stored procedure/i,
  /Migrations have failed validation|Detected failed migration|Migration checksum mismatch|Can't locate revision|Target database is not up to date|does not exist in the current database|unconfigured table|Undefined column name/i,
  /mapper_parsing_exception|strict_dynamic_mapping|incompatible with an earlier schema|Error deserializing (?:Avro|key\/value)|InvalidProtocolBuffer|Unrecognized field|UnrecognizedPropertyException|violates not-null constraint|cached plan must not change/i,
];

export const LOCKS: readonly RegExp[] = [
  /deadlock (?:detected|found)|lock wait timeout exceeded|lock timeout|still waiting for \w{1,30}Lock|could not obtain lock|database is locked|\bSQLITE_BUSY\b|LockWaitTimeout|waiting for (?:table )?metadata lock/i,
  /acquired \w{1,30}Lock on .{1,80} after \d{4,}|deadlock victim|Lock request time ?out|\bORA-0(?:0060|0054|2049)\b|\bLockTimeout\b|WriteConflict|ActiveRecord::Deadlocked/,
];

/** Pools of JVM, .NET, Node, Go, Python, Ruby, PHP, Rust and Elixir; and databases and proxies that let no more in. */
export const NO_CONNECTION_LEFT: readonly RegExp[] = [
  /pool (?:is |has been |was )?(?:exhausted|full|timed out|timeout)\b|timeout (?:after \d+ ?ms of )?(?:acquiring|waiting for)(?: a| idle)? (?:connection|object)|AcquisitionTimeout|AcquireTimeout|PoolTimedOut|(?:timed out|timeout) (?:waiting )?(?:for|while|fetching) .{0,30}(?:connection|pool)/i,
  /Connection is not available, request timed out|QueuePool limit|(?:could not|couldn't|cannot|failed to|unable to) (?:obtain|get|acquire|aquire|checkout|fetch)(?: a| the)? (?:new |JDBC |database |idle |resource from the )?(?:connection|pool)|no (?:free|available) connections?|connection available/i,
  /too many (?:connections|clients)|remaining connection slots are reserved|ConnectionPoolTimeout|WaitQueue(?:Timeout|Full)|max(?:imum)? (?:number of )?(?:connections|clients|sessions|processes) (?:reached|exceeded)|PoolExhausted|ExhaustedPool|max pool size was reached/i,
  /timeout exceeded when trying to connect|obtaining a connection from the pool|dropped from queue after \d+|query_wait_timeout|no more connections allowed|max_client_conn|more than 'max_user_connections'|max number of clients reached|waiting for a slot to become available/i,
  /\bORA-(?:00018|00020|12516|12519|12520)\b|connection limit \(?\d+\)? is reached|PoolAcquire(?:Timeout|Pending)|checkout a Connection has timed out|Too many open connections|\b53300\b/i,
];

export const CACHE_MISS: readonly RegExp[] = [
  /cache[ -_]?miss|thundering herd|stampede|dog-?pil|cache is cold|hit rate (?:dropped|is low)|not warm/i,
];

/** Work that waits: queues, workers, threads and logs of slow queries. */
export const TOO_BUSY: readonly RegExp[] = [
  /\bsaturated\b|queue (?:is )?full|rejecting (?:request|connection)|RejectedExecution|rejected execution|slow[- ]?query|backpressure|overload(?:ed)?\b|OverloadedException|load shed/i,
  /reached (?:pm\.max_children|MaxRequestWorkers)|seems busy \(you may need|worker_connections are not enough|scoreboard is full|threads \(\d+\) are currently busy|listen queue of socket|\bWORKER TIMEOUT\b|no idle workers/i,
  /Resource temporarily unavailable|can't start new thread|SYN flooding|table full, dropping packet|reset reason: overflow|event loop (?:is |was )?(?:blocked|lag)|thread ?pool (?:is )?starv|blocked for more than \d+ seconds/i,
  /\bLOG: {1,2}duration: \d{4,}|# Query_time: \d{1,4}(?:\.|\b)|apply request took too long|took too long \(\d|heartbeat on time|fsync-ing the write ahead log|checkpoints are occurring too frequently|Insufficient (?:cpu|memory)\b/,
  /dropped (?:in the last|\d{1,9} )\w{0,20}(?: ?MUTATION| ?READ)|\d+ MUTATION messages were dropped|consumer poll timeout has expired|Publishers will be blocked|max\.poll\.interval/i,
];

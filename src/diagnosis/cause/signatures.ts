// What programs write when something runs out, expires or is not there. A table: a new form is a line here.

/** What a line of a log says went wrong. */
export type Trouble =
  | 'disk-full'
  | 'out-of-memory'
  | 'certificate'
  | 'trust'
  | 'clock-skew'
  | 'dns'
  | 'rate-limit'
  | 'credentials'
  | 'configuration'
  | 'schema'
  | 'read-only'
  | 'file-descriptors'
  | 'locks'
  | 'pool'
  | 'cache-miss'
  | 'saturated'
  | 'refused'
  | 'unavailable'
  | 'timeout'
  | 'code';

export interface Signature {
  trouble: Trouble;
  /** As a colleague would say it. */
  words: string;
  /** Explains by itself, or asks for what is behind it. */
  role: 'root' | 'symptom';
  /** How often it is a deploy that brings it. */
  byDeploy: 'usual' | 'sometimes' | 'seldom';
  /** What helps that no command of ours does. */
  advice?: string;
  /** Any of them. Linear in the text: no repetition within a repetition. */
  says: readonly RegExp[];
}

/** In order: the first that matches a line is what it says. The exact before the general, roots before symptoms. */
export const SIGNATURES: readonly Signature[] = [
  {
    trouble: 'disk-full',
    words: 'the disk is full',
    role: 'root',
    byDeploy: 'seldom',
    advice: 'make room on that disk, or a larger one',
    // errno 28 of Linux in the words of C, Go, Java, Python and Rust; quotas (122); Redis, PostgreSQL, MySQL, Elasticsearch.
    says: [
      /no space left on device|\bENOSPC\b|StorageFull|disk quota exceeded|\bEDQUOT\b/i,
      /disk (?:is )?full|not enough (?:disk )?space|out of disk space|disk usage exceeded flood-stage|no inodes|disk resource limit alarm/i,
      /MISCONF Redis is configured to save|The table '[^']{1,80}' is full/,
    ],
  },
  {
    trouble: 'clock-skew',
    words: 'a clock is wrong',
    role: 'root',
    byDeploy: 'seldom',
    advice: 'compare the clocks (chronyc tracking, timedatectl) and let the wrong one be set again',
    // JWT libraries (nbf, iat), AWS signatures, Kerberos, Go's x509 with a time before the certificate's.
    says: [
      /not yet valid \(?(?:nbf|iat)|token (?:is )?not (?:yet valid|valid yet|active)|token used before issued|token (?:is )?too young|\biat\b[^.]{0,40}future|\bnbf\b[^.]{0,40}future/i,
      /issued (?:at|in) the future|RequestTimeTooSkewed|clock skew|Signature not yet current/i,
      /not yet valid: current time \S{1,40} is before|certificate is not yet valid|CERT_NOT_YET_VALID/i,
      /\bntpd?\b.{0,60}(?:offset|unsynchroni[sz]ed)|chronyd.{0,60}(?:wrong by|selected source lost)/i,
    ],
  },
  {
    trouble: 'certificate',
    words: 'a certificate has expired',
    role: 'root',
    byDeploy: 'seldom',
    advice: 'renew that certificate, and reload what holds the old one',
    says: [
      /certificate (?:has |is )?expired|certificate has expired|\bCERT_HAS_EXPIRED\b|CertificateExpiredException/i,
      /alert certificate expired|certificate verify failed: (?:certificate )?expired|CertPathValidatorException: validity check failed|x509: certificate has expired/i,
      /\bNotAfter:/,
    ],
  },
  {
    trouble: 'trust',
    words: 'a certificate is not trusted',
    role: 'root',
    byDeploy: 'sometimes',
    advice: 'compare who signed that certificate with the authorities known where it is checked',
    says: [
      /signed by unknown authority|unable to (?:get|verify).{0,30}(?:issuer|certificate)|self[- ]signed certificate|PKIX path building failed|unable to find valid certification path/i,
      /\b(?:DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT\w*)\b|certificate (?:is )?(?:not trusted|revoked)|tlsv1 alert unknown ca/i,
      /certificate is (?:not )?valid for|Hostname\/IP does not match|no alternative certificate subject name/i,
    ],
  },
  {
    trouble: 'out-of-memory',
    words: 'it runs out of memory',
    role: 'root',
    byDeploy: 'sometimes',
    // Kernel, Kubernetes, ECS, V8, JVM, Go, Python; 137 is 128 + SIGKILL.
    says: [
      /\bOOM-?Kill(?:ed|er)?\b|out of memory|OutOfMemory(?:Error|Exception)?|oom-kill:|cannot allocate memory|\bENOMEM\b/i,
      /exit(?:ed)?(?: with)?(?: status|[ _]?code)?[:=]? ?\(?137\b|heap out of memory|Reached heap limit|\bMemoryError\b/i,
      /OOM command not allowed when used memory/,
    ],
  },
  {
    trouble: 'dns',
    words: 'a name does not resolve',
    role: 'root',
    byDeploy: 'seldom',
    advice: 'ask the resolver itself (dig), and look at what serves it',
    says: [
      /\bNXDOMAIN\b|\bENOTFOUND\b|\bEAI_AGAIN\b|\bSERVFAIL\b|UnknownHostException|no such host/i,
      /temporary failure in name resolution|name or service not known|could not resolve host|lookup \S{1,120} on \S{1,60}: /i,
      /nodename nor servname provided|name does not resolve|getaddrinfo failed|can(?:no|')t resolve (?:host|')|failed to resolve/i,
    ],
  },
  {
    trouble: 'rate-limit',
    words: 'it is limited in how often it may ask',
    role: 'root',
    byDeploy: 'sometimes',
    advice: 'ask that service less, or for a larger quota',
    says: [
      /too many requests|\bThrottlingException\b|rate limit(?:ed)?(?: reached| exceeded)?\b|\bRESOURCE_EXHAUSTED\b|Rate exceeded/i,
      /quota (?:has been |was )?exceeded|exceeded (?:your|its|the) (?:\w+ )?quota|\b(?:status|code|statusCode|error|HTTP(?:\/\d\.\d)?)[ =:"]{1,3}429\b|\b429 Too\b|rate_limit_error|exceeded the rate limit/i,
      /RequestLimitExceeded|SlowDown: |ProvisionedThroughputExceeded/,
    ],
  },
  {
    trouble: 'credentials',
    words: 'its credentials are refused',
    role: 'root',
    byDeploy: 'sometimes',
    advice: 'compare the secret it uses with the one that holds',
    says: [
      /password authentication failed|Access denied for user|authentication failed|WRONGPASS|NOAUTH Authentication required/i,
      /InvalidClientTokenId|ExpiredToken(?:Exception)?\b|SignatureDoesNotMatch|UnrecognizedClientException|invalid api key|bad credentials/i,
      /\b(?:status|code)[ =:]{1,2}401\b|\b401 Unauthorized\b|invalid_client|AccessDenied(?:Exception)?\b/,
    ],
  },
  {
    trouble: 'read-only',
    words: 'what it writes to is read-only',
    role: 'root',
    byDeploy: 'seldom',
    says: [
      /in a read-only transaction|READONLY You can't write against a read only|--read-only option|The MySQL server is running with the --(?:super-)?read-only/i,
      /read-only file system|\bEROFS\b|not (?:the )?(?:primary|master|leader)\b|NotWritablePrimary|NotMaster/i,
    ],
  },
  {
    trouble: 'schema',
    words: 'the code and the tables do not agree',
    role: 'root',
    byDeploy: 'usual',
    says: [
      /column \S{1,120} does not exist|relation \S{1,120} does not exist|Unknown column|no such (?:table|column)|UndefinedColumn|UndefinedTable/i,
      /doesn't exist in engine|Table '[^']{1,120}' doesn't exist|pending migrations?|invalid object name/i,
    ],
  },
  {
    trouble: 'configuration',
    words: 'its configuration cannot be used',
    role: 'root',
    byDeploy: 'usual',
    says: [
      /(?:failed|unable|could not|cannot|error) (?:to )?(?:load|loading|parse|parsing|read|reading)(?: the)? (?:\S{1,60} )?(?:config|configuration|settings)/i,
      /invalid (?:configuration|config|setting|value for)|(?:configuration|config) (?:error|file .{1,80} (?:invalid|test failed))|\byaml: line \d+|YAMLException|toml: /i,
      /missing (?:required )?(?:environment variable|env|setting|config)|environment variable \S{1,60} (?:is )?(?:not set|missing|required)|is a required field|\bis not set\b.{0,40}\benv|nginx: \[emerg\]/i,
      /os\.environ\[|unknown (?:directive|configuration key|setting)|no such setting/,
    ],
  },
  {
    trouble: 'file-descriptors',
    words: 'it has no file descriptors left',
    role: 'root',
    byDeploy: 'sometimes',
    says: [/too many open files|\bEMFILE\b|\bENFILE\b/i],
  },
  {
    trouble: 'locks',
    words: 'its queries wait for locks',
    role: 'root',
    byDeploy: 'sometimes',
    says: [
      /deadlock (?:detected|found)|lock wait timeout exceeded|lock timeout|still waiting for \w{1,30}Lock|could not obtain lock|database is locked/i,
    ],
  },
  {
    trouble: 'pool',
    words: 'its connections to the database are used up',
    role: 'symptom',
    byDeploy: 'sometimes',
    // HikariPool, SQLAlchemy's QueuePool, knex, node-postgres, ActiveRecord, PostgreSQL, MySQL, MongoDB.
    says: [
      /pool (?:is )?(?:exhausted|full|timed out|timeout)|timeout (?:after \d+ ?ms of )?(?:acquiring|waiting for)(?: a| idle)? (?:connection|object)|AcquisitionTimeout|PoolTimedOut|(?:timed out|timeout) (?:waiting )?(?:for|while) .{0,30}(?:connection|pool)/i,
      /Connection is not available, request timed out|QueuePool limit|(?:could not|cannot|failed to|unable to) (?:obtain|get|acquire|aquire|checkout)(?: a| the)? (?:JDBC |database |idle )?connection|no (?:free|available) connections?/i,
      /too many (?:connections|clients)|remaining connection slots are reserved|ConnectionPoolTimeout|WaitQueueTimeoutError|max(?:imum)? (?:number of )?connections (?:reached|exceeded)/i,
    ],
  },
  {
    trouble: 'cache-miss',
    words: 'most reads miss the cache',
    role: 'symptom',
    byDeploy: 'sometimes',
    says: [
      /cache[ -_]?miss|thundering herd|stampede|dog-?pil|cache is cold|hit rate (?:dropped|is low)|not warm/i,
    ],
  },
  {
    trouble: 'saturated',
    words: 'it has more work than it can do',
    role: 'symptom',
    byDeploy: 'sometimes',
    says: [
      /\bsaturated\b|queue (?:is )?full|rejecting (?:request|connection)|RejectedExecutionException|slow query|backpressure|overload(?:ed)?\b|load shed/i,
    ],
  },
  {
    trouble: 'refused',
    words: 'connections are refused',
    role: 'symptom',
    byDeploy: 'seldom',
    says: [
      /\bECONNREFUSED\b|connection refused|could not connect to|no route to host|\bEHOSTUNREACH\b|\bENETUNREACH\b|server has gone away/i,
      /the database system is (?:starting up|shutting down|in recovery)|Broker not available|AMQPConnectionError|NoNodeAvailable|Communications link failure/i,
    ],
  },
  {
    trouble: 'unavailable',
    words: 'it is answered that there is nobody',
    role: 'symptom',
    byDeploy: 'seldom',
    says: [
      /\b50[234] (?:Bad Gateway|Service Unavailable|Service Temporarily Unavailable|Gateway Time-?out)|no healthy (?:upstream|instance|host)|upstream connect error|circuit (?:breaker )?(?:is )?open/i,
      /(?:status|code|responded|returned|->|HTTP(?:\/\d\.\d)?)[ =:"]{1,3}50[234]\b|\bServiceUnavailable\b|\bUNAVAILABLE\b|NOT_ENOUGH_REPLICAS|LEADER_NOT_AVAILABLE/,
    ],
  },
  {
    trouble: 'timeout',
    words: 'answers take too long',
    role: 'symptom',
    byDeploy: 'sometimes',
    says: [
      /\bE?TIMED ?OUT\b|\bETIMEDOUT\b|deadline exceeded|time-?out\b|TimeoutException|TimeoutError|Expiring \d+ record|socket hang up|connection reset/i,
    ],
  },
  {
    trouble: 'code',
    words: 'an error in its own code',
    role: 'symptom',
    byDeploy: 'usual',
    says: [
      /\b(?:TypeError|ReferenceError|AttributeError|NameError|NoMethodError|IndexError|KeyError|ValueError|SyntaxError|ImportError|ModuleNotFoundError|AssertionError)\b/,
      /NullPointerException|NullReferenceException|ClassCastException|ClassNotFoundException|NoSuchMethodError|IndexOutOfBounds|IllegalStateException|StackOverflow/,
      /panic: |nil pointer dereference|index out of range|segmentation fault|undefined method|is not a function|Cannot read propert|unwrap\(\)/i,
    ],
  },
];

/** Where a line names whom it spoke to; the first group is the host. */
export const HOST_FORMS: readonly RegExp[] = [
  /\bhttps?:\/\/([a-z0-9][a-z0-9.-]{0,120})/i,
  /\blookup ([a-z0-9][a-z0-9.-]{0,120}) on\b/i,
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH) ([a-z][a-z0-9.-]{0,120})/i,
  /\b(?:host|endpoint|upstream|server|address|hostname)[ =:]{1,2}"?([a-z][a-z0-9.-]{0,120}\.[a-z]{2,20}|[a-z][a-z0-9-]{1,60})\b/i,
  /\b(?:connection|connect|connecting) to "?([a-z][a-z0-9.-]{0,120})(?::\d{2,5}\b|(?= (?:failed|refused|timed|was|has)\b))/i,
  // Without a word before it, only what ends as hosts do and is written small: `app.services.billing` is a logger.
  /\b([a-z][a-z0-9-]{0,60}(?:\.[a-z0-9-]{1,60}){1,6}\.(?:com|net|org|io|dev|app|cloud|ai|co|eu|de|uk|us|fr|nl|jp|internal|local|lan|example|test|tech|info|gov|edu))(?::\d{2,5}|[\s/,;)"']|$)/,
];

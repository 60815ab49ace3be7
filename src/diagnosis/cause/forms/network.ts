// What programs write of names, quotas of others, and of those who do not answer.

/** A name that is not there, or whoever should know it does not answer. */
export const NO_NAME: readonly RegExp[] = [
  /\bNXDOMAIN\b|\bENOTFOUND\b|\bEAI_AGAIN\b|\bE?SERVFAIL\b|UnknownHostException|no such host|\bqueryA{1,4} E\w{4,12}\b|\bquery(?:Srv|Txt) E\w{4,12}\b/i,
  /temporary failure in name resolution|name or service not known|could not resolve host|\blookup \S{1,120} on \S{1,60}: |\blookup \S{1,120}: (?:no such|server misbehaving|i\/o timeout|temporary)/i,
  /nodename nor servname provided|name does not resolve|getaddrinfo failed|can(?:no|')t resolve (?:host|')|failed to resolve (?:'|host|name|address|"?[a-z0-9-]{1,60}\.)|no address associated with hostname/i,
  /failed to lookup address information|could not translate host name|Unknown MySQL server host|name resolver error|Unable to resolve (?:host|name)|No resolvable bootstrap|as DNS resolution failed/i,
  /host not found in upstream|could not be resolved \(|DNS resolution (?:for \S{1,80} )?(?:failed|failure)|DnsNameResolver\w{0,30}(?:Exception|Timeout)|Name service error for|\bDNS (?:NX|timeout|refused) status/i,
  /plugin\/errors: \d|HINFO: read udp|resolve: name resolution|dns error: |Host or domain name not found/i,
];
/** Not the name is wrong: nobody answers for any name. */
export const RESOLVER_SILENT =
  /\bEAI_AGAIN\b|\bE?SERVFAIL\b|temporary failure in name resolution|server misbehaving|i\/o timeout|query\w{1,4} E(?:TIMEOUT|CONNREFUSED)|DnsNameResolverTimeout|\(110: Operation timed out|read udp|plugin\/errors|connection refused/i;

export const LIMITED: readonly RegExp[] = [
  /too many requests\b(?! in flight)|\bThrottl(?:ing|ed)(?:Exception|Error)?\b(?: (?:failure|exception|error|by)|:|$|\))|ThrottlingException|ThrottledException|rate[- ]?limit(?:ed|ing)?(?: was| is| has been)? (?:reached|exceeded|hit|error)|\brate[- ]?limited\b|\bRESOURCE_EXHAUSTED\b|Rate exceeded/i,
  /quota (?:has been |was |is )?(?:exceeded|exhausted|reached)|exceeded (?:your|its|the) (?:\w+ ){0,3}(?:quota|limit)\b|OVER_(?:QUERY|DAILY|RATE)_LIMIT|\b(?:status|code|statusCode|error|HTTP(?:\/\d\.\d)?|returned|responded with|got|answered)[ =:"(]{1,3}429\b|\b429 (?:Too|Client)\b|-> 429\b|rate_limit_error|exceeded the rate limit/i,
  /RequestLimitExceeded|SlowDown\b|reduce your request rate|ProvisionedThroughputExceeded|TooManyRequests(?:Exception)?\b|LimitExceededException|RequestThrottled|(?:rate|quota|dailyLimit|userRateLimit)[lL]?i?m?i?t?Exceeded|request rate is large/,
  /REQUEST_LIMIT_EXCEEDED|RATE_?LIMIT(?:ED|_EXCEEDED)?"|insufficient_quota|reached your \w+ (?:rate )?limit|Maximum sending rate exceeded|Daily message quota|pull rate limit|toomanyrequests:|ENHANCE_YOUR_CALM|EnhanceYourCalm|calls per second for/i,
];

/** Connections that nobody takes; and databases, queues and directories that say that they are not there. */
export const NOT_TAKEN: readonly RegExp[] = [
  /\bECONNREFUSED\b|connection(?: was)? refused|could not connect to|no route to host|\bEHOSTUNREACH\b|\bENETUNREACH\b|(?:network|host) is unreachable|server has gone away|\bfetch failed\b|target machine actively refused/i,
  /the database system is (?:starting up|shutting down|in recovery)|Broker (?:may )?not (?:be )?available|AMQPConnectionError|NoNodeAvailable|Communications link failure|brokers? (?:are )?down\b/i,
  /server closed the connection unexpectedly|terminating connection due to administrator command|Lost connection to (?:MySQL|server)|Can't connect to (?:local )?(?:MySQL|server)|error occurred while establishing a connection to SQL Server/i,
  /\bORA-(?:12541|12514|03113|01034|01033|12537)\b|MongoServerSelectionError|ServerSelectionTimeout|No replica set members|NoHostAvailable|All host\(s\) tried|master_not_discovered/i,
  /LOADING Redis is loading|MASTERDOWN|CLUSTERDOWN|CONNECTION_FORCED|no servers available for connection|no responders|ConnectionLoss\b|etcdserver: (?:no leader|request timed out|leader changed)|No cluster leader/i,
  /Vault is sealed|code = Unavailable|nfs: server \S{1,80} not responding|Can't contact LDAP server|CommunicationException|Cannot contact any KDC|Stale file handle|SERVER_MARKED_DEAD/i,
];

export const NOBODY_THERE: readonly RegExp[] = [
  /\b50[234] (?:Bad Gateway|Service Unavailable|Service Temporarily Unavailable|Gateway Time-?out|Server Error)|no healthy (?:upstream|instance|host)|no live upstreams|upstream connect error|circuit ?(?:breaker )?(?:'[^']{1,60}' )?(?:is )?(?:now )?open\b/i,
  /(?:status|code|responded|returned|->|HTTP(?:\/\d\.\d)?)[ =:"(]{1,3}50[234]\b|\bServiceUnavailable\b|\bUNAVAILABLE\b|NOT_ENOUGH_REPLICAS|NotEnoughReplicas|LEADER_NOT_AVAILABLE|BrokenCircuitException|CallNotPermittedException/,
  /has no server available|no available server|prematurely closed connection|is DOWN, reason|upstream sent no valid|no server is available/i,
];
/** It is there and fails: of somebody else's, it is theirs. */
export const FAILS: readonly RegExp[] = [
  /\b(?:status|status code|code|returned|responded with|answered|HTTP(?:\/\d\.\d)?)[ =:"(]{1,3}5(?:00|20|21|22|23|24|25|26)\b|\b500 (?:Internal Server Error|Server Error)|InternalServerError|-> 500\b/i,
];

export const TOO_LATE: readonly RegExp[] = [
  /(?<![\w.-])(?:timed[ -]?out|time-?out)\b(?![=:] ?"?\d|s? (?:is )?set\b)|\bE?TIMEDOUT\b|\bETIMEOUT\b|deadline[_ ]exceeded|DeadlineExceeded|ECONNABORTED/i,
  /(?:timed ?out|timeout)(?:exception|error)|(?:Read|Connect|Write|Receive|Socket|Pool|Request)Timeout|Expiring \d+ record|socket hang up|connection reset|\bECONNRESET\b|canceling statement due to statement timeout|maximum statement execution time exceeded|context canceled/i,
];

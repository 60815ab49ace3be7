// What frameworks, runtimes and their libraries write, in trouble and on a good day.
import { tellLines } from './told-lines.ts';

tellLines(String.raw`
## JVM, Spring, Tomcat, Hikari, Netty
pool | HikariPool-1 - Connection is not available, request timed out after 30000ms (total=20, active=20, idle=0, waiting=61)
pool | PoolExhaustedException: [http-nio-8080-exec-7] Timeout: Pool empty. Unable to fetch a connection in 30 seconds, none available[size:100; busy:100; idle:0; lastwait:30000].
pool | Cannot get a connection, pool error Timeout waiting for idle object
pool | reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException: Pool#acquire(Duration) has been pending for more than the configured timeout of 45000ms
pool | org.apache.http.conn.ConnectionPoolTimeoutException: Timeout waiting for connection from pool
out-of-memory | java.lang.OutOfMemoryError: GC overhead limit exceeded
out-of-memory | java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached
saturated | java.util.concurrent.RejectedExecutionException: Task rejected from java.util.concurrent.ThreadPoolExecutor
saturated | All threads (200) are currently busy, waiting. Increase maxThreads (200) or check the servlet status
configuration | java.lang.IllegalArgumentException: Could not resolve placeholder 'billing.url' in value "${'$'}{billing.url}"
configuration | APPLICATION FAILED TO START
configuration | Web server failed to start. Port 8080 was already in use: java.net.BindException: Address already in use
code | java.lang.NullPointerException: Cannot invoke "String.length()" because "name" is null
code | java.lang.NoClassDefFoundError: com/acme/Tier
dns | java.net.UnknownHostException: rates.internal
dns | io.netty.resolver.dns.DnsNameResolverTimeoutException: [/10.0.0.2:53] query via UDP timed out after 5000 milliseconds
trust | javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target
certificate | java.security.cert.CertificateExpiredException: NotAfter: Tue Aug 18 09:41:38 UTC 2026
trust | javax.net.ssl.SSLPeerUnverifiedException: Certificate for <api.acme.example> doesn't match any of the subject alternative names: [acme.example]
unavailable | io.github.resilience4j.circuitbreaker.CallNotPermittedException: CircuitBreaker 'tax' is OPEN and does not permit further calls
timeout | java.net.SocketTimeoutException: Read timed out
schema | org.flywaydb.core.api.exception.FlywayValidateException: Validate failed: Migrations have failed validation
schema | com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException: Unrecognized field "tier" (class com.acme.Price)
clock-skew | io.jsonwebtoken.PrematureJwtException: JWT must not be accepted before 2026-11-23T02:07:22Z
none | Started PricingApplication in 9.412 seconds (process running for 10.3)
none | HikariPool-1 - Start completed.
none | Tomcat started on port 8080 (http) with context path '/'
## .NET, Kestrel, Npgsql
pool | Npgsql.NpgsqlException: The connection pool has been exhausted, either raise 'Max Pool Size' (currently 100) or 'Timeout' (currently 15 seconds)
code | System.NullReferenceException: Object reference not set to an instance of an object.
code | System.InvalidOperationException: Sequence contains no elements
code | Could not load file or assembly 'Acme.Tax, Version=2.0.0.0'
trust | The remote certificate is invalid because of errors in the certificate chain: PartialChain
certificate | The remote certificate is invalid because of errors in the certificate chain: NotTimeValid
clock-skew | IDX10222: Lifetime validation failed. The token is not yet valid.
credentials | IDX10501: Signature validation failed. Unable to match key
dns | System.Net.Http.HttpRequestException: No such host is known. (rates.internal:443)
refused | No connection could be made because the target machine actively refused it. (10.0.0.4:5432)
disk-full | System.IO.IOException: There is not enough space on the disk.
timeout | System.Threading.Tasks.TaskCanceledException: The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing: TimeoutException
saturated | Heartbeat took longer than "00:00:01" at "11/23/2026". This could be caused by thread pool starvation.
none | Microsoft.Hosting.Lifetime[14] Now listening on: http://[::]:8080
none | Request finished HTTP/1.1 GET http://bo/orders - 200 - text/html 41.1ms
## Node: undici, pg, ioredis, Prisma, mongoose
pool | Error: timeout exceeded when trying to connect
pool | KnexTimeoutError: Knex: Timeout acquiring a connection. The pool is probably full.
pool | SequelizeConnectionAcquireTimeoutError: Operation timeout
pool | Timed out fetching a new connection from the connection pool. More info: http://pris.ly/d/connection-pool
refused | TypeError: fetch failed
dns | Error: getaddrinfo EAI_AGAIN rates.internal
dns | Error: queryA ETIMEOUT rates.internal
timeout | Error: socket hang up
timeout | HeadersTimeoutError: Headers Timeout Error
code | TypeError: Cannot read properties of undefined (reading 'amount')
code | ReferenceError: price is not defined
code | Error: Cannot find module './tiers'
out-of-memory | FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
trust | Error: unable to verify the first certificate
trust | Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames
certificate | Error: certificate has expired code: 'CERT_HAS_EXPIRED'
clock-skew | NotBeforeError: jwt not active
credentials | JsonWebTokenError: invalid signature
file-descriptors | Error: EMFILE: too many open files, open '/srv/app/tmp'
file-descriptors | Error: ENOSPC: System limit for number of file watchers reached, watch '/app/src'
configuration | Error: listen EADDRINUSE: address already in use :::3000
configuration | Error: Missing required environment variable STRIPE_KEY
schema | The column "orders.gift" does not exist in the current database.
none | (node:1) [DEP0040] DeprecationWarning: The punycode module is deprecated.
none | {"level":30,"msg":"listening on :8080"}
## Python: Django, Gunicorn, uWSGI, Celery, SQLAlchemy
pool | sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00
pool | psycopg_pool.PoolTimeout: couldn't get a connection after 30.00 sec
code | AttributeError: 'NoneType' object has no attribute 'url'
code | jinja2.exceptions.UndefinedError: 'user' is undefined
code | ModuleNotFoundError: No module named 'pkg_resources'
configuration | KeyError: 'STRIPE_SECRET_KEY'
configuration | django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.
configuration | pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
saturated | [CRITICAL] WORKER TIMEOUT (pid:91)
out-of-memory | [ERROR] Worker (pid:91) was sent SIGKILL! Perhaps out of memory?
out-of-memory | DAMN ! worker 3 (pid: 91) died, killed by signal 9 :( trying respawn ...
out-of-memory | billiard.exceptions.WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: 41.
saturated | *** uWSGI listen queue of socket "0.0.0.0:8000" (fd: 3) full !!! (101/100) ***
rate-limit | HTTPError('429 Client Error: Too Many Requests for url: https://api.hubapi.com/crm/v3/objects')
trust | requests.exceptions.SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)
dns | urllib3.exceptions.NameResolutionError: Failed to resolve 'rates.internal' ([Errno -3] Temporary failure in name resolution)
clock-skew | jwt.exceptions.ImmatureSignatureError: The token is not yet valid (iat)
schema | django.db.utils.ProgrammingError: column orders_order.gift does not exist
saturated | RuntimeError: can't start new thread
none | Substantial drift from celery@crm-2 may mean clocks are out of sync.  Current drift is 17 seconds.
none | urllib3.connectionpool:Connection pool is full, discarding connection: media.s3.eu-west-1.amazonaws.com. Connection pool size: 10
none | [INFO] Booting worker with pid: 17
none | Task crm.push succeeded in 0.41s: None
## Ruby: Rails, Puma, Sidekiq
pool | ActiveRecord::ConnectionTimeoutError: could not obtain a connection from the pool within 5.000 seconds (waited 5.004 seconds); all pooled connections were in use
code | NoMethodError: undefined method 'grace_days' for nil
code | ActionView::Template::Error (wrong number of arguments)
configuration | KeyError: key not found: "STRIPE_KEY"
schema | ActiveRecord::PendingMigrationError
schema | PG::UndefinedColumn: ERROR:  column users.name does not exist
locks | ActiveRecord::LockWaitTimeout: Mysql2::Error::TimeoutError: Lock wait timeout exceeded
timeout | Rack::Timeout::RequestTimeoutException (Request waited 14ms, then ran for longer than 15000ms)
dns | Failed to open TCP connection to rates:443 (getaddrinfo: Temporary failure in name resolution)
timeout | Net::ReadTimeout with #<TCPSocket:(closed)>
none | WARN: Your Redis network connection is performing extremely poorly. Last RTT readings were [51000], ideally these should be < 1000.
none | * Listening on http://0.0.0.0:3000
## PHP and PHP-FPM
saturated | [23-Nov-2026 06:00:14] WARNING: [pool www] server reached pm.max_children setting (60), consider raising it
saturated | WARNING: [pool www] seems busy (you may need to increase pm.start_servers, or pm.min/max_spare_servers)
code | PHP Fatal error:  Uncaught Error: Call to a member function total() on null in /app/Cart.php:41
code | ErrorException: Undefined array key "plan"
out-of-memory | PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)
dns | php_network_getaddresses: getaddrinfo failed: Temporary failure in name resolution
clock-skew | Firebase\JWT\BeforeValidException: Cannot handle token with nbf prior to 2026-11-23T02:07:22+0000
configuration | ERROR: FPM initialization failed
none | NOTICE: [pool www] child 4711 exited with code 0 after 3000.118821 seconds from start
## Go, Rust, Elixir
dns | dial tcp: lookup pricing.shop.svc.cluster.local on 10.96.0.10:53: server misbehaving
dns | dial tcp: lookup rates.internal: i/o timeout
file-descriptors | http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 1s
certificate | http: TLS handshake error from 10.0.3.4:40112: remote error: tls: expired certificate
trust | http: TLS handshake error from 10.0.3.4:40112: remote error: tls: bad certificate
trust | x509: certificate is valid for a.acme.example, not b.acme.example
clock-skew | token has invalid claims: token is not valid yet
code | panic: runtime error: index out of range [0] with length 0
code | interface conversion: interface {} is nil, not string
refused | rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing"
timeout | rpc error: code = DeadlineExceeded desc = context deadline exceeded
configuration | flag provided but not defined: -metrics-addr
configuration | required key STRIPE_KEY missing value
code | thread 'main' panicked at src/tier.rs:41:9: called Option::unwrap() on a None value
dns | error trying to connect: dns error: failed to lookup address information: Temporary failure in name resolution
certificate | invalid peer certificate: Expired
trust | invalid peer certificate: UnknownIssuer
pool | pool timed out while waiting for an open connection
pool | ** (DBConnection.ConnectionError) connection not available and request was dropped from queue after 2983ms
code | ** (FunctionClauseError) no function clause matching in Shop.Tier.of/1
dns | {:error, %Mint.TransportError{reason: :nxdomain}}
none | level=info msg="settled" batch=1f took=41ms
`);

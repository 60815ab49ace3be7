// What proxies, nodes, clouds, directories and third parties write, in trouble and on a good day.
import { tellLines } from './told-lines.ts';

tellLines(`
## nginx, Apache httpd, HAProxy, Envoy, Traefik
unavailable | [error] 31#31: *7 no live upstreams while connecting to upstream, client: 10.0.0.1, server: shop
refused | [error] 31#31: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1
timeout | [error] 31#31: *7 upstream timed out (110: Connection timed out) while reading response header from upstream
unavailable | [error] 31#31: *7 upstream prematurely closed connection while reading response header from upstream
saturated | [alert] 22#22: 1024 worker_connections are not enough
saturated | [error] 22#22: *7 connect() to unix:/run/php/php8.3-fpm.sock failed (11: Resource temporarily unavailable) while connecting to upstream
dns | nginx: [emerg] host not found in upstream "pricing" in /etc/nginx/conf.d/shop.conf:12
dns | [error] 31#31: *7 pricing.internal could not be resolved (3: Host not found)
configuration | nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/app.conf:12
file-descriptors | [alert] 31#31: *7 socket() failed (24: Too many open files) while connecting to upstream
trust | [error] 31#31: *7 upstream SSL certificate verify error: (20:unable to get local issuer certificate)
certificate | [error] 31#31: *7 upstream SSL certificate verify error: (10:certificate has expired) while SSL handshaking to upstream
saturated | AH00484: server reached MaxRequestWorkers setting, consider raising the MaxRequestWorkers setting
configuration | AH00526: Syntax error on line 31 of /etc/httpd/conf.d/shop.conf:
none | AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using 10.0.0.4.
unavailable | backend shop has no server available!
unavailable | Server shop/web-1 is DOWN, reason: Layer4 timeout, check duration: 2001ms.
configuration | [ALERT] (1) : config : parsing [/etc/haproxy/haproxy.cfg:30] : unknown keyword 'servr' in 'backend' section
unavailable | upstream connect error or disconnect/reset before headers. reset reason: connection failure
unavailable | no healthy upstream
certificate | TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_X509_verify_cert:_certificate_verification_error_at_depth_0:_certificate_has_expired:TLS_error_end
configuration | gRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: Error adding/updating listener(s) 0.0.0.0_443: Proto constraint validation failed
dns | DNS resolution failed for pricing.internal: c-ares status 4
none | 203.0.113.4 - - [23/Nov/2026:01:00:01 +0000] "GET /help/connection-refused HTTP/1.1" 200 9120 "-" "Mozilla/5.0"
none | [warn] 31#31: *7 an upstream response is buffered to a temporary file /var/cache/nginx/proxy_temp/1/44/0000000441
none | [2026-11-23T01:00:01Z] "GET /v1/statements/41 HTTP/2" 200 - via_upstream - "-" 0 912 12 11
none | [notice] 1#1: signal process started
## kubelet, containerd, kernel, systemd, journald
configuration | Error: secret "stripe-keys" not found
configuration | Error: couldn't find key API_KEY in Secret shop/stripe
configuration | MountVolume.SetUp failed for volume "config" : configmap "shop-config" not found
configuration | Error: ImagePullBackOff
configuration | Failed to pull image "registry.acme.example/notify:4.18.0": rpc error: code = NotFound desc = failed to pull and unpack image
configuration | Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: exec: "serve": executable file not found in $PATH: unknown
configuration | exec /usr/local/bin/app: exec format error
configuration | CannotPullContainerError: pull image manifest has been retried 5 time(s)
configuration | ResourceInitializationError: unable to pull secrets or registry auth
out-of-memory | Memory cgroup out of memory: Killed process 51022 (gunicorn) total-vm:2411036kB
out-of-memory | app.service: A process of this unit has been killed by the OOM killer.
out-of-memory | app.service: Failed with result 'oom-kill'.
out-of-memory | The node was low on resource: memory. Threshold quantity: 100Mi, available: 61Mi.
disk-full | The node was low on resource: ephemeral-storage. Container app was using 9Gi
disk-full | Node web-3 status is now: NodeHasDiskPressure
saturated | 0/6 nodes are available: 6 Insufficient cpu. preemption: 0/6 nodes are available
configuration | app.service: Failed to load environment files: No such file or directory
configuration | app.service: Failed at step EXEC spawning /opt/app/bin/serve: No such file or directory
configuration | app.service: Main process exited, code=exited, status=203/EXEC
configuration | app.service: Failed with result 'resources'.
saturated | INFO: task java:2214 blocked for more than 120 seconds.
saturated | nf_conntrack: nf_conntrack: table full, dropping packet
saturated | TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.
read-only | EXT4-fs (nvme1n1): Remounting filesystem read-only
refused | nfs: server nas.internal not responding, still trying
code | app[2211]: segfault at 0 ip 00007f1 sp 00007ffe error 4 in libacme.so
clock-skew | clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew is too large:
clock-skew | chronyd[612]: Can't synchronise: no selectable sources (4 unreachable sources)
clock-skew | chronyd[612]: System clock wrong by 241.102983 seconds
none | systemd[1]: Started app.service - Acme app.
none | systemd[1]: Starting apt-daily-upgrade.service - Daily apt upgrade and clean activities...
none | Successfully pulled image "registry.acme.example/notify:4.17.2" in 2.1s
none | chronyd[612]: Selected source 162.159.200.1
none | systemd-resolved[411]: Server returned error NXDOMAIN, mitigating potential DNS violation DVE-2018-0001, retrying transaction with reduced feature level UDP.
none | Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.0.0.2
none | Runtime Journal (/run/log/journal/4f) is 8.0M, max 76.5M, 68.5M free.
none | Waited for 1.1s due to client-side throttling, not priority and fairness, request: GET:https://10.96.0.1:443/api
## Names
dns | [ERROR] plugin/errors: 2 api.acme.example. A: read udp 10.244.0.4:41022->8.8.8.8:53: i/o timeout
dns | curl: (6) Could not resolve host: api.acme.example
dns | could not translate host name "orders-db" to address: Name or service not known
dns | Name service error for name=acme.example type=MX: Host not found, try again
none | [INFO] 10.244.0.7:41022 - 4471 "A IN api.acme.example.shop.svc.cluster.local. udp 61 false 512" NXDOMAIN qr,aa,rd 154 0.0001s
## Clouds and third parties
rate-limit | ThrottlingException: Rate exceeded
rate-limit | An error occurred (ProvisionedThroughputExceededException) when calling the PutItem operation
rate-limit | SlowDown: Please reduce your request rate.
rate-limit | POST /crm/v3/objects/contacts -> 429 {"status":"error","message":"You have reached your daily limit."}
rate-limit | Request failed with status code 429
rate-limit | REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.
rate-limit | googleapi: Error 403: Quota exceeded for quota metric 'Queries', rateLimitExceeded
rate-limit | openai.RateLimitError: Error code: 429 - insufficient_quota
rate-limit | (454, b'Throttling failure: Maximum sending rate exceeded.')
rate-limit | toomanyrequests: You have reached your pull rate limit.
credentials | ExpiredTokenException: The security token included in the request is expired
credentials | User: arn:aws:sts::1:assumed-role/app is not authorized to perform: s3:PutObject
credentials | AADSTS7000222: The provided client secret keys for app are expired.
credentials | Unable to locate credentials
credentials | rpc error: code = PermissionDenied desc = PERMISSION_DENIED: Permission 'pubsub.topics.publish' denied
clock-skew | RequestTimeTooSkewed: The difference between the request time and the current time is too large.
clock-skew | InvalidSignatureException: Signature expired: 20261123T010001Z is now earlier than 20261123T010512Z
clock-skew | invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.
unavailable | 503 Service Unavailable on POST request for "https://api.taxjar.com/v2/taxes"
unavailable | Stripe::APIError: (Status 500) POST https://api.stripe.com/v1/payment_intents
disk-full | The free storage capacity for DB Instance orders has been exhausted: storage-full
credentials | Invalid API Key provided: sk_live_****
none | X-RateLimit-Limit: 250000, X-RateLimit-Remaining: 120411
none | rate limit remaining 4321 of 5000
none | S3 put originals/4f.jpg took 141 ms
## Vault, LDAP, Kerberos, OIDC, SMTP
refused | Error making API request. Code: 503. Errors: * Vault is sealed
credentials | Error making API request. URL: GET https://vault/v1/secret/data/app Code: 403. Errors: * permission denied
refused | ldap_sasl_bind(SIMPLE): Can't contact LDAP server (-1)
credentials | LDAP: error code 49 - 80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e, v2580
clock-skew | kinit: Clock skew too great while getting initial credentials
refused | Cannot contact any KDC for realm 'ACME.EXAMPLE'
credentials | {"error":"invalid_client","error_description":"Client authentication failed"}
credentials | 535 5.7.8 Error: authentication failed: authentication failure
certificate | SSL_connect returned=1 errno=0 state=error: certificate verify failed (certificate has expired)
trust | SSL certificate problem: self-signed certificate in certificate chain
none | certificate will expire in 14 days: api.acme.example
none | certificate renewed, serial 4f, valid until 2027-02-01
none | health: 0 errors in the last minute
none | connect_timeout=10 read_timeout=30 pool_size=20
none | Using timeout: 30000 for upstream calls
none | password of user 41 changed
none | exported 137 rows, 0 failed
`);

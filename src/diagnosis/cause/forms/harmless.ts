// What only sounds like trouble: notes of every day, which programs write when all is well.

export const HARMLESS: readonly RegExp[] = [
  // A request that was answered well, whatever words its path has: the formats of nginx, Apache, Envoy, Gunicorn.
  /HTTP\/\d(?:\.\d)?"?,? (?:status=)?[123]\d\d\b|^\S{0,40} ?(?:INFO )?(?:GET|HEAD) \S{1,300} [23]\d\d\b/,
  // urllib3 throws a spare connection away; Celery, Sidekiq and systemd-resolved think aloud; client-go waits a little.
  /Connection pool is full, discarding connection|Substantial drift from|network connection is performing extremely poorly|mitigating potential DNS violation|DNSConfigForming|Nameserver limits (?:were )?exceeded/,
  /client-side throttling|Throttling request took|due to client-side|DeprecationWarning|AH00558|certificate (?:will expire|expires) in|certificate (?:was |has been )?renewed/i,
  // Who is a replica says so; CoreDNS and dnsmasq log questions; what is set is no trouble.
  /\[INFO\] \S{1,60} - \d+ "[A-Z]{1,5} IN |following a leader|I am (?:\(\S{1,60}\), )?(?:a secondary|the leader with the lock)|not the leader, (?:waiting|standing by)|successfully acquired lease/,
  /\b0 (?:errors|failures|timeouts|failed)\b|(?:errors?|failures|timeouts|failed)[=:] ?0\b(?!\.)/i,
];

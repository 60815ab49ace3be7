// What programs write of certificates, clocks and credentials: whom they do not believe, and why.

/** TLS libraries of C, Go, Java, .NET, Node, Python, Ruby, Rust and Erlang; an alert received tells of one's own. */
export const EXPIRED: readonly RegExp[] = [
  /certificate[ _](?:has[ _]|is )?expired\b(?! (?:in|on) the future)|\bCERT_HAS_EXPIRED\b|CertificateExpiredException|\bexpired certificate\b/i,
  /certificate verify failed: (?:certificate )?expired|CertPathValidatorException: validity check failed|\bNotTimeValid\b|SEC_E_CERT_EXPIRED/i,
  /invalid peer certificate: Expired|\bCertExpired\b|:certificate_expired\b|verify error:num=10\b/,
];
/** Who reads such an alert is told that its own certificate is the bad one. */
export const OWN_CERTIFICATE_REFUSED =
  /remote error: tls: |alert certificate (?:expired|unknown|revoked)|alert bad certificate|received (?:fatal )?alert|RECEIVED [A-Z]{1,10} ALERT/i;

export const UNTRUSTED: readonly RegExp[] = [
  /signed by unknown authority|unable to (?:get|verify).{0,30}(?:issuer|certificate)|self[- ]signed certificate|PKIX path building failed|unable to find valid certification path/i,
  /\b(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT\w*|ERR_TLS_CERT_ALTNAME_INVALID)\b|certificate (?:is )?(?:not trusted|revoked)|tlsv1 alert unknown ca|:unknown_ca\b/i,
  /certificate is (?:not )?valid for|Hostname\/IP does not match|Hostname mismatch, certificate|no alternative certificate subject name|No subject alternative (?:DNS )?names?/i,
  /doesn't match any of the subject alternative names|SSLPeerUnverifiedException|relies on legacy Common Name|invalid peer certificate: (?:UnknownIssuer|NotValidForName)/i,
  /RemoteCertificateNameMismatch|RemoteCertificateChainErrors|\bPartialChain\b|\bUntrustedRoot\b|remote certificate (?:is invalid|was rejected)|remote error: tls: (?:bad certificate|unknown certificate)|alert bad certificate/i,
  /certificate verify failed|CERTIFICATE_VERIFY_FAILED|SSL certificate verify error/i,
];

/** JWT libraries (nbf, iat), AWS signatures, Kerberos, SAML, X.509 before its time; and who keeps the time. */
export const CLOCK_WRONG: readonly RegExp[] = [
  /not yet valid \(?(?:nbf|iat)|token (?:is )?not (?:yet valid|valid yet|active)|\bjwt not active\b|token used before issued|token (?:is )?too young|\biat\b[^.]{0,40}future|\bnbf\b[^.]{0,40}future/i,
  /issued (?:at|in) the future|RequestTimeTooSkewed|clock[- _]?skew\b(?!(?: tolerance)?[ =:]{1,2}\d)|Signature not yet current|Signature expired: \S{1,30} is now earlier than/i,
  /not yet valid: current time \S{1,40} is before|certificate is not yet valid|CERT_NOT_YET_VALID|CertificateNotYetValidException/i,
  /\bntpd?\b.{0,60}(?:unsynchroni[sz]ed|exceeds sanity limit)|chronyd.{0,60}(?:wrong by|selected source lost|no selectable sources)|System clock wrong by \d/i,
  /\bIDX10222\b|NotYetValidException|ImmatureSignature|PrematureJwt|JWT must not be accepted before|nbf has not been reached|Cannot handle token (?:with \w{3} )?prior to|JWT before use time/i,
  /Invalid iat\b|reasonable timeframe|Request date header too old|client assertion is not within its valid time range|KRB_AP_ERR_SKEW|Clock skew too great/i,
  /clock synchronization error|high clock drift|because the skew is too large|clocks? (?:is|are) out of sync|\bNotBefore condition|check your clock settings|time drift (?:is )?too (?:large|high)/i,
];

/** Logins to databases, queues, clouds, directories and mail; tokens whose key is not known. */
export const REFUSED_CREDENTIALS: readonly RegExp[] = [
  /password authentication failed|Access denied for user|authentication failed|auth(?:entication)? failure\b|WRONGPASS|NOAUTH Authentication required|NOPERM this user/i,
  /Invalid(?:ClientTokenId|AccessKeyId)|ExpiredToken(?:Exception)?\b|SignatureDoesNotMatch|UnrecognizedClientException|(?:invalid|expired) api key|bad credentials/i,
  /\b(?:status|code)[ =:]{1,2}40[13]\b|\b40[13] (?:Unauthorized|Client Error)|\b403 Forbidden\b|invalid_client|unauthorized_client|invalid_grant|AccessDenied(?:Exception)?\b/i,
  /no pg_hba\.conf entry|role "[^"]{1,60}" does not exist|permission denied for (?:table|relation|schema|database|sequence|function)|Login failed for user|\bORA-(?:01017|2800[01]|01045)\b/i,
  /not authorized on \S{1,60} to execute|unable to authenticate user|missing authentication credentials|username \S{1,60} and\/or password are incorrect|SaslAuthenticationException|(?:Topic|Group|Cluster)AuthorizationException/i,
  /ACCESS_REFUSED|PLAIN login refused|Authorization Violation|security token included in the request is (?:invalid|expired)|unable to locate credentials|could not load (?:the default )?credentials|NoCredentialProviders|is not authorized to perform/i,
  /\bPERMISSION_DENIED\b|\bUNAUTHENTICATED\b|AADSTS70002\d\d|AADSTS7000\d{3}|ClientAuthenticationError|AuthorizationFailed|Could not assume role/,
  /code: 403\. Errors|missing client token|LDAP: error code 49|Invalid credentials(?: \(49\))?|data 52e\b|Preauthentication failed|not found in Kerberos database/i,
  /\b535[ -]5\.7\.\d|\b535 Authentication|Permission denied \(publickey|unauthorized: authentication required|could not be authenticated|credentials? (?:have |has |are |is )?(?:expired|revoked)|password has expired/i,
  /invalid signature\b|signature verification failed|Signature validation failed|unable to find a signing key|no matching (?:key|jwk)|unknown kid\b/i,
];

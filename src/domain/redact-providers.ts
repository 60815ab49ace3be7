// What providers' credentials look like. The formats are the providers' own: from their token documentation, their
// announcements of prefixes, and the patterns they gave to GitHub's secret scanning
// (docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns). Lengths are lower bounds,
// well below the documented ones where the prefix alone is telling: a cut or lengthened token is one too.

export interface Prefixed {
  kind: string;
  /** Source of an expression that must match for `find` to be worth trying. */
  hint: string;
  find: RegExp;
  /** Where in the match the secret begins; null when it is none. Default: all of it. */
  from?: (match: RegExpExecArray) => number | null;
}

const CLOUD: readonly Prefixed[] = [
  {
    // The key id, and the secret that stands right beside it in credential files. docs.aws.amazon.com/IAM, "unique identifiers".
    kind: 'aws-key',
    hint: 'A(?:KIA|SIA|BIA|CCA)[A-Z0-9]',
    find: /A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16,}(?:[\s,:;/"'|=]{1,5}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+]))?/g,
  },
  {
    kind: 'aws-secret',
    hint: '[aA][wW][sS]|[sS][eE][cC][rR][eE][tT]|[aA][mM][aA][zZ][oO][nN]',
    find: /\b((?:aws|secret|amazon)[\w "':=-]{0,30}[ "':=])([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/gi,
    from: ([, before = '', secret = '']) =>
      /^(?:[0-9a-f]{40}|[0-9A-F]{40})$/.test(secret) ? null : before.length,
  },
  // Session tokens open with the same bytes; so do the API keys of Bedrock ("BedrockAPIKey-" in base64).
  {
    kind: 'aws-token',
    hint: 'IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|ABSKQmVkcm9ja|bedrock-api-key-',
    find: /(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|ABSKQmVkcm9ja|bedrock-api-key-)[\w+/=%-]{20,}/g,
  },
  {
    kind: 'google-key',
    hint: 'AIza|ya29\\.|GOCSPX-|AQ\\.Ab|1//0',
    find: /AIza[\w-]{30,}|ya29\.[\w.-]{20,}|GOCSPX-[\w-]{20,}|AQ\.Ab[\w-]{30,}|(?<![\w/])1\/\/0[\w-]{30,}/g,
  },
  // learn.microsoft.com/purview, "sensitive information types": client secrets, identifiable keys, DevOps tokens.
  {
    kind: 'azure-secret',
    hint: 'Q~|AZDO|JQQJ9|\\+ASt|ACDb|AzSe|AzCa|AzFu',
    find: /[\w.~-]{3}\dQ~[\w.~-]{30,40}|[A-Za-z0-9]{70,76}AZDO[A-Za-z0-9]{4}|[A-Za-z0-9]{50,52}JQQJ99[A-Za-z0-9]{20,30}|[A-Za-z0-9+/]{70,76}(?:\+ASt|ACDb)[A-Za-z0-9+/]{4,6}={0,2}|[A-Za-z0-9+/]{40,44}Az(?:Se|Ca|Fu)[A-Za-z0-9+/]{5}={0,2}/g,
  },
  { kind: 'firebase-key', hint: ':APA91b', find: /(?:AAAA)?[\w-]{6,24}:APA91b[\w-]{50,}/g },
  {
    kind: 'yandex-key',
    hint: 'AQVN|t1\\.',
    find: /(?<![A-Za-z0-9])AQVN[\w-]{34,}|(?<![A-Za-z0-9])t1\.[\w=-]{20,}\.[\w=-]{80,}/g,
  },
  {
    kind: 'azure-signature',
    hint: 'sig=',
    find: /\bsig=([A-Za-z0-9%+/_-]{40,}={0,2})/g,
    from: () => 4,
  },
  { kind: 'digitalocean-token', hint: 'do[opr]_v1_', find: /do[opr]_v1_[a-f0-9]{40,}/g },
  {
    kind: 'cloudflare-token',
    hint: 'v1\\.0-|cf[aku]t?_',
    find: /v1\.0-[a-f0-9]{24}-[a-f0-9]{100,}|(?<![A-Za-z0-9])cf(?:k|ut|at)_[A-Za-z0-9]{40,}/g,
  },
  { kind: 'heroku-key', hint: 'HRKU-', find: /HRKU-[\w-]{30,}/g },
  { kind: 'netlify-token', hint: 'nf[pcobu]_', find: /(?<![A-Za-z0-9])nf[pcobu]_[A-Za-z0-9]{30,}/g },
  {
    kind: 'vercel-token',
    hint: 'vc[picrak]_|vercel_',
    find: /(?<![A-Za-z0-9])(?:vc[picrak]|vercel(?:_[a-z]{2,6}){1,3})_[A-Za-z0-9_-]{20,}/g,
  },
  { kind: 'fly-token', hint: 'f[mo][12]r?_', find: /(?<![A-Za-z0-9])(?:fm[12][ar]?_|fo1_)[\w+/=-]{30,}/g },
  { kind: 'render-key', hint: 'rnd_', find: /(?<![A-Za-z0-9])rnd_[A-Za-z0-9]{28,}/g },
  { kind: 'supabase-key', hint: 'sbp_|sb_secret_', find: /sbp_(?:v0_)?[a-f0-9]{36,}|sb_secret_[\w-]{20,}/g },
  { kind: 'planetscale-token', hint: 'pscale_', find: /pscale_(?:tkn|oauth|pw|api)_[\w.=-]{30,}/g },
  { kind: 'alibaba-key', hint: 'LTAI', find: /(?<![A-Za-z0-9])LTAI[A-Za-z0-9]{12,30}/g },
  { kind: 'tencent-key', hint: 'AKID', find: /(?<![A-Za-z0-9])AKID[A-Za-z0-9]{30,}/g },
  {
    // developer.hashicorp.com/vault/docs/concepts/tokens; Terraform Cloud tokens have `.atlasv1.` in the middle.
    kind: 'vault-token',
    hint: 'hv[sbr]\\.|atlasv1|(?<![\\w.])[sbr]\\.[A-Za-z0-9]{24}',
    find: /hv[sbr]\.[\w-]{20,}|[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}|(?<![\w.])[sbr]\.(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{24}(?![\w.])/g,
    from: ([match]) => (/^[sbr]\.(?:[A-Za-z]+|[a-z0-9]+)$/.test(match) ? null : 0),
  },
  { kind: 'pulumi-token', hint: 'pul-', find: /(?<![A-Za-z0-9])pul-[a-f0-9]{40}/g },
  { kind: 'tailscale-key', hint: 'tskey-', find: /tskey-[a-z]{2,10}-[\w-]{16,}/g },
  { kind: 'age-key', hint: 'AGE-SECRET-KEY-', find: /AGE-SECRET-KEY-(?:PQ-)?1[A-Za-z0-9]{30,}/gi },
];

const CODE: readonly Prefixed[] = [
  { kind: 'openshift-token', hint: 'sha256~', find: /sha256~[\w-]{40,}/g },
  {
    kind: 'harness-key',
    hint: '[ps]at\\.[\\w-]{22}\\.',
    find: /(?<![A-Za-z0-9])[ps]at\.[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{18,}/g,
  },
  { kind: 'readme-key', hint: 'rdme_', find: /(?<![A-Za-z0-9])rdme_[a-z0-9]{40,}/g },
  { kind: 'infracost-key', hint: 'ico-', find: /(?<![A-Za-z0-9])ico-[A-Za-z0-9]{32}/g },
  { kind: 'frameio-token', hint: 'fio-u-', find: /fio-u-[\w=-]{40,}/g },
  { kind: 'maxmind-key', hint: '_mmk', find: /[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk/g },
  {
    // github.blog/engineering "Behind GitHub's new authentication token formats".
    kind: 'github-token',
    hint: 'gh[opsurv]_|github_pat_',
    find: /gh[opsurv]_[A-Za-z0-9_]{16,}(?:\.[\w-]{10,}){0,2}|github_pat_\w{20,}/g,
  },
  {
    // docs.gitlab.com/security/tokens, "token prefixes".
    kind: 'gitlab-token',
    hint: 'gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|oas|soat|agent|ffct|wt|sst)-|GR1348941',
    find: /gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|oas|soat|agent|ffct|wt|sst)-[\w-]{16,}(?:\.[\w-]{2,}){0,2}|GR1348941[\w-]{20,}/g,
  },
  {
    kind: 'atlassian-token',
    hint: 'AT(?:BB|ATT3|CTT3|STT3|AST)',
    find: /ATBB[A-Za-z0-9_=.-]{20,}|AT[ACS]TT3[\w=+/-]{20,}|ATAST[\w=-]{20,}/g,
  },
  { kind: 'npm-token', hint: 'npm_', find: /npm_[A-Za-z0-9]{30,}/g },
  { kind: 'pypi-token', hint: 'pypi-AgE', find: /pypi-AgE[\w-]{30,}/g },
  { kind: 'rubygems-key', hint: 'rubygems_', find: /rubygems_[a-f0-9]{40,}/g },
  {
    kind: 'crates-token',
    hint: 'cio[A-Za-z0-9]{32}',
    find: /(?<![A-Za-z0-9])cio[A-Za-z0-9]{32}(?![A-Za-z0-9])/g,
  },
  { kind: 'nuget-key', hint: 'oy2[a-z0-9]{43}', find: /(?<![A-Za-z0-9])oy2[a-z0-9]{43}(?![A-Za-z0-9])/g },
  { kind: 'clojars-token', hint: 'CLOJARS_', find: /CLOJARS_[a-f0-9]{40,}/gi },
  { kind: 'docker-token', hint: 'dckr_', find: /dckr_(?:pat|oat)_[\w-]{20,}/g },
  {
    kind: 'jfrog-token',
    hint: 'AKCp|cmVmd',
    find: /(?<![A-Za-z0-9])(?:AKCp[A-Za-z0-9]{40,}|cmVmd[A-Za-z0-9]{50,})/g,
  },
  { kind: 'circleci-token', hint: 'CCIP', find: /CCIP(?:AT|RJ)_[A-Za-z0-9]{10,}_[a-f0-9]{30,}/g },
  { kind: 'buildkite-token', hint: 'bku[a-z]_', find: /(?<![A-Za-z0-9])bku[a-z]_[A-Za-z0-9]{30,}/g },
  { kind: 'snyk-token', hint: 'snyk_', find: /snyk_(?:uat|sat)\.[\w.-]{30,}/g },
  { kind: 'sonar-token', hint: 'sq[paug]_', find: /(?<![A-Za-z0-9])sq[paug]_[a-f0-9]{40}/g },
  { kind: 'sourcegraph-token', hint: 'sgp_', find: /(?<![A-Za-z0-9])sgp_(?:[\w-]{1,16}_)?[a-f0-9]{40}/g },
  { kind: 'postman-key', hint: 'PMAK-', find: /PMAK-[a-f0-9]{20,}-[a-f0-9]{30,}/gi },
  {
    kind: 'doppler-token',
    hint: 'dp\\.[a-z]{2,6}\\.',
    find: /(?<![\w.])dp\.(?:pt|st|ct|sa|said|scim|audit)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{30,}/g,
  },
  {
    kind: 'launchdarkly-key',
    hint: '(?:api|sdk|mob)-[0-9a-f]{8}-',
    find: /(?<![\w-])(?:api|sdk|mob)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
  },
  { kind: 'scalingo-token', hint: 'tk-us-', find: /(?<![A-Za-z0-9])tk-us-[\w-]{40,}/g },
  { kind: 'prefect-key', hint: 'pn[ub]_', find: /(?<![A-Za-z0-9])pn[ub]_[A-Za-z0-9]{36}/g },
  { kind: 'onepassword-token', hint: 'ops_eyJ', find: /ops_eyJ[\w+/=-]{40,}/g },
];

const TALK: readonly Prefixed[] = [
  // docs.slack.dev/authentication/tokens
  {
    kind: 'slack-token',
    hint: 'xox[a-z][-.]|xapp-',
    find: /(?:xoxe\.)?xox[a-z]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}/g,
  },
  {
    kind: 'webhook-url',
    hint: 'hooks\\.|/webhook',
    find: /(hooks\.slack(?:-gov)?\.com\/[a-z]{1,20}\/|discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/|hooks\.zapier\.com\/hooks\/catch\/|webhook\.office\.com\/webhookb2\/)[\w/@+=-]{8,}/g,
    from: ([, place = '']) => place.length,
  },
  {
    // discord.com/developers/docs/reference: the bot's id in base64, a time, an HMAC.
    kind: 'discord-token',
    hint: '[MNO][A-Za-z0-9][\\w-]{20,26}\\.[\\w-]{5,7}\\.',
    find: /(?<![A-Za-z0-9])[MNO][A-Za-z0-9][\w-]{20,26}\.[\w-]{5,7}\.[\w-]{25,}/g,
  },
  { kind: 'telegram-token', hint: ':AA', find: /(?<!\d)\d{8,10}:AA[\w-]{30,}/g },
  {
    // twilio.com/docs/iam/api-keys; AC… is an account's name and no secret.
    kind: 'twilio-key',
    hint: 'SK[0-9a-fA-F]{30}',
    find: /(?<![A-Za-z0-9])SK[0-9a-fA-F]{32}(?![A-Za-z0-9])/g,
  },
  { kind: 'sendgrid-key', hint: 'SG\\.', find: /(?<![\w-]{2})SG\.[\w-]{16,64}\.[\w-]{16,}/g },
  {
    // Mailgun: key-…, and 32-8-8 hex digits; Mailchimp: the data centre at the end; Brevo.
    kind: 'mail-key',
    hint: 'key-[0-9a-f]{8}|-us\\d|-[0-9a-f]{8}-[0-9a-f]{8}(?![0-9a-f-])|x(?:keysib|smtpsib)-',
    find: /(?<![A-Za-z0-9])(?:pub)?key-[0-9a-f]{32}|(?<![A-Za-z0-9])[0-9a-f]{32}-(?:us\d{1,2}(?!\d)|[0-9a-f]{8}-[0-9a-f]{8}(?![0-9a-f-]))|x(?:keysib|smtpsib)-[a-f0-9]{40,}(?:-[A-Za-z0-9]{10,})?/g,
  },
  // Mandrill (mailchimp.com/developer/transactional).
  {
    kind: 'mail-key',
    hint: 'md-[\\w-]{22}',
    find: /(?<![\w-])md-(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{22}(?![\w-])/g,
  },
  { kind: 'twitch-token', hint: 'oauth:[a-z0-9]{30}', find: /(?<![\w-])oauth:[a-z0-9]{30}(?![a-z0-9])/g },
  { kind: 'resend-key', hint: 're_', find: /(?<![A-Za-z0-9])re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}/g },
  { kind: 'linear-key', hint: 'lin_', find: /lin_(?:api|oauth|wh)_[A-Za-z0-9]{30,}/g },
  {
    kind: 'notion-token',
    hint: 'ntn_|secret_',
    find: /(?<![A-Za-z0-9])(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})/g,
  },
  {
    kind: 'airtable-token',
    hint: 'pat[A-Za-z0-9]{14}\\.',
    find: /(?<![A-Za-z0-9])pat[A-Za-z0-9]{14}\.[a-f0-9]{60,}/g,
  },
  { kind: 'hubspot-token', hint: 'pat-[ne]', find: /(?<![A-Za-z0-9])pat-(?:na|eu)\d-[0-9a-f-]{36}/gi },
  { kind: 'figma-token', hint: 'fig[dou]r?_', find: /(?<![A-Za-z0-9])fig(?:d|o|or|u|ur)_[\w-]{36,}/g },
  { kind: 'typeform-token', hint: 'tfp_', find: /(?<![A-Za-z0-9])tfp_[\w-]{40,}/g },
  { kind: 'contentful-token', hint: 'CFPAT-', find: /CFPAT-[\w-]{40,}/g },
  {
    kind: 'dropbox-token',
    hint: 'sl\\.[\\w-]{20}|sl\\.u\\.',
    find: /(?<![A-Za-z0-9.])sl\.(?:u\.)?[\w-]{100,}/g,
  },
  { kind: 'facebook-token', hint: 'EAA[A-Z]', find: /(?<![A-Za-z0-9])EAA[A-Z][A-Za-z0-9]{60,}/g },
];

const MONEY: readonly Prefixed[] = [
  {
    kind: 'lob-key',
    hint: '(?:live|test)_(?:pub_)?[a-f0-9]{30}',
    find: /(?<![A-Za-z0-9])(?:live|test)_(?:pub_)?[a-f0-9]{31,35}(?![a-f0-9])/g,
  },
  { kind: 'duffel-token', hint: 'duffel_', find: /duffel_(?:live|test)_[\w=-]{30,}/g },
  {
    // docs.stripe.com/keys
    kind: 'stripe-key',
    hint: '[srp]k_(?:live|test|org)|whsec_',
    find: /[srp]k_(?:live|test|org(?:_live|_test)?)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}/g,
  },
  { kind: 'shopify-token', hint: 'shp[a-z]{2,3}_', find: /shp(?:at|ca|pa|ss|tka|ua)_[a-fA-F0-9]{24,}/g },
  { kind: 'square-token', hint: 'sq0|EAAA', find: /sq0[a-z]{3}-[\w-]{20,}|(?<![A-Za-z0-9])EAAA[\w-]{56,}/g },
  {
    kind: 'paypal-token',
    hint: 'access_token\\$',
    find: /access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}/g,
  },
  {
    kind: 'plaid-token',
    hint: '-(?:sandbox|development|production)-[0-9a-f]{8}',
    find: /(?:access|public|link)-(?:sandbox|development|production)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
  },
  { kind: 'razorpay-key', hint: 'rzp_', find: /rzp_(?:live|test)_[A-Za-z0-9]{14,}/g },
  { kind: 'flutterwave-key', hint: 'FLWSECK', find: /FLWSECK(?:_TEST)?-[A-Za-z0-9]{12,}(?:-X)?/g },
  { kind: 'easypost-key', hint: 'EZ[AT]K', find: /(?<![A-Za-z0-9])EZ[AT]K[A-Za-z0-9]{40,}/g },
  { kind: 'shippo-token', hint: 'shippo_', find: /shippo_(?:live|test)_[a-f0-9]{40}/g },
];

const WATCH: readonly Prefixed[] = [
  { kind: 'grafana-token', hint: 'gl(?:sa|c)_', find: /gl(?:sa|c)_[A-Za-z0-9+/=_-]{20,}/g },
  // docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys
  {
    kind: 'newrelic-key',
    hint: 'NR[A-Z]{2}',
    find: /NR(?:AK|JS|IQ|II|RA|SP|BR)-[\w-]{16,}|(?<![A-Za-z0-9])(?:eu01xx)?[a-f0-9]{30,36}(?:FFFF)?NRAL/g,
  },
  { kind: 'sentry-token', hint: 'sntry', find: /sntry[a-z]_[\w+/=-]{30,}/g },
  {
    kind: 'dynatrace-token',
    hint: 'dt0[a-z]\\d\\d\\.',
    find: /dt0[a-z]\d\d\.[A-Z0-9]{8,24}\.[A-Z0-9]{40,}/g,
  },
  { kind: 'honeycomb-key', hint: 'hc[abc][il][kc]_', find: /(?<![A-Za-z0-9])hc[abc][il][kc]_[a-z0-9]{40,}/g },
  { kind: 'databricks-token', hint: 'dapi[0-9a-f]', find: /(?<![A-Za-z0-9])dapi[0-9a-f]{32}(?:-\d{1,2})?/g },
  {
    kind: 'datadog-key',
    hint: 'dd(?:api|app|pat|sat)_',
    find: /(?<![A-Za-z0-9])dd(?:api|app|pat|sat)_[A-Za-z0-9_]{30,}/g,
  },
  {
    // support.pagerduty.com, "API access keys": 20 characters.
    kind: 'pagerduty-key',
    hint: '[uy]\\+[\\w-]{18}',
    find: /(?<![\w+/=-])[uy]\+[\w-]{18}(?![\w+/=-])/g,
    from: ([match]) => (/\d/.test(match) && /[A-Z]/.test(match) && /[a-z].*[a-z]/.test(match) ? 0 : null),
  },
  { kind: 'octopus-key', hint: 'API-[A-Z0-9]{25}', find: /(?<![A-Za-z0-9])API-[A-Z0-9]{25,}(?![a-z])/g },
];

const MODELS: readonly Prefixed[] = [
  { kind: 'anthropic-key', hint: 'sk-ant-', find: /sk-ant-[\w-]{10,}/g },
  {
    kind: 'openai-key',
    hint: 'sk-',
    find: /(?<![A-Za-z0-9])sk-[\w-]{20,}/g,
    // sk-learn-pipeline-2 is a name: lower-case words and short numbers.
    from: ([match]) => (/^sk(?:-[a-z]{1,15}|-\d{1,4})+$/.test(match) ? null : 0),
  },
  {
    kind: 'huggingface-token',
    hint: 'hf_|api_org_',
    find: /(?<![A-Za-z0-9])(?:hf|api_org)_[A-Za-z0-9]{30,}/g,
  },
  { kind: 'groq-key', hint: 'gsk_', find: /(?<![A-Za-z0-9])gsk_[A-Za-z0-9]{40,}/g },
  { kind: 'xai-key', hint: 'xai-', find: /(?<![A-Za-z0-9])xai-[A-Za-z0-9]{60,}/g },
  { kind: 'perplexity-key', hint: 'pplx-', find: /(?<![A-Za-z0-9])pplx-[A-Za-z0-9]{40,}/g },
  { kind: 'replicate-token', hint: 'r8_', find: /(?<![A-Za-z0-9])r8_[A-Za-z0-9]{36,}/g },
  { kind: 'langchain-key', hint: 'lsv2_', find: /lsv2_(?:pt|sk)_[a-f0-9_]{36,}/g },
  { kind: 'pinecone-key', hint: 'pcsk_', find: /pcsk_[A-Za-z0-9_]{30,}/g },
];

// crypt(5), htpasswd: the hash of a password can be guessed at, so it stays home as well.
const HASHES: readonly Prefixed[] = [
  {
    kind: 'password-hash',
    hint: '\\$(?:2[abxy]|apr1|[156y]|argon2|pbkdf2|scrypt)|\\{S?SHA\\d{0,3}\\}',
    find: /\$(?:2[abxy]|apr1|[156y]|gy|argon2(?:id|[id])|pbkdf2[\w-]{0,16}|scrypt)\$[\w./$=,+-]{20,}|\{S?SHA\d{0,3}\}[A-Za-z0-9+/]{20,}={0,2}/g,
  },
];

export const PREFIXED: readonly Prefixed[] = [
  ...CLOUD,
  ...CODE,
  ...TALK,
  ...MONEY,
  ...WATCH,
  ...MODELS,
  ...HASHES,
];

/** One look that says whether any of them can be there at all: logs are read by the gigabyte. */
export const PREFIXES = new RegExp(PREFIXED.map(({ hint }) => hint).join('|'));

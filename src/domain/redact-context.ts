// What the words before a run of characters say it is: `commit 9fce…`, `trace_id=…`, `the api key is …`.

/** `secret`: a credential by its words; `public`: an id, a hash or a place; null: they say nothing. */
export type Said = 'secret' | 'public' | null;

const SECRET = new Set(
  (
    'password passwd pwd passphrase secret secrets token tokens apikey credential credentials cred creds auth authorization ' +
    'bearer authtoken accesskey privatekey secretkey sessionid cookie jwt pat dsn leaked'
  ).split(' '),
);

/** Before "key" these make it an address, not a credential. */
const PLAIN_KEYS = new Set(
  (
    'cache idempotency idempotent partition object primary foreign row sort dedup deduplication unique routing public host ' +
    'group lock message record redis registry index lookup hash shard bucket s3 storage by with for of'
  ).split(' '),
);

const PUBLIC = new Set(
  (
    'sha sha1 sha224 sha256 sha384 sha512 md5 hash hashes digest digests checksum checksums crc etag integrity commit commits ' +
    'committed gitsha revision rev ref refs tree blob parent parents head merge merged merging branch checkout cherry picked ' +
    'revert reverts reverted rollback rolled git github trace traces traceid traceparent tracestate span spans spanid ' +
    'correlation request requests requestid req id ids uid uuid guid oid eid fingerprint thumbprint serial container ' +
    'containers docker containerd cri crio moby sandbox cgroup kubepods scope overlay overlay2 diff netns image images layer ' +
    'layers manifest build builds release released deploy deploys deployed deploying deployment version artifact package ' +
    'snapshot volume instance node pod replica task tasks job run execution event message msg block chunk shard index object ' +
    'submodule patch bisect tag tags boundary tenant project nix store arn latest loadbalancer targetgroup cluster zh h1 hosted ' +
    'invocation operation transaction txid tx activity cfid rid amz amzn cf ray'
  ).split(' '),
);

const FARTHEST = 72;

/** Reads at most `words` words before `start`, on the same line, the nearest first. */
export function saidBefore(text: string, start: number, words: number): Said {
  const before = text.slice(Math.max(0, start - FARTHEST), start);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const found = wordsOf(line);
  for (let at = found.length - 1; at >= 0 && at >= found.length - words; at -= 1) {
    const word = found[at] ?? '';
    if (SECRET.has(word)) return 'secret';
    if (word === 'key' || word === 'keys')
      return PLAIN_KEYS.has(found[at - 1] ?? '') ? 'public' : found[at + 1] === 'id' ? 'public' : 'secret';
    if (PUBLIC.has(word)) return 'public';
  }
  return null;
}

function wordsOf(line: string): string[] {
  return line
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => /[a-z]/.test(word) && word.length <= 24);
}

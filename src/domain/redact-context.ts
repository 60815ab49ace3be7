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
    'group lock message record redis registry index lookup hash shard bucket by with for of gpg pgp rsa from miss hit restored restoring'
  ).split(' '),
);

/** What is called so stays, whatever it looks like. */
const NAMES = new Set(
  (
    'sha sha1 sha224 sha256 sha384 sha512 md5 hash hashes digest digests checksum checksums crc etag integrity commit commits ' +
    'gitsha revision rev trace traces traceid traceparent tracestate span spans spanid correlation request requests requestid ' +
    'req id ids uid uuid guid oid eid fingerprint thumbprint serial boundary arn zh h1 cursor rid amz ray invocation nonce'
  ).split(' '),
);

/** What has the digits of a hash near one of these is one. */
const HASHED = new Set(
  (
    'ref refs tree blob parent parents head merge merged merging branch checkout cherry picked committed revert reverts ' +
    'reverted rollback rolled git github container containers docker containerd cri crio moby sandbox cgroup kubepods scope ' +
    'overlay overlay2 diff netns image images layer layers manifest build builds release released deploy deploys deployed ' +
    'deploying deployment version artifact package snapshot volume node pod replica task tasks job run execution ' +
    'ja3 ja3s replid event events block chunk shard index object submodule patch bisect tag tags tenant project nix store latest loadbalancer ' +
    'targetgroup cluster hosted operation transaction txid tx activity cfid amzn cf base instances'
  ).split(' '),
);

const FARTHEST = 72;

/**
 * Reads at most `words` words before `start`, on the same line, the nearest first. `isHash`: it has the digits of one, for
 * which more words will do.
 */
export function saidBefore(text: string, start: number, words: number, isHash = false): Said {
  const before = text.slice(Math.max(0, start - FARTHEST), start);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const found = wordsOf(line);
  for (let at = found.length - 1; at >= 0 && at >= found.length - words; at -= 1) {
    const word = found[at] ?? '';
    // .NET's PublicKeyToken names an assembly.
    if (word === 'token' && found[at - 1] === 'key' && found[at - 2] === 'public') return 'public';
    if (SECRET.has(word)) return 'secret';
    if (word === 'key' || word === 'keys')
      return PLAIN_KEYS.has(found[at - 1] ?? '') ? 'public' : found[at + 1] === 'id' ? 'public' : 'secret';
    if ((NAMES.has(word) && (isHash || at === found.length - 1)) || (isHash && HASHED.has(word)))
      return 'public';
  }
  return null;
}

function wordsOf(line: string): string[] {
  return line
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => /[a-z]/.test(word) && word.length <= 24 && !/^(?=.*\d)[0-9a-f]{4,}$/.test(word));
}

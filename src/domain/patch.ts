// The text of what differs, as sources give it: unified diffs, a file each.
import type { Comparison } from './capability.ts';

export type Patch = NonNullable<Comparison['patches']>[number];

/** A card shows some forty lines; the rest is only to choose from. */
const MOST_FILES = 100;
const LONGEST = 8_000;
const LONGEST_OF_ALL = 80_000;

/** Keys, certificates, and where programs look for passwords. */
const KEYS =
  /(?:^|\/)(?:[^/]*\.env(?:\.[^/]*)?|\.env[^/]*|\.?netrc|\.pgpass|\.my\.cnf|\.?htpasswd|\.npmrc|\.pypirc|\.dockercfg|\.git-credentials|id_(?:rsa|dsa|ecdsa|ed25519)[^/]*|[^/]*\.(?:pem|key|p8|p12|pfx|jks|keystore|kdbx|asc|gpg|age|tfvars|tfstate)(?:\.[^/]*)?)$/i;
/** A folder or a file of settings by that name; a program's source by that name is about it, and holds none. */
const BY_NAME =
  /(?:^|\/)(?:\.?secrets?|\.?credentials?|\.?passwords?)\/|(?:^|[/._-])(?:secrets?|credentials?|passwords?)(?:[._-][^/]*)?(?:\.(?:ya?ml|json|toml|ini|conf|cfg|properties|txt|xml|enc|csv|pub))?$/i;
const SOURCE = /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|cs|php|exs?|swift|scala|c|h|cc|cpp|vue|sql|md)$/i;

/**
 * Of these even a redacted line may say too much: a secret without a name beside it, or a line out of a key's middle, is not
 * known for one.
 */
export function mayHoldSecrets(path: string): boolean {
  return KEYS.test(path) || (BY_NAME.test(path) && !SOURCE.test(path));
}

/**
 * Cut at a line. What a source has no text for (a picture, a file too large) is left out; a file that may hold secrets keeps
 * its name alone.
 */
export function boundedPatches(
  files: readonly { path: string; patch?: string | null | undefined }[],
): Pick<Comparison, 'patches'> {
  const patches: Patch[] = [];
  let left = LONGEST_OF_ALL;
  for (const { path, patch } of files) {
    if (!patch || patches.length >= MOST_FILES || left < LONGEST) continue;
    if (mayHoldSecrets(path)) {
      patches.push({ path, patch: '', withheld: true });
      continue;
    }
    const whole = patch.length <= LONGEST;
    const kept = whole ? patch : patch.slice(0, Math.max(patch.lastIndexOf('\n', LONGEST), 0));
    if (kept === '') continue;
    patches.push(whole ? { path, patch } : { path, patch: kept, cut: true });
    left -= kept.length;
  }
  return patches.length === 0 ? {} : { patches };
}

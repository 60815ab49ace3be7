// Finds skeletons that are the same but for the word at one place, without writing that out for each place.

const FACTOR = 0x9e3779b1;
const OTHER_FACTOR = 0x85ebca6b;

/** For each place a number that is the same for all skeletons with the same words at all others. 53 bits: compare the words too. */
export function holeKeys(words: readonly string[]): (at: number) => number {
  const hashes = words.map(hashOf);
  let all = 0;
  let other = 0;
  for (const [at, hash] of hashes.entries()) {
    all = (all + Math.imul(hash, power(FACTOR, at))) | 0;
    other = (other + Math.imul(hash, power(OTHER_FACTOR, at))) | 0;
  }
  return (at) => {
    const hash = hashes[at] ?? 0;
    const one = (all - Math.imul(hash, power(FACTOR, at)) + Math.imul(at + 1, 0x27d4eb2f)) >>> 0;
    const two = (other - Math.imul(hash, power(OTHER_FACTOR, at)) + words.length) >>> 0;
    return one * 0x200000 + (two >>> 11);
  };
}

/** The same words at every place but this one. */
export function sameAround(one: readonly string[], other: readonly string[], at: number): boolean {
  return one.length === other.length && one.every((word, index) => index === at || word === other[index]);
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let left = exponent + 1, square = base; left > 0; left >>>= 1) {
    if (left & 1) result = Math.imul(result, square);
    square = Math.imul(square, square);
  }
  return result;
}

/** FNV-1a with a last mix: the words of a log are alike. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < word.length; index += 1) {
    hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) | 0;
}

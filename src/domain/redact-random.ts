// Keys without a name and without a prefix: runs of 32 and more characters that look drawn by chance, and shorter ones
// beside a word such as "token". What people on call read stays: hashes, ids and digests that are called so, and names.
import { chanceOf } from './redact-chance.ts';
import { saidBefore } from './redact-context.ts';
import type { Cut } from './redact-cuts.ts';
import { decodedText } from './redact-decoded.ts';
import { marker } from './redact-names.ts';

const SHORTEST = 32;
/** Beside a word that says secret. */
const SHORTEST_NAMED = 16;
/** Nats; a random run of 32 has 30 and more, with a deviation of 7, and names of any length are far below zero. */
const LIKELY = 7;
/** For a stretch within a longer run, of which there are many. */
const LIKELY_WITHIN = 14;

const RUN = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
// Names that clouds and clusters give: i-0abc…, ip-10-0-12-34, the ends of pods' names, dates, addresses of memory, X-Ray's trace ids.
const GIVEN =
  /\b(?:i|vol|eni|subnet|sg|vpc|ami|snap|rtb|igw|nat|eipalloc|lt|acl|fs|tgw|vpce|eks|r)-[0-9a-f]{8,17}\b|\bip(?:-\d{1,3}){4}\b|-[a-z0-9]{6,10}-[a-z0-9]{5}$|(?<![A-Za-z0-9])\d{4}-?\d\d-?\d\d(?:T\d{4,6}Z?)?(?![A-Za-z0-9])|\b0x[0-9a-f]+\b|\b1-[0-9a-f]{8}-[0-9a-f]{24}\b|\b(?:AC|CA|SM|MM|PN|RE|CF|MG|VA|WA|ZS)[0-9a-f]{32}\b/gi;
/** live_<hex> and the like: what is before the last mark is a prefix. */
const LONG_TAIL = /[/_-][A-Za-z0-9]{32,}=*$/;
const LONG_HEX = /(?<![A-Za-z0-9])[0-9a-f]{32,}(?![A-Za-z0-9])/g;
/**
 * Names made by programs: of packages in a store, of contents beside their algorithm, mangled symbols of C++ and Rust. And
 * public keys of SSH, which open with the name of their kind (RFC 4253, 6.6).
 */
const STORED =
  /^(?:AAAA(?:B3NzaC1|C3NzaC1|E2VjZHNh|G[mn]NrL)|sha(?:1|224|256|384|512)-|\/?(?:nix|gnu)\/store\/|_{1,2}(?:Z(?:NK?|T[IVSv]N?|L)?(?:St|S_)?|R[A-Za-z]{1,4})\d{1,2}[A-Za-z_]{3})/;
const FILE =
  /^\.(?:js|mjs|css|map|png|jpe?g|svg|gif|webp|woff2?|ttf|ico|html?|jar|class|so|rpm|deb|whl|tgz|zip|gz|parquet|wasm)\b/;

/** A file on a disk or in a bucket: caches and stores name theirs by the hash of what is in them. */
const PLACE =
  /(?:^|[\s"'`(=:,])(?:\/(?:var|usr|opt|tmp|home|proc|sys|run|etc|dev|mnt|data|srv|root|lib|snap|nix|app|private|Users)\/|[A-Z]:\\|s3:\/\/|gs:\/\/|file:\/\/|\.{1,2}\/|hdfs:\/\/)[^\s"'`]{0,160}$/;

export function randomCuts(text: string): Cut[] {
  const cuts: Cut[] = [];
  RUN.lastIndex = 0;
  for (let match = RUN.exec(text); match !== null; match = RUN.exec(text)) {
    const run = match[0];
    const found = secretOf(text, match.index, run);
    if (found === null) continue;
    const cut = widened(text, match.index + found.start, match.index + found.end, cuts.at(-1)?.end ?? 0);
    cuts.push({ ...cut, put: marker('key') });
    RUN.lastIndex = Math.max(RUN.lastIndex, cut.end);
  }
  return cuts;
}

const WIDEST = 128;

/** With the parts that a dot, a colon or a tilde ties to it and that look as random: id.secret, header.payload.signature. */
function widened(text: string, from: number, to: number, least: number): Stretch {
  let start = from;
  let end = to;
  for (;;) {
    const before = /[\w-]{6,}[.:~|]$/.exec(text.slice(Math.max(least, start - WIDEST), start))?.[0];
    if (before === undefined || !isTied(before.slice(0, -1))) break;
    start -= before.length;
  }
  for (;;) {
    const after = /^[.:~|][\w-]{6,}/.exec(text.slice(end, end + WIDEST))?.[0];
    if (after === undefined || !isTied(after.slice(1))) break;
    end += after.length;
  }
  return { start, end };
}

function isTied(part: string): boolean {
  const chance = chanceOf(part) / part.length;
  return /\d/.test(part) && /[a-z]/i.test(part) ? chance >= 0.3 : part.length >= 12 && chance >= 0.5;
}

interface Stretch {
  start: number;
  end: number;
}

function secretOf(text: string, at: number, run: string): Stretch | null {
  const whole = { start: 0, end: run.length };
  // A flag or a list's dash is no part of it.
  const lead = /^[-/_]*/.exec(run)?.[0].length ?? 0;
  const bare = run.slice(lead).replace(/=+$/, '');
  if (bare.length < SHORTEST_NAMED) return null;
  if (/^(?:\d+|0x[0-9a-f]{1,16})$/i.test(bare)) return null;
  if (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(bare))
    return decodedText(bare) === null && isHexKey(text, at + lead, bare) ? whole : null;
  if (isUuid(bare)) return saidBefore(text, at + lead, 2) === 'secret' ? whole : null;
  if (isListOfShortParts(bare)) return null;
  const said = saidBefore(text, at + lead, 2);
  if (said === 'public' && (!run.startsWith('/') || text.slice(Math.max(0, at - 7), at) === 'SHA256:'))
    return null;
  if (STORED.test(run) || decodedText(run) !== null) return null;
  if (said === 'secret' && isMixed(bare)) return whole;
  if (run.length < SHORTEST || FILE.test(text.slice(at + run.length, at + run.length + 8))) return null;
  const masked = maskedOf(bare);
  const isLikely = masked.replace(/[-_/]/g, '').length >= 24 && chanceOf(masked) >= LIKELY && !isPath(masked);
  return isLikely ? { start: startOfChance(run), end: run.length } : within(text, at, run);
}

/** Without what is given out by others; long hex is looked at by itself. */
function maskedOf(bare: string): string {
  return bare.replace(UUID, '-').replace(GIVEN, '-').replace(LONG_HEX, '-');
}

/** Beyond the words of a path that stand before the key. */
function startOfChance(run: string): number {
  let start = 0;
  for (const part of run.split('/')) {
    if (!/^[A-Z]?[a-z0-9]*$/.test(part) || chanceOf(part) >= 0.2 * part.length + 1) return start;
    start += part.length + 1;
  }
  return 0;
}

// 2024-11-28-12-00-00-a1b2 and the like: chance does not put a separator after every few characters.
function isListOfShortParts(bare: string): boolean {
  const parts = bare.split(/[-_/+]/);
  return bare.length < 64 && parts.length > 3 && parts.every((part) => part.length <= 6);
}

function isMixed(bare: string): boolean {
  return (
    /\d/.test(bare) && /[A-Za-z]/.test(bare) && !bare.includes('/') && chanceOf(bare) >= bare.length * 0.3
  );
}

/** Most parts of a path are words; those of base64 that a slash divides are not. */
function isPath(masked: string): boolean {
  if (!masked.includes('/')) return false;
  const words = masked.split('/').filter((part) => part.length >= 3 && chanceOf(part) < part.length * -0.15);
  return words.join('').length * 2 >= masked.length;
}

// A key in a path, or glued to a name with a slash.
function within(text: string, at: number, run: string): Stretch | null {
  let start = 0;
  for (const part of run.split(LONG_TAIL.test(run) ? /[/_-]/ : '/')) {
    const bare = part.replace(/=+$/, '');
    const isCandidate = bare.length >= SHORTEST && !isUuid(bare) && !/^\d+$/.test(bare);
    if (isCandidate && /^[0-9a-f]+$/i.test(bare)) {
      if (isHexKey(text, at + start, bare)) return { start, end: run.length };
    } else if (isCandidate && saidBefore(text, at + start, 1) !== 'public') {
      const masked = maskedOf(bare);
      if (masked.length >= SHORTEST && chanceOf(masked) >= LIKELY_WITHIN) return { start, end: run.length };
    }
    start += part.length + 1;
  }
  return null;
}

export function isUuid(bare: string): boolean {
  return bare.length === 36 && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(bare);
}

/**
 * Digits of a hash and of a key look the same, so the words decide: called a hash, commit, trace or id within four words,
 * it stays. Without a word it goes, because a model can do without one hash; but not what is no key by its place
 * (`<sha> title` at the start of a line, `<md5>  file`, [service,trace,span], a range of commits) or its shape (a UUID without dashes).
 */
function isHexKey(text: string, at: number, hex: string): boolean {
  // Of hashes only the thumbprints of certificates are written in capitals, and those are called so.
  const said = saidBefore(text, at, 4, !/[A-F]/.test(hex));
  if (said === 'secret') return true;
  if (said === 'public' || hex.length < SHORTEST || new Set(hex).size < 6) return false;
  if (hex.length === 32 && isUuidWithoutDashes(hex)) return false;
  const before = text.slice(Math.max(0, at - 24), at);
  const after = text.slice(at + hex.length, at + hex.length + 64);
  // A package of yarn's and its hash; what Twilio calls a message, a call, an account.
  if (/\.tgz#$/.test(before)) return false;
  if (FILE.test(after) || PLACE.test(text.slice(Math.max(0, at - 200), at))) return false;
  if (
    hex.length === 40 &&
    !/[A-F]/.test(hex) &&
    /(?:^|\n)[\s*+|\\/-]{0,8}$/.test(before) &&
    /^[ \t]+[A-Za-z(#"'[]/.test(after)
  )
    return false;
  if (/^(?: {2}| \*)[\w./]/.test(after) || /^\t?(?:refs\/|HEAD)/.test(after)) return false;
  if (/\.\.$/.test(before) || /^\.\.\.?[0-9a-f]{7}/.test(after)) return false;
  return !/^[,\-/: ]{1,2}[0-9a-f]{16}(?![0-9a-zA-Z])/.test(after);
}

// Version 4, 7 or 1 with its variant: one in 64 random keys has the first, hardly any the others.
function isUuidWithoutDashes(hex: string): boolean {
  return /^(?:.{12}4.{3}[89ab]|01.{10}7.{3}[89ab]|.{12}11[ef].[89ab])/.test(hex);
}

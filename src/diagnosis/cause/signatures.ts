// What went wrong, by what programs write of it. A table: the forms of each trouble are in `forms/`, and a new form is a line there.
import {
  CACHE_MISS,
  FAILED_OVER,
  LOCKS,
  NO_CONNECTION_LEFT,
  NO_SUCH_TABLE,
  READ_ONLY,
  TOO_BUSY,
} from './forms/data.ts';
import { CLOCK_WRONG, EXPIRED, REFUSED_CREDENTIALS, UNTRUSTED } from './forms/identity.ts';
import { FAILS, LIMITED, NO_NAME, NOBODY_THERE, NOT_TAKEN, TOO_LATE } from './forms/network.ts';
import { DISK_FULL, FILE_DESCRIPTORS, OUT_OF_MEMORY } from './forms/room.ts';
import { BAD_CONFIGURATION, OWN_CODE } from './forms/start.ts';

/** What a line of a log says went wrong. */
export type Trouble =
  | 'disk-full'
  | 'out-of-memory'
  | 'certificate'
  | 'trust'
  | 'clock-skew'
  | 'dns'
  | 'rate-limit'
  | 'credentials'
  | 'configuration'
  | 'schema'
  | 'failover'
  | 'read-only'
  | 'file-descriptors'
  | 'locks'
  | 'pool'
  | 'cache-miss'
  | 'saturated'
  | 'refused'
  | 'unavailable'
  | 'timeout'
  | 'code';

export interface Signature {
  trouble: Trouble;
  /** As a colleague would say it. */
  words: string;
  /** Explains by itself, or asks for what is behind it. */
  role: 'root' | 'symptom';
  /** How often it is a deploy that brings it. */
  byDeploy: 'usual' | 'sometimes' | 'seldom';
  /** What helps that no command of ours does. */
  advice?: string;
  /** Any of them. Linear in the text: no repetition within a repetition. */
  says: readonly RegExp[];
}

/** In order: the first that matches a line is what it says. The exact before the general, roots before symptoms. */
export const SIGNATURES: readonly Signature[] = [
  {
    trouble: 'file-descriptors',
    words: 'it has no file descriptors left',
    role: 'root',
    byDeploy: 'sometimes',
    says: FILE_DESCRIPTORS,
  },
  {
    trouble: 'disk-full',
    words: 'the disk is full',
    role: 'root',
    byDeploy: 'seldom',
    advice: 'make room on that disk, or a larger one',
    says: DISK_FULL,
  },
  {
    trouble: 'clock-skew',
    words: 'a clock is wrong',
    role: 'root',
    byDeploy: 'seldom',
    advice: 'compare the clocks (chronyc tracking, timedatectl) and let the wrong one be set again',
    says: CLOCK_WRONG,
  },
  {
    trouble: 'certificate',
    words: 'a certificate has expired',
    role: 'root',
    byDeploy: 'seldom',
    advice: 'renew that certificate, and reload what holds the old one',
    says: EXPIRED,
  },
  {
    trouble: 'trust',
    words: 'a certificate is not trusted',
    role: 'root',
    byDeploy: 'sometimes',
    advice: 'compare who signed that certificate with the authorities known where it is checked',
    says: UNTRUSTED,
  },
  {
    trouble: 'out-of-memory',
    words: 'it runs out of memory',
    role: 'root',
    byDeploy: 'sometimes',
    says: OUT_OF_MEMORY,
  },
  {
    trouble: 'dns',
    words: 'a name does not resolve',
    role: 'root',
    byDeploy: 'seldom',
    advice: 'ask the resolver itself (dig), and look at what serves it',
    says: NO_NAME,
  },
  {
    trouble: 'configuration',
    words: 'its configuration cannot be used',
    role: 'root',
    byDeploy: 'usual',
    says: BAD_CONFIGURATION,
  },
  {
    trouble: 'rate-limit',
    words: 'it is limited in how often it may ask',
    role: 'root',
    byDeploy: 'sometimes',
    advice: 'ask that service less, or for a larger quota',
    says: LIMITED,
  },
  {
    trouble: 'credentials',
    words: 'its credentials are refused',
    role: 'root',
    byDeploy: 'sometimes',
    advice: 'compare the secret it uses with the one that holds',
    says: REFUSED_CREDENTIALS,
  },
  {
    trouble: 'failover',
    words: 'another node became the primary',
    role: 'root',
    byDeploy: 'seldom',
    says: FAILED_OVER,
  },
  {
    trouble: 'read-only',
    words: 'what it writes to is read-only',
    role: 'root',
    byDeploy: 'seldom',
    says: READ_ONLY,
  },
  {
    trouble: 'schema',
    words: 'the code and the tables do not agree',
    role: 'root',
    byDeploy: 'usual',
    says: NO_SUCH_TABLE,
  },
  {
    trouble: 'locks',
    words: 'its queries wait for locks',
    role: 'root',
    byDeploy: 'sometimes',
    says: LOCKS,
  },
  {
    trouble: 'pool',
    words: 'its connections to the database are used up',
    role: 'symptom',
    byDeploy: 'sometimes',
    says: NO_CONNECTION_LEFT,
  },
  {
    trouble: 'cache-miss',
    words: 'most reads miss the cache',
    role: 'symptom',
    byDeploy: 'sometimes',
    says: CACHE_MISS,
  },
  {
    trouble: 'saturated',
    words: 'it has more work than it can do',
    role: 'symptom',
    byDeploy: 'sometimes',
    says: TOO_BUSY,
  },
  {
    trouble: 'refused',
    words: 'connections are refused',
    role: 'symptom',
    byDeploy: 'seldom',
    says: NOT_TAKEN,
  },
  {
    trouble: 'unavailable',
    words: 'it is answered that there is nobody',
    role: 'symptom',
    byDeploy: 'seldom',
    says: NOBODY_THERE,
  },
  {
    trouble: 'timeout',
    words: 'answers take too long',
    role: 'symptom',
    byDeploy: 'sometimes',
    says: TOO_LATE,
  },
  {
    trouble: 'unavailable',
    words: 'what is asked fails',
    role: 'symptom',
    byDeploy: 'sometimes',
    says: FAILS,
  },
  {
    trouble: 'code',
    words: 'an error in its own code',
    role: 'symptom',
    byDeploy: 'usual',
    says: OWN_CODE,
  },
];

// Finds what is out of the ordinary in a series as it arrives, in the same memory however long it runs. One setting for all.
import { createTail, TAIL_BYTES } from './tail.ts';

export interface Detector {
  /** The next value, whatever its unit. One that is no number tells nothing and is passed over. */
  push(value: number): Detection;
}

export interface Detection {
  /** Bits: 10 is once in a thousand of the values seen so far. */
  surprise: number;
  /** Worth telling: as surprising as `ALARM_BITS`, and not told of a moment ago. */
  alarm: boolean;
}

/** Once in a thousand points. */
export const ALARM_BITS = 10;
/** What follows within so many points belongs to the alarm before it: at five minutes a point a third of a day. */
const ONE_TROUBLE = 100;
/** Before that nobody knows what is usual. */
const WARM = 32;
/** How fast a mean follows: the jump from one value to the next, the level of the last few, that of the last hours. */
const FOLLOWING = [0.5, 0.2, 0.05];
/** Above it the difference of two values would have no end. */
const LARGEST = 1e300;

interface Follower {
  rate: number;
  mean: number;
  above: ReturnType<typeof createTail>;
  below: ReturnType<typeof createTail>;
}

/**
 * Each value is compared with three means that follow the series at different speeds. How rare such a distance is, above and
 * below for themselves, is counted and not calculated: no shape of noise is assumed, and a unit does not matter. The rarest
 * of the six decides.
 */
export function createDetector({ alarmBits = ALARM_BITS }: { alarmBits?: number } = {}): Detector {
  let followers: Follower[] = [];
  let seen = 0;
  const isAlarm = createAlarm(alarmBits);

  return {
    push(value) {
      if (!Number.isFinite(value)) return { surprise: 0, alarm: false };
      const known = Math.max(-LARGEST, Math.min(LARGEST, value));
      if (seen === 0) followers = FOLLOWING.map((rate) => followerFrom(known, rate));
      seen += 1;
      let rarest = 0;
      for (const follower of followers) {
        const away = known - follower.mean;
        follower.mean += follower.rate * away;
        const above = follower.above.surprise(Math.max(away, 0));
        const below = follower.below.surprise(Math.max(-away, 0));
        rarest = Math.max(rarest, above, below);
      }
      const surprise = seen > WARM ? rarest : 0;
      return { surprise, alarm: isAlarm(surprise) };
    },
  };
}

/** Tells of a trouble once: asked of every point in turn, it says yes to the first, and not again for `ONE_TROUBLE` points. */
export function createAlarm(bits: number): (surprise: number) => boolean {
  let since = Number.POSITIVE_INFINITY;
  return (surprise) => {
    since += 1;
    if (surprise < bits || since <= ONE_TROUBLE) return false;
    since = 0;
    return true;
  };
}

function followerFrom(mean: number, rate: number): Follower {
  return { rate, mean, above: createTail(), below: createTail() };
}

/** Bytes a series takes, of which nearly all are counts. */
export const DETECTOR_BYTES = FOLLOWING.length * (2 * TAIL_BYTES + 64);

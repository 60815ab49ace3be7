// What the third set draws from. The same seed gives the same set on every machine.

export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const DIGITS = '0123456789';
export const HEX = '0123456789abcdef';
export const BASE36 = LOWER + DIGITS;
export const BASE62 = LOWER + LOWER.toUpperCase() + DIGITS;
export const BASE64 = `${BASE62}+/`;
export const URL_SAFE = `${BASE62}-_`;

export type Chance = {
  /** A whole number from 0 to below `n`. */
  below(n: number): number;
  of<T>(list: readonly T[]): T;
  text(alphabet: string, length: number): string;
  /** `length` between `least` and `most`, both included. */
  between(least: number, most: number): number;
  bytes(length: number): Buffer;
};

/** Mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number) => Math.floor(next() * n);
  const of = <T>(list: readonly T[]): T => {
    const item = list[below(list.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  };
  return {
    below,
    of,
    text: (alphabet, length) => Array.from({ length }, () => alphabet[below(alphabet.length)]).join(''),
    between: (least, most) => least + below(most - least + 1),
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}

export function uuidOf(chance: Chance): string {
  const hex = chance.text(HEX, 32);
  const variant = chance.of(['8', '9', 'a', 'b']);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20),
  ].join('-');
}

/** As people and password managers make them. */
export function passwordOf(chance: Chance): string {
  const word = () =>
    chance.of([
      'Harbor',
      'winter',
      'Copper',
      'falcon',
      'Meadow',
      'orbit',
      'Tunnel',
      'velvet',
      'Quartz',
      'basil',
    ]);
  switch (chance.below(4)) {
    case 0:
      return `${word()}${chance.below(90) + 10}${chance.of(['!', '$', '#', '*'])}${word()}`;
    case 1:
      return `${word()}-${word()}-${word()}-${chance.below(900) + 100}`;
    case 2:
      return chance.text(BASE62, chance.between(12, 20));
    default:
      return `${chance.text(BASE62, 6)}${chance.of(['!', '%', '^', '~', '*', '.'])}${chance.text(BASE62, 8)}`;
  }
}

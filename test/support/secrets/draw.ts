// Random things from a seed: the same run of secrets every time.

export type Draw = ReturnType<typeof drawFrom>;

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';
export const ALPHABETS = {
  lower,
  digits,
  hex: `${digits}abcdef`,
  upperHex: `${digits}ABCDEF`,
  base32: `${upper}234567`,
  base36: `${lower}${digits}`,
  upper36: `${upper}${digits}`,
  base62: `${lower}${upper}${digits}`,
  letters: `${lower}${upper}`,
  base64: `${lower}${upper}${digits}+/`,
  url: `${lower}${upper}${digits}-_`,
  bech32: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
};

/** mulberry32, public domain: fast and good enough to draw characters. */
export function drawFrom(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const of = (alphabet: keyof typeof ALPHABETS, length: number) =>
    Array.from({ length }, () => ALPHABETS[alphabet][below(ALPHABETS[alphabet].length)]).join('');
  const between = (least: number, most: number) => least + below(most - least + 1);
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));
  const uuid = () =>
    `${of('hex', 8)}-${of('hex', 4)}-4${of('hex', 3)}-${pick(['8', '9', 'a', 'b'])}${of('hex', 3)}-${of('hex', 12)}`;
  return { below, between, pick, of, bytes, uuid };
}

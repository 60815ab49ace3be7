// Units a threshold may carry, and what measurements are stored in: percent as 0..100, times in
// milliseconds, sizes in bytes, rates per second. KB is 1,000 bytes, KiB is 1,024.

export type Unit = keyof typeof baseOf;

const baseOf = {
  '%': 1,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  rps: 1,
  '/s': 1,
} as const;

const units = Object.keys(baseOf) as Unit[];
const byLowerCase = new Map(units.map((unit) => [unit.toLowerCase(), unit]));

/** The amount in what measurements are stored in: `toBase(5, 'GB')` is 5e9 bytes. */
export function toBase(amount: number, unit: Unit | null): number {
  return unit === null ? amount : amount * baseOf[unit];
}

/** The unit a person wrote. Sizes in any case (`gb`), the others in lower case, as `M` is no minute. */
export function unitNamed(text: string): Unit | null {
  const unit = byLowerCase.get(text.toLowerCase());
  if (unit === undefined) return null;
  return unit === text || unit.endsWith('B') ? unit : null;
}

/** A stored measurement for people, in `unit`: `formatMeasure(12.3, '%')` is "12.3%". Six digits at most. */
export function formatMeasure(base: number, unit: Unit | null): string {
  if (!Number.isFinite(base)) return 'unknown';
  const amount = unit === null ? base : base / baseOf[unit];
  return withUnit(String(Number(amount.toPrecision(6))), unit);
}

/** `90%`, `5GB`, `3 rps`: written so that a condition reads it back. */
export function withUnit(amount: string, unit: Unit | null): string {
  return unit === null ? amount : unit === 'rps' ? `${amount} rps` : `${amount}${unit}`;
}

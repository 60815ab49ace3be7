const FACTORS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };

/** What docker prints (go-units HumanSize): `0B`, `12.3kB`, `1.2GB (80%)`. Null: something else. */
export function parseDockerSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?) ?([kKMGTP]?B)\b/.exec(text.trim());
  const factor = FACTORS[(match?.[2] ?? '').toUpperCase()];
  return match === null || factor === undefined ? null : Math.round(Number(match[1]) * factor);
}

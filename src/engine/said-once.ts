// What an auto-fix has to say while its condition holds is said once, however often the poll comes by.
import type { Tables } from '../store/tables.ts';

const REASONS = ['skipped', 'frozen', 'refused', 'checklist', 'changed', 'failed'] as const;
export type SaidReason = (typeof REASONS)[number];

/** False the first time since the condition last held nowhere there. */
export async function saidBefore(
  tx: Tables,
  fix: string,
  reason: SaidReason,
  place: string,
  now: number,
): Promise<boolean> {
  return !(await tx.conditions.begin(`auto-fix:${fix}/${reason}`, place, now));
}

export async function forgetSaid(tx: Tables, fix: string, place: string): Promise<void> {
  for (const reason of REASONS) await tx.conditions.release(`auto-fix:${fix}/${reason}`, place);
}

/** What conditions and sayings of a fix count per. */
export function fixPlace(source: string, target: string): string {
  return `${source}/${target}`;
}

/** One look at a place at a time, and of the tries after a failure the next one. */
export function fixKey(fix: string, place: string): string {
  return `auto-fix:${fix}/${place}`;
}

/** What its limits count per: a service wherever it is measured, else a part of one source. */
export function fixTarget({
  service,
  source,
  target,
}: {
  service: string | null;
  source: string;
  target: string;
}): string {
  return service ?? fixPlace(source, target);
}

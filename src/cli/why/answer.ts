// What `why` answers: facts, then what was decided and when, then what waits. Nothing here is computed afresh.

export interface WhyLine {
  at: number;
  /** `page`, `escalated`, `alert`, ... */
  kind: string;
  text: string;
  data?: Record<string, unknown>;
}

export interface WhyAnswer {
  about: string;
  facts: [label: string, value: string][];
  /** In the order of their times. */
  decided: WhyLine[];
  /** What happens next, and when. */
  pending: WhyLine[];
  /** What to look at from here. */
  next?: string;
}

export function inOrder(lines: readonly WhyLine[]): WhyLine[] {
  return lines.toSorted((a, b) => a.at - b.at);
}

/** A text out of the data of an entry; null where it is none. */
export function textIn(data: Record<string, unknown>, key: string): string | null {
  const value = data[key];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
}

/** `silence "night"`, `incident #7`: what `mutedBy` of an alert names. */
export function muter(mutedBy: string): string {
  const [, kind = '', name = ''] = /^([a-z]+):(.*)$/.exec(mutedBy) ?? [];
  if (kind === 'silence') return `the silence "${name}"`;
  if (kind === 'incident') return `incident #${name}, of something it depends on`;
  return mutedBy;
}

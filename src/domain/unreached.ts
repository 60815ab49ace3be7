// A page that reached nobody on any way there is, for as long as its incident has no owner.
import { calledName } from './pager.ts';

export interface Unreached {
  incidentId: number;
  /** Name of the contact, or of the pager itself. */
  contact: string;
  /** What was tried, in that order; `why` null: it did not say. */
  ways: { channel: string; why: string | null }[];
  since: number;
}

/** `@sarah was not reached for #7: slack (no answer within 10 s), mail (refused)` */
export function unreachedText({ incidentId, contact, ways }: Unreached): string {
  const tried = ways.map(({ channel, why }) => (why === null ? channel : `${channel} (${why})`)).join(', ');
  return `${calledName(contact, ways[0]?.channel)} was not reached for #${incidentId}: ${tried}`;
}

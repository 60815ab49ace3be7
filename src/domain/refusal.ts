/** A no with its reason, as it was when it was decided, and what to do instead. */
export interface Refusal {
  why: string;
  detail: string;
  instead: string;
}

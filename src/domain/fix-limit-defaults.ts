// What limits how often an auto-fix runs where it says nothing itself.

/** All fixes together, an hour. */
export const GLOBAL_BUDGET = 10;
export const DEFAULT_COOLDOWN_MS = 15 * 60_000;
export const DEFAULT_MAX_RUNS = '10 per day';

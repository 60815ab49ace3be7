// Messages that no channel took: the daemon's standing warning, and what is counted anew where a person asks.

/** Key of the daemon's warning among those in the settings. */
export const UNDELIVERED = 'failed-posts';

/** Of the last 24 hours. */
export function undeliveredText(count: number): string {
  return `${count} ${count === 1 ? 'message' : 'messages'} could not be delivered in the last 24 hours`;
}

/** Where a message goes: a chat, a room in it, and (by incident) a thread in the room. */
export interface Destination {
  /** A channel's name: `slack`, `terminal`, ... */
  channel: string;
  /** `#ops-critical`, or a person's id for a direct message. */
  conversation: string;
  /** The incident whose thread it is; null stands for the room itself. */
  incidentId: number | null;
}

/** A bare "#name" means the default channel: slack if any, else the only one, else the terminal. */
export function defaultChannel(configured: readonly { name: string; type: string }[]): string {
  const slack = configured.find(({ type }) => type === 'slack');
  if (slack) return slack.name;
  return configured.length === 1 && configured[0] ? configured[0].name : 'terminal';
}

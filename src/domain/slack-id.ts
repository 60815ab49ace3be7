// Slack's ids say by their first letter what they are: https://docs.slack.dev/reference/objects

/** A person: `U024BE7LH`, or `W…` of an Enterprise organisation. */
export function isSlackPerson(id: string): boolean {
  return /^[UW][A-Z0-9]{2,20}$/.test(id);
}

/** A user group, which has no direct messages: it is told in a conversation. */
export function isSlackGroup(id: string): boolean {
  return /^S[A-Z0-9]{2,20}$/.test(id);
}

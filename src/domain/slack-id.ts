// Slack's ids say by their first letter what they are: https://docs.slack.dev/reference/objects

/** A person: `U024BE7LH`, or `W…` of an Enterprise organisation. */
export function isSlackPerson(id: string): boolean {
  return /^[UW][A-Z0-9]{2,20}$/.test(id);
}

/** A user group, which has no direct messages: it is told in a conversation. */
export function isSlackGroup(id: string): boolean {
  return /^S[A-Z0-9]{2,20}$/.test(id);
}

/**
 * Whether it begins as the id of a person or a group does, where need be with its workspace: `T024BE7LD:U024BE7LH`. A display
 * name does not.
 */
export function beginsAsSlackId(id: string): boolean {
  return /^([TE][A-Z0-9]+:)?[UWS][^a-z\s]/.test(id);
}

/** A conversation of two, which has no name. */
export function isSlackDirect(conversation: string): boolean {
  return conversation.startsWith('D');
}

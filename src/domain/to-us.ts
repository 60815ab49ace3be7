// Where a chat knows no mentions, being spoken to is read from the words: "@openclaw what changed?".

/** What is left once our name is taken off; `toUs` only where it stood first. */
export function spokenTo(text: string): { text: string; toUs?: true } {
  const name = /^\s*@openclaw(?:[:,]|(?=\s|$))/iu.exec(text);
  return name ? { text: text.slice(name[0].length).trim(), toUs: true } : { text };
}

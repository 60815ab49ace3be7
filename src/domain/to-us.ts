// Being spoken to: our name where a chat knows no mentions ("@openclaw what changed?"), and a command without its slash.

/**
 * What is left once our name is taken off; `toUs` only where it stood first, and what is said to us may be a command of
 * `triggers` without its slash.
 */
export function spokenTo(text: string, triggers: readonly string[]): { text: string; toUs?: true } {
  const words = withoutName(text);
  return words === null ? { text } : { text: asCommand(words, triggers), toUs: true };
}

/** Null: our name does not stand first. */
export function withoutName(text: string): string | null {
  const name = /^\s*@openclaw(?:[:,]|(?=\s|$))/iu.exec(text);
  return name ? text.slice(name[0].length).trim() : null;
}

/** Without its slash a word is a command only as it stands: "the post-rollback numbers" are no rollback. */
export function asCommand(words: string, triggers: readonly string[]): string {
  const first = (words.split(/\s/, 1)[0] ?? '').toLowerCase();
  const trigger =
    first.startsWith('/') || first === 'ops-status'
      ? withoutPrefix(`/${first.replace(/^\//, '')}`, triggers)
      : `/${first}`;
  return triggers.includes(trigger) ? `${trigger}${words.slice(first.length)}` : words;
}

/** Slack keeps `/status` for itself, and another app may have `/rollback`: `/ops-status`, `/acme-rollback`. */
export function withoutPrefix(command: string, triggers: readonly string[]): string {
  for (let rest = command; ; ) {
    if (triggers.includes(rest)) return rest;
    const dash = rest.indexOf('-');
    if (dash < 0) return command;
    rest = `/${rest.slice(dash + 1)}`;
  }
}

// A person's pattern as Redis takes it: `*` stands for any characters, everything else for itself.

/** `sess:*` stays; `a?[b]` means just that. (Globs of Redis: `*`, `?`, `[…]`, and a backslash before each.) */
export function redisGlob(pattern: string): string {
  return pattern.replace(/[?[\]\\^]/g, '\\$&');
}

/** Everything: the whole cache is emptied, all its databases, and not key by key. */
export function isEverything(pattern: string | undefined): boolean {
  return pattern === undefined || /^\*+$/.test(pattern);
}

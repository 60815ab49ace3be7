// Key patterns: * stands for any run of characters, everything else for itself.

/** Linear in the length of the key for each *, whatever the pattern: no backtracking. */
export function matchesPattern(pattern, key) {
  const parts = pattern.split('*');
  if (parts.length === 1) return key === pattern;
  const first = parts[0];
  const last = parts[parts.length - 1];
  if (key.length < first.length + last.length || !key.startsWith(first) || !key.endsWith(last)) return false;
  const end = key.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = key.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

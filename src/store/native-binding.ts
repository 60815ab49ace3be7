/** For better-sqlite3: the launcher names the binary it found, which saves the search for it. */
export function nativeBinding(): { nativeBinding?: string } {
  const path = process.env.OPENCLAW_SQLITE_BINDING;
  return path ? { nativeBinding: path } : {};
}

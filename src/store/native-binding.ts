// For better-sqlite3: the launcher names the binary it found, and it is loaded here without a search for it.

let loaded: object | undefined;

export function nativeBinding(): { nativeBinding?: string } {
  const path = process.env.OPENCLAW_SQLITE_BINDING;
  if (!path) return {};
  if (!loaded) {
    const module = { exports: {} };
    process.dlopen(module, path);
    loaded = module.exports;
  }
  // It takes the loaded binary too; its types know only of a path.
  return { nativeBinding: loaded as unknown as string };
}

// The other side knows the key and could say it: nothing that comes from there may bring it back into a chat or a log.

/** A copy in which no text holds the key. */
export function hideKey<T>(value: T, key: string): T {
  // The shape is kept: only texts change.
  return hidden(value, key) as T;
}

function hidden(value: unknown, key: string): unknown {
  if (typeof value === 'string') return value.includes(key) ? value.replaceAll(key, '[key]') : value;
  if (Array.isArray(value)) return value.map((one) => hidden(one, key));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name.replaceAll(key, '[key]'), hidden(one, key)]),
  );
}

import { readFileSync } from 'node:fs';

/** Put in by the build; absent when the source runs as it is. */
declare const OPENCLAW_VERSION: string | undefined;

export function version(): string {
  if (typeof OPENCLAW_VERSION === 'string') return OPENCLAW_VERSION;
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

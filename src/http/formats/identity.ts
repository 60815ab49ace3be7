// Names of alerts and of deliveries: short hashes over length-prefixed parts, so that no two lists of parts collide.
import { hash } from 'node:crypto';

/** 128 bits, base64url. One call of the hash: it is a good part of what an alert costs. */
export function shortHash(...parts: string[]): string {
  const text = parts.map((part) => `${part.length}:${part}`).join('');
  return hash('sha256', text, 'base64url').slice(0, 22);
}

/** Keys that grow with time land side by side in the inbox's index, which doubles what it takes a second. */
export function timedKey(at: number, hash: string): string {
  return `${Math.max(0, Math.trunc(at)).toString(36).padStart(9, '0')}.${hash}`;
}

/** A flat object as text, the same for every order of its names. */
export function sortedText(labels: Record<string, string>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

// Secrets are references. What looks like the value itself is refused and never repeated: the message
// ends up in a terminal's scrollback or a CI log.
import { redact } from '../domain/redact.ts';
import { sensitiveName } from '../domain/redact-names.ts';
import type { Place } from './definition.ts';
import { bad } from './place.ts';

/** Secrets by name that redaction leaves alone, because they are harmless words in prose. */
const MORE_SECRET_NAMES = /(?:^|[-_.])(?:pass|webhook-?_?url|access-?_?key-?_?id)$/i;

/** `env:NAME` or `file:/absolute/path`. */
export function secretReference(text: string, key: string, place: Place): string {
  const reference = text.trim();
  const variable = `${key.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase() || 'SECRET'}`;
  if (reference.startsWith('env:')) {
    if (/^env:[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(reference) && !looksSecret(reference.slice(4)))
      return reference;
    throw bad(
      place,
      `what follows env: for ${key} is not the name of an environment variable`,
      `for example ${place.write(`${key}=env:${variable}`)}`,
    );
  }
  if (reference.startsWith('file:')) {
    if (/^file:\/[^\p{Cc}]{1,4000}$/u.test(reference)) return reference;
    throw bad(
      place,
      `what follows file: for ${key} is not a full path`,
      `begin with a slash: ${place.write(`${key}=file:/run/secrets/${key}`)}`,
    );
  }
  throw bad(
    place,
    `the value of ${key} was given itself; command lines and files are read by others and kept in histories`,
    `set it in the daemon's environment and write ${place.write(`${key}=env:${variable}`)}, or ${place.write(`${key}=file:/run/secrets/${key}`)}; if it was real, replace it`,
  );
}

/** Throws when a setting is a secret by its key or by its look. */
export function refuseSecret(key: string, text: string, place: Place): void {
  // `--token={key}` in a host's argument list: a placeholder is no secret.
  const looks = looksSecret(text.replace(/\{[a-z]+\}/g, ''));
  const isNamedSo = sensitiveName(key) !== null || MORE_SECRET_NAMES.test(key);
  if (!looks && !isNamedSo) return;
  throw bad(
    place,
    looks
      ? `the value of ${key} looks like a secret`
      : `${key} is a secret by its name, and settings are stored as they are`,
    `give a reference instead: --secret ${key}=env:${key.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()}`,
  );
}

/** What would be taken out of a chat or a log must not be stored either. */
function looksSecret(text: string): boolean {
  return redact(text) !== text;
}

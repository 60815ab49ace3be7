// Secrets are references. What looks like the value itself is refused and never repeated: the message
// ends up in a terminal's scrollback or a CI log.
import type { Place } from './definition.ts';
import { bad } from './place.ts';

const SECRET_KEY =
  /(?:^|[-_.])(?:token|secret|password|passwd|passphrase|pass|pwd|credentials?|api-?_?key|access-?_?key(?:-?_?id)?|private-?_?key|routing-?_?key|signing-?_?key|webhook-?_?url)$/i;
const PROVIDER_VALUE =
  /\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{8,}|xapp-[\w-]{8,}|AKIA[0-9A-Z]{12,}|ASIA[0-9A-Z]{12,}|sk-[A-Za-z0-9_-]{16,}|glsa_\w{16,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*|SG\.[\w-]{16,})|-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^/\s:@]+:[^/\s@]+@|hooks\.slack\.com\/services\/T/;

/** `env:NAME` or `file:/absolute/path`. */
export function secretReference(text: string, key: string, place: Place): string {
  const reference = text.trim();
  const variable = `${key.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase() || 'SECRET'}`;
  if (reference.startsWith('env:')) {
    if (/^env:[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(reference) && !PROVIDER_VALUE.test(reference))
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
  const looks = PROVIDER_VALUE.test(text);
  if (!looks && !SECRET_KEY.test(key)) return;
  throw bad(
    place,
    looks
      ? `the value of ${key} looks like a secret`
      : `${key} is a secret by its name, and settings are stored as they are`,
    `give a reference instead: --secret ${key}=env:${key.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()}`,
  );
}

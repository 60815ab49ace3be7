// The settings of a `host` source: which mounts to watch, and which of our variables its programs may see.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { nearest } from './similar.ts';

export interface HostSettings {
  /** Mount points to watch; null: every real one. */
  disk: string[] | null;
  /** Names of environment variables passed on beside the fixed few. */
  env: string[];
}

const KNOWN = ['disk', 'env'];

/** Asked when the source is added and again when it starts. Errors: UserError (usage) with the first problem. */
export function parseHostSettings(settings: Readonly<Record<string, string>>): HostSettings {
  const [problem] = problemsOf(settings);
  if (problem !== undefined) throw usageError(problem, 'a host source takes disk=/,/var and env=NAME,OTHER');
  const disk = listed(settings.disk);
  return { disk: disk.length === 0 ? null : disk, env: listed(settings.env) };
}

/** Sentences. Empty: nothing is wrong. */
function problemsOf(settings: Readonly<Record<string, string>>): string[] {
  return [
    ...Object.keys(settings)
      .filter((key) => !KNOWN.includes(key))
      .map(unknownSetting),
    ...listed(settings.disk)
      .filter((mount) => !mount.startsWith('/') || /\p{Cc}/u.test(mount))
      .map((mount) => `disk: ${quoted(mount)} is no mount point: write full paths, as in disk=/,/var`),
    ...listed(settings.env)
      .filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      .map(
        (name) => `env: ${quoted(name)} is no name of a variable: names alone, as in env=SHOP_PORT,SHOP_DIR`,
      ),
  ];
}

function unknownSetting(key: string): string {
  const near = nearest(key, KNOWN);
  return `${quoted(key)} is no setting of a host source: ${near === null ? `it takes ${KNOWN.join(' and ')}` : `did you mean ${near}?`}`;
}

function listed(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

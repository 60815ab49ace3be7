import type { HostSettings } from '../../domain/host-settings.ts';

/** What every program gets, where it is set. */
const ALWAYS = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

/** What started programs see: credentials of ours are not among it unless `env` names them. */
export function programEnvironment(
  settings: HostSettings,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    [...ALWAYS, ...settings.env].flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

// Who can be on call, as it is configured and enabled now.
import type { Directory } from '../domain/on-call.ts';
import type { Tables } from '../store/tables.ts';

export async function readDirectory(tables: Tables): Promise<Directory> {
  const enabled = async <K extends 'contact' | 'rotation' | 'channel'>(kind: K) =>
    (await tables.resources.list(kind)).filter((one) => one.enabled).map(({ spec }) => spec);
  return {
    contacts: await enabled('contact'),
    rotations: await enabled('rotation'),
    channels: await enabled('channel'),
    schedules: await tables.settings.get('schedules'),
  };
}

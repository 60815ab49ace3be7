// On whose clocks times are typed and read where somebody asks.
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';

/** IANA zone: of the channel (`--set zone=`), else the daemon's. */
export async function channelZone(channel: string, read: Tables, { zone }: Engine): Promise<string> {
  const found = await read.resources.find('channel', channel);
  return found?.spec.settings.zone ?? zone;
}

// Every word that is a command in chat now.
import { BUILT_IN_TRIGGERS } from '../domain/verbs.ts';
import type { Tables } from './tables.ts';

/** With their slashes; our own, and those of the commands that are enabled. */
export async function triggersOf({ resources }: Pick<Tables, 'resources'>): Promise<string[]> {
  const commands = (await resources.list('command')).filter(({ enabled }) => enabled);
  return [...BUILT_IN_TRIGGERS, ...commands.map(({ spec }) => spec.trigger)];
}

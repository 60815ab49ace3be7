// /restart: rolling, unless a full one is asked for in so many words.

import { UserError } from '../domain/errors.ts';
import type { Kit, Playbook } from '../domain/playbook.ts';
import { typedWord } from '../domain/typed-word.ts';
import { firstKnown, noSource, sections, silentSources } from './answers.ts';
import { readArguments, slashed } from './arguments.ts';
import { databaseKnownAs, databaseRefusal } from './database.ts';
import { findService, instanceNote, type Looked } from './find-service.ts';
import { healthLine, instanceLines } from './health.ts';

const usage = '/restart [service] [--full]';

export const restart: Playbook = {
  name: 'restart',
  usage,
  summary: 'Restart a service, one instance after the other',
  changes: true,
  async propose(request, kit) {
    const { positionals, flags } = readArguments(request, {
      usage,
      positionals: 1,
      flags: { full: 'switch' },
    });
    const full = flags.full === true;
    const rest = full ? '--full' : '';
    const looked = await orDatabase(positionals[0], kit, () =>
      findService({ name: positionals[0], request, kit, rest, change: 'services.restart' }),
    );
    if (looked.kind === 'ask') return looked.proposal;
    const { service, instance } = looked;
    const args = { service: service.name, mode: full ? ('full' as const) : ('rolling' as const) };
    const refused = await databaseRefusal(
      { capability: 'services.restart', args, facts: { instances: [] }, service: service.name },
      service,
      kit,
    );
    if (refused) return refused;
    if (kit.changer('services.restart', service.name) === null) {
      return noSource(`restart ${service.name}`, service.name, kit);
    }
    const health = await kit.read('services.health', { service: service.name });
    const state = firstKnown(health, kit.changer('services.restart', service.name))?.result;
    const one = state ? (state.running ?? state.instances.length) === 1 : false;
    return {
      kind: 'steps',
      title: `${full ? 'Full' : 'Rolling'} restart of ${service.name}`,
      service: service.name,
      steps: [{ capability: 'services.restart', args }],
      notes: sections(
        { heading: 'Health now', lines: state ? [healthLine(state), ...instanceLines(state)] : ['unknown'] },
        {
          heading: 'How',
          lines: full
            ? [
                `full: all instances at once, expect downtime. One after the other: ${line(request.trigger, service.name)}`,
              ]
            : [
                one
                  ? 'rolling, but there is one instance: expect downtime'
                  : 'rolling: one instance after the other',
                `all at once, with downtime: ${line(request.trigger, service.name)} --full`,
              ],
        },
        { heading: 'Note', lines: [...instanceNote(service, instance), ...silentSources(health)] },
      ),
      success: state ? { kind: 'healthy', service: service.name, count: state.desired } : { kind: 'none' },
    };
  },
};

/** A database is refused by whatever name it is asked for, and never answered with a word that would be refused too. */
async function orDatabase(name: string | undefined, kit: Kit, look: () => Looked): Promise<Looked> {
  try {
    return look();
  } catch (error) {
    const unknown = error instanceof UserError && error.type === 'not-found';
    const database = unknown && name !== undefined ? await databaseKnownAs(name, kit) : null;
    if (database === null) throw error;
    return { kind: 'found', service: database, instance: name ?? null };
  }
}

function line(trigger: string, service: string): string {
  return `${slashed(trigger)} ${typedWord(service)}`;
}

// What a conversation rests on, as it is kept for a replay: asked again with it, the same bytes go out and the same words come back.
import type { KeptKit, KeptRead, Question } from '../../domain/assistant.ts';
import { CHANGE_ARGS, type ChangeCapability } from '../../domain/capability.ts';
import type { Kit } from '../../domain/playbook.ts';
import { namesWord, type Seen } from './taint.ts';

/** Its texts cleaned before anything is made of them: cut to length afterwards, they are cut in the same places in a replay. */
export function cleanQuestion(question: Question, clean: (text: string) => string): Question {
  const { agent, command, incident, known } = question;
  return {
    ...question,
    agent: { ...agent, instructions: clean(agent.instructions) },
    command: command && { ...command, instructions: clean(command.instructions) },
    words: clean(question.words),
    incident: incident && { ...incident, title: clean(incident.title) },
    known: known.map((each) => ({ ...each, label: clean(each.label), text: clean(each.text) })),
  };
}

/** `changes`: whether a change may come of it. */
export function keptKit(kit: Kit, changes: boolean): KeptKit {
  const capabilities = Object.keys(CHANGE_ARGS) as ChangeCapability[];
  const services = [null, ...kit.services.map(({ name }) => name)];
  const changers = capabilities.flatMap((capability) =>
    services.flatMap((service) => {
      const source = changes ? kit.changer(capability, service) : null;
      return source === null ? [] : [{ capability, service, source }];
    }),
  );
  return {
    now: kit.now,
    zone: kit.zone ?? 'UTC',
    services: kit.services.map((service) => ({ ...service, bindings: {} })),
    sources: [...kit.sources],
    commands: kit.commands?.map(({ playbook, trigger }) => ({ playbook, trigger })) ?? null,
    changers,
  };
}

/** The kit, with all that is read through it written down in `reads`. */
export function noted(kit: Kit, reads: KeptRead[]): Kit {
  return {
    ...kit,
    async read(capability, args, options) {
      const answers = await kit.read(capability, args, options);
      reads.push({ capability, args, answers });
      return answers;
    },
  };
}

/** Of the texts themselves only which services they name: that is all that is asked of them later. */
export function keptSeen({ outside, ids }: Seen, kit: Pick<Kit, 'services'>) {
  const services = kit.services.map(({ name }) => name);
  return {
    ids: [...ids].sort(),
    services: services.filter((name) => outside.some((text) => namesWord(text, name))),
  };
}

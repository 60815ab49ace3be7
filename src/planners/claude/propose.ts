// What the model proposes, as a proposal like any other: a playbook's where the command has one, else the steps themselves.
import { z } from 'zod';
import type { OfferedCommand } from '../../domain/assistant.ts';
import { CHANGE_ARGS } from '../../domain/capability.ts';
import { UserError } from '../../domain/errors.ts';
import { MAX_STEPS } from '../../domain/guardrails.ts';
import type { IncidentContext, Kit, Playbook, Proposal, StepRequest } from '../../domain/playbook.ts';
import { lineOf, wordsFor } from './typed-line.ts';

const CAPABILITIES = Object.keys(CHANGE_ARGS) as [keyof typeof CHANGE_ARGS];

export const PROPOSE = 'propose_plan';

/** The arguments of the one tool that ends a conversation with a wish. Nothing happens by it: it becomes a plan that waits for a person. */
export function proposeSchema(commands: readonly OfferedCommand[]) {
  const names = commands.map(({ name }) => name) as [string, ...string[]];
  return z.strictObject({
    command: z.enum(names),
    steps: z
      .array(z.strictObject({ capability: z.enum(CAPABILITIES), args: z.record(z.string(), z.unknown()) }))
      .min(1)
      .max(MAX_STEPS),
    /** For people, in a few sentences. */
    why: z.string().max(2_000),
  });
}
export type Wanted = z.infer<ReturnType<typeof proposeSchema>>;

/** Why a limit is to be passed is a person's to say: a reason that does not stand in `words` is none. */
export function withoutOwnReasons(wanted: Wanted, words: string): Wanted {
  const asked = plainWords(words);
  const steps = wanted.steps.map((step) => {
    const { reason, ...args } = step.args;
    const isSaid =
      typeof reason === 'string' && plainWords(reason) !== '' && asked.includes(plainWords(reason));
    return isSaid ? step : { ...step, args };
  });
  return { ...wanted, steps };
}

function plainWords(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

export interface Proposed {
  proposal: Proposal;
  /** What asks for the same once more; null: only the words it was asked in. */
  line: string | null;
}

export async function proposalOf(
  { command: name, steps }: Wanted,
  about: {
    commands: readonly OfferedCommand[];
    incident: IncidentContext | null;
    playbooks: readonly Playbook[];
    kit: Kit;
  },
): Promise<Proposed> {
  const { commands, incident, playbooks, kit } = about;
  const command = commands.find((each) => each.name === name);
  if (!command) return { proposal: no(`there is no command ${name} here`, '/help'), line: null };
  if (command.playbook === null) return { proposal: bare(command, steps), line: null };
  const playbook = playbooks.find((each) => each.name === command.playbook);
  const [first] = steps;
  const words = first && wordsFor(command.playbook, first);
  if (!playbook || !words)
    return {
      proposal: no(`${command.trigger} does not do that`, `type ${command.trigger} yourself`),
      line: null,
    };
  const line = lineOf(command.trigger, words);
  if (steps.some((step) => lineOf(command.trigger, wordsFor(playbook.name, step) ?? ['?']) !== line))
    return {
      proposal: no('it takes more than one change, and each is asked for by itself', line),
      line: null,
    };
  try {
    return { proposal: await playbook.propose({ trigger: command.trigger, words, incident }, kit), line };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { proposal: no(error.message, error.hint ?? line), line: null };
  }
}

/** Of a command without a playbook. Its title is ours, and says no more than the steps. */
function bare({ trigger }: OfferedCommand, steps: readonly StepRequest[]): Proposal {
  const services = [
    ...new Set(steps.flatMap(({ args }) => (typeof args.service === 'string' ? [args.service] : []))),
  ];
  const [only] = services;
  const service = services.length === 1 && only !== undefined ? only : null;
  return {
    kind: 'steps',
    title: `${trigger}: ${steps.map(({ capability }) => capability).join(', ')}${service === null ? '' : ` on ${service}`}`,
    service,
    steps: steps.map(({ capability, args }) => ({ capability, args })),
    notes: [],
    success: service === null ? { kind: 'none' } : { kind: 'healthy', service, count: null },
  };
}

function no(detail: string, instead: string): Proposal {
  return {
    kind: 'refusal',
    why: 'planner',
    detail: `Claude proposed something that cannot be done: ${detail}`,
    instead,
  };
}

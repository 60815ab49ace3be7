// What is to be done about a line: by a playbook, at once and without a model; where none understands it, by the model; and
// where that is silent, as it would be without one.
import { UserError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Block } from '../../domain/message.ts';
import type { IncidentContext, Kit, PlaybookRequest, Proposal } from '../../domain/playbook.ts';
import type { Resource } from '../../domain/resource.ts';
import type { Engine, Run } from '../engine.ts';
import { consult, offered } from './consult.ts';
import { type Said, saidHeading, saidLines, saidMessage, uncheckedText } from './said.ts';

export interface Wish {
  /** Not checked yet. */
  proposal: unknown;
  command: Resource<'command'> | null;
  /** What asks for the same once more; null: the line itself. */
  line: string | null;
  by: 'playbook' | 'model';
}

export interface Line {
  /** As it was typed. */
  text: string;
  trigger: string;
  words: string[];
  command: Resource<'command'> | null;
  /** It is no command: a person speaks freely. */
  speech: boolean;
  incident: IncidentContext | null;
  actor: string;
}

const SHOWN_CHARACTERS = 120;
const WAITS = 'Claude is being asked. If it stays silent, the answer comes without it';

/** `without`: the answer to free speech that no model reads. Errors: UserError for what was typed wrong. */
export async function wishFor(
  line: Line,
  { kit, engine, run, without }: { kit: Kit; engine: Engine; run: Run; without(): Promise<Proposal> },
): Promise<Wish> {
  const { planner } = engine;
  const { command, trigger, words, incident } = line;
  const request: PlaybookRequest & { playbook: string | null; instructions: string } = {
    trigger,
    words,
    incident,
    playbook: command?.spec.playbook ?? null,
    instructions: command?.spec.message ?? '',
  };
  const byPlaybook = async (): Promise<Wish> => ({
    proposal: await planner.propose(request, kit),
    command,
    line: null,
    by: 'playbook',
  });
  let misunderstood: UserError | null = null;
  if (!line.speech && planner.knows(request)) {
    try {
      return await byPlaybook();
    } catch (error) {
      // A command of ours, such as /status, is no prose.
      if (!(error instanceof UserError) || error.type !== 'usage' || command === null) throw error;
      misunderstood = error;
    }
  }
  const reply = await consult(
    {
      purpose: line.speech ? 'speech' : 'command',
      command: command && { name: command.name, trigger, instructions: command.spec.message },
      words: line.text,
      incident,
      known: misunderstood
        ? [{ label: 'why the playbook did not understand it', text: misunderstood.message, trusted: true }]
        : [],
      commands: await offered(engine.store.read, (each) => planner.knows(each), command?.name),
      actor: line.actor,
      onWait: () => kit.progress?.(WAITS, 'A model was asked'),
      onText: (soFar) => kit.progress?.(uncheckedText(soFar), 'A model was asked'),
    },
    kit,
    engine,
    run,
  );
  if (reply?.kind === 'said')
    return {
      proposal: { kind: 'answer', message: saidMessage(titleOf(line), reply) },
      command,
      line: null,
      by: 'model',
    };
  if (reply?.kind === 'proposed') {
    const chosen = await engine.store.read.resources.find('command', reply.command);
    return { proposal: withRemark(reply.proposal, reply), command: chosen, line: reply.line, by: 'model' };
  }
  if (misunderstood) throw withSentence(misunderstood, reply?.sentence);
  const wish = line.speech
    ? { proposal: await without(), command, line: null, by: 'playbook' as const }
    : await byPlaybook();
  return reply ? { ...wish, proposal: withLine(wish.proposal as Proposal, reply.sentence) } : wish;
}

function titleOf({ text, speech, trigger }: Line): string {
  return speech ? `“${clipped(text, SHOWN_CHARACTERS)}”` : clipped(trigger, SHOWN_CHARACTERS);
}

/** On the card, beside what code made of the steps. */
function withRemark(proposal: Proposal, said: Said): Proposal {
  const note = { heading: saidHeading(said), lines: saidLines(said) };
  if (proposal.kind === 'steps') return { ...proposal, notes: [...proposal.notes, note] };
  return proposal.kind === 'answer' ? withBlock(proposal, { type: 'section', ...note }) : proposal;
}

function withLine(proposal: Proposal, text: string): Proposal {
  return proposal.kind === 'answer' ? withBlock(proposal, { type: 'text', text }) : proposal;
}

function withBlock(proposal: Extract<Proposal, { kind: 'answer' }>, block: Block): Proposal {
  const { message } = proposal;
  return { ...proposal, message: { ...message, blocks: [...message.blocks, block] } };
}

function withSentence(error: UserError, sentence: string | undefined): UserError {
  if (sentence === undefined) return error;
  return new UserError(error.message, [error.hint, sentence].filter(Boolean).join('\n'), error.type);
}

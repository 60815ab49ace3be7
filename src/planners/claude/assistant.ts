// Claude at work: a question in, readings, and words that were checked or a wish for a plan out. Nothing here changes anything.
import { randomBytes } from 'node:crypto';
import type { Assistant, Cost, Question, Reply } from '../../domain/assistant.ts';
import { type ModelSpending, tokensOf } from '../../domain/model-budget.ts';
import type { Kit, Playbook, Proposal } from '../../domain/playbook.ts';
import { redact } from '../../domain/redact.ts';
import type { Breaker } from './breaker.ts';
import { checkedWords } from './checked-words.ts';
import type { Claude } from './claude.ts';
import { instructions, stableFrame } from './frame.ts';
import { inert } from './inert.ts';
import { readTools } from './look.ts';
import { chooseModel } from './model.ts';
import type { Outcome } from './outcome.ts';
import { fenced, type Seen } from './outside.ts';
import { PROPOSE, proposalOf, proposeSchema, type Wanted, withoutOwnReasons } from './propose.ts';
import { whyNoTarget } from './targets.ts';
import { endTool } from './tools.ts';

export interface AssistantParts {
  claude: Claude;
  breaker: Breaker;
  playbooks: readonly Playbook[];
  /** The value of ANTHROPIC_MODEL. */
  model: string | undefined;
  /** Of each conversation anew; unguessable. Default: 16 random digits and letters. */
  nonce?: () => string;
}

/** Of one thing that is known. */
const LONGEST_KNOWN = 8_000;
const LONGEST_WORDS = 4_000;

export function createAssistant(parts: AssistantParts): Assistant {
  const { claude, breaker, playbooks } = parts;
  const nonce = parts.nonce ?? (() => randomBytes(12).toString('base64url'));
  const modelOf = (agent: string | null) => chooseModel({ agent, environment: parts.model }).model;

  return {
    async ask(question, kit, options) {
      const model = modelOf(question.agent.model);
      const word = nonce();
      const seen: Seen = { outside: [], ids: new Set() };
      const system = { stable: [stableFrame()], varying: [instructions(question)] };
      const user = userText(question, word, seen);
      const reads = readTools({ kit, incident: question.incident, nonce: word, seen });
      const ends =
        question.commands.length === 0
          ? []
          : [
              endTool({
                name: PROPOSE,
                description:
                  'Proposes a change as exact steps, for people to approve or deny. Once, at the end. capability and args as the command does them: deploys.rollback {service, deploy}, services.scale {service, count, reason?}, services.restart {service, mode: rolling|full}, caches.flush {service, pattern?}, databases.failover {service, to?}, disk.prune-docker {}, disk.vacuum-journal {keepBytes}, disk.remove-old-files {path, olderThanMs}.',
                schema: proposeSchema(question.commands),
              }),
            ];
      const { record, signal, onText } = options;
      await record.began({ model, system, tools: [...reads, ...ends].map(({ name }) => name), user });
      const outcome = await claude.converse({
        model,
        system,
        user,
        reads,
        ends,
        ledger: record,
        signal,
        onTurn: (turn) => record.turn(turn),
        // What is shown at once cannot be checked against readings, but it links to nothing and calls nobody.
        ...(onText ? { onText: (soFar: string) => onText(redact(inert(soFar))) } : {}),
      });
      return replyOf(outcome, { question, kit, seen, playbooks });
    },
    state() {
      const model = modelOf(null);
      const { open, retryAt, why } = breakerState(breaker);
      return open ? { state: 'resting', model, until: retryAt, why } : { state: 'ready', model };
    },
  };
}

function breakerState(breaker: Breaker): { open: boolean; retryAt: number; why: string } {
  const { state, retryAt } = breaker.state();
  return { open: state === 'open', retryAt: retryAt ?? 0, why: 'it did not answer several times in a row' };
}

function userText({ words, incident, known }: Question, nonce: string, seen: Seen): string {
  const parts: string[] = [];
  if (incident) {
    const { id, title, severity, service, startedAt } = incident;
    seen.outside.push(title);
    parts.push(
      `Incident #${id}, ${severity}, service ${service ?? 'not known'}, since ${new Date(startedAt).toISOString()}.`,
      fenced('title of the incident', title, nonce, 500),
    );
  }
  for (const { label, text, trusted } of known) {
    if (!trusted) seen.outside.push(text);
    parts.push(trusted ? `${label}: ${text}` : fenced(label, text, nonce, LONGEST_KNOWN));
  }
  parts.push(
    words === '' ? 'Nobody asked; do your task.' : `The person's request:\n${words.slice(0, LONGEST_WORDS)}`,
  );
  return parts.join('\n\n');
}

async function replyOf(
  outcome: Outcome,
  about: { question: Question; kit: Kit; seen: Seen; playbooks: readonly Playbook[] },
): Promise<Reply> {
  const cost = costOf(outcome.usage);
  if (outcome.kind === 'silent') return { kind: 'silent', sentence: outcome.sentence, cost };
  const { question, kit, seen, playbooks } = about;
  const results = outcome.calls.map(({ result }) => result);
  const check = (text: string) => checkedWords(text, { question, kit, results });
  if (outcome.ended?.tool !== PROPOSE) return { kind: 'said', ...check(outcome.text), cost };
  const wanted = withoutOwnReasons(outcome.ended.args as Wanted, question.words);
  const why = whyNoTarget(wanted.steps, { question, kit, seen });
  const { text: remark, struck } = check(wanted.why);
  if (why !== null) {
    const instead = 'type the command with its target yourself, or say which you mean';
    const detail = `Claude proposed a change that is not for it to choose: ${why}`;
    const proposal = repeated({ kind: 'refusal', why: 'planner', detail, instead });
    return { kind: 'proposed', command: wanted.command, proposal, line: null, remark, struck, cost };
  }
  const { commands, incident } = question;
  const made = await proposalOf(wanted, { commands, incident, playbooks, kit });
  const proposal = repeated(made.proposal);
  return { kind: 'proposed', command: wanted.command, ...made, proposal, remark, struck, cost };
}

/** What was no id is said back to people as any words of a model. */
function repeated(proposal: Proposal): Proposal {
  switch (proposal.kind) {
    case 'refusal':
      return { ...proposal, detail: inert(proposal.detail), instead: inert(proposal.instead) };
    case 'question':
      return { ...proposal, question: inert(proposal.question) };
    default:
      return proposal;
  }
}

function costOf(usage: ModelSpending): Cost {
  return { tokens: tokensOf(usage), microDollars: usage.microDollars };
}

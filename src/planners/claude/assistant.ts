// Claude at work: a question in, readings, and words that were checked or a wish for a plan out. Nothing here changes anything.
import type { Assistant, Cost, KeptRead, Question, Reply } from '../../domain/assistant.ts';
import { type ModelSpending, tokensOf } from '../../domain/model-budget.ts';
import type { ModelTrouble } from '../../domain/model-note.ts';
import type { Kit, Playbook, Proposal } from '../../domain/playbook.ts';
import type { Breaker } from './breaker.ts';
import { checkedWords, inertWords } from './checked-words.ts';
import type { Claude } from './claude.ts';
import { fenced, newNonce } from './fence.ts';
import { instructions, stableFrame } from './frame.ts';
import { cleanQuestion, keptKit, keptSeen, noted } from './keep.ts';
import { type Looking, readTools } from './look.ts';
import { chooseModel } from './model.ts';
import type { Outcome, Silence } from './outcome.ts';
import { outgoing } from './outgoing.ts';
import { PROPOSE, proposalOf, proposeSchema, type Wanted, withoutOwnReasons } from './propose.ts';
import type { Seen } from './taint.ts';
import { whyNoTarget } from './targets.ts';
import { endTool, type ReadTool } from './tools.ts';

export interface AssistantParts {
  claude: Claude;
  breaker: Breaker;
  playbooks: readonly Playbook[];
  /** The value of ANTHROPIC_MODEL. */
  model: string | undefined;
  /** Of each conversation anew; unguessable. Default: `newNonce`. */
  nonce?: () => string;
  /** What may be read. Default: `readTools`. */
  reads?: (looking: Looking) => ReadTool[];
}

/** What is wrong with Claude, its key or the way there; a budget or one answer without sense is not. */
const TROUBLES: ReadonlySet<Silence> = new Set([
  'key-refused',
  'unreachable',
  'slow',
  'overloaded',
  'refused',
]);

/** Of one thing that is known. */
const LONGEST_KNOWN = 8_000;
const LONGEST_WORDS = 4_000;

export function createAssistant(parts: AssistantParts): Assistant {
  const { claude, breaker, playbooks } = parts;
  const nonce = parts.nonce ?? newNonce;
  const modelOf = (agent: string | null) => chooseModel({ agent, environment: parts.model }).model;

  /** By model: an agent may have one of its own that is not there. */
  const troubles = new Map<string, ModelTrouble>();

  return {
    async ask(asked, kit, options) {
      const question = cleanQuestion(asked, outgoing);
      const model = modelOf(question.agent.model);
      const word = nonce();
      const seen: Seen = { outside: [], ids: new Set() };
      const system = { stable: [stableFrame()], varying: [instructions(question)] };
      const user = userText(question, word, seen);
      const reads = (parts.reads ?? readTools)({ kit, incident: question.incident, nonce: word, seen });
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
      await record.began({
        model,
        system,
        tools: [...reads, ...ends].map(({ name, description, inputSchema }) => ({
          name,
          description,
          inputSchema,
        })),
        user,
        nonce: word,
        question,
        kit: keptKit(kit, question.commands.length > 0),
      });
      const outcome = await claude.converse({
        model,
        system,
        user,
        reads,
        ends,
        ledger: record,
        signal,
        onTurn: (turn) => record.turn({ ...turn, seen: keptSeen(seen, kit) }),
        // What is shown at once cannot be checked against readings, but it links to nothing and calls nobody.
        ...(onText ? { onText: (soFar: string) => onText(outgoing(inertWords(soFar))) } : {}),
      });
      if (outcome.kind === 'said') troubles.delete(model);
      else if (TROUBLES.has(outcome.why))
        troubles.set(model, { model, words: outcome.words, hint: outcome.hint });
      const planned: KeptRead[] = [];
      const reply = await replyOf(outcome, { question, kit: noted(kit, planned), seen, playbooks });
      if (planned.length > 0) await record.planned(planned);
      return reply;
    },
    state() {
      const model = modelOf(null);
      const { state, retryAt } = breaker.state();
      const trouble = troubles.get(model) ?? [...troubles.values()].at(-1);
      const known = trouble ? { trouble } : {};
      return state === 'open' && retryAt !== null
        ? { state: 'resting', model, until: retryAt, ...known }
        : { state: 'ready', model, ...known };
    },
  };
}

function userText({ words, incident, known }: Question, nonce: string, seen: Seen): string {
  const parts: string[] = [];
  if (incident) {
    const { id, title, severity, service, startedAt } = incident;
    seen.outside.push(title);
    parts.push(
      `Incident #${id}, ${severity}, service ${service ?? 'not known'}, since ${new Date(startedAt).toISOString()}.`,
      fenced('title of the incident', title, nonce, { most: 500 }),
    );
  }
  for (const { label, text, trusted } of known) {
    if (!trusted) seen.outside.push(text);
    parts.push(trusted ? `${label}: ${text}` : fenced(label, text, nonce, { most: LONGEST_KNOWN }));
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
  const asked = outcome.calls.map(({ args }) => serviceOf(args));
  // Cleaned first, so that the words of the record are checked as these were.
  const check = (text: string) => checkedWords(outgoing(text), { question, kit, results, about: asked });
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

/** What a reading was asked about: its answer need not say so. */
function serviceOf(args: unknown): string | undefined {
  return typeof args === 'object' && args !== null && 'service' in args && typeof args.service === 'string'
    ? args.service
    : undefined;
}

/** What was no id is said back to people as any words of a model. */
function repeated(proposal: Proposal): Proposal {
  switch (proposal.kind) {
    case 'refusal':
      return { ...proposal, detail: inertWords(proposal.detail), instead: inertWords(proposal.instead) };
    case 'question':
      return { ...proposal, question: inertWords(proposal.question) };
    default:
      return proposal;
  }
}

function costOf(usage: ModelSpending): Cost {
  return { tokens: tokensOf(usage), microDollars: usage.microDollars };
}

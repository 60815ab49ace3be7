// What people see of a plan, rendered from its stored bytes and from nothing else.
import { formatDuration } from '../duration.ts';
import { type Block, type Message, message, type Tone } from '../message.ts';
import { namingPerson } from '../named.ts';
import type { Note, Plan, Step } from '../plan.ts';
import { mention } from '../principal.ts';
import type { Refusal } from '../refusal.ts';
import type { Risk } from '../risk.ts';
import { clockTimeWithZone } from '../time.ts';
import { formatBytes } from '../value-text.ts';

export interface CardOptions {
  approvalId: number;
  zone: string;
  /** For critical plans: what the second step has to name. */
  confirmWord: string | null;
}

export function planCard(plan: Omit<Plan, 'id'>, options: CardOptions): Message {
  const { approvalId, zone, confirmWord } = options;
  const bytes = plan.steps.flatMap(({ preview }) => preview.flatMap((line) => line.bytes ?? []));
  const blocks: Block[] = [...stepBlocks(plan.steps), ...plan.notes.flatMap(noteBlocks)];
  if (bytes.length > 1) {
    blocks.push({
      type: 'text',
      text: `Total recovery: ~${formatBytes(bytes.reduce((sum, each) => sum + each, 0))}`,
    });
  }
  blocks.push({
    type: 'fields',
    fields: [
      { label: 'Risk', value: riskWords(plan.risk) },
      { label: 'Asked by', value: mention(plan.requester) },
      { label: 'Then', value: watchWords(plan) },
      { label: 'Expires', value: `${clockTimeWithZone(plan.expiresAt, zone)}; silence is no` },
      { label: 'Digest', value: plan.digest.replace(/^sha256:/, '').slice(0, 12) },
    ],
  });
  if (plan.twoPerson)
    blocks.push({
      type: 'text',
      text: 'Needs a second person: the one who asked cannot approve.',
      role: 'question',
    });
  if (confirmWord) {
    blocks.push({
      type: 'text',
      text: `Two steps: /approve ${approvalId} reads the facts once more, then /approve ${approvalId} ${confirmWord} runs it.`,
      role: 'question',
    });
  }
  blocks.push(decisionButtons(plan, approvalId));
  const card = message(`${riskMark(plan.risk)} Plan #${approvalId}: ${plan.title}`, {
    tone: riskTone(plan.risk),
    blocks,
  });
  return namingPerson(card, plan.requester);
}

/** Yes and no, to these bytes and to no others. */
export function decisionButtons(
  { risk, digest }: Pick<Plan, 'risk' | 'digest'>,
  approvalId: number,
  /** Of the second step: what is typed for it. */
  confirmWord: string | null = null,
): Block {
  const plan = { id: approvalId, digest };
  return {
    type: 'buttons',
    buttons: [
      {
        label: confirmWord === null ? 'Approve' : 'Confirm',
        command: `/approve ${approvalId}${confirmWord === null ? '' : ` ${confirmWord}`}`,
        style: risk === 'routine' ? 'primary' : 'danger',
        plan,
      },
      { label: 'Deny', command: `/deny ${approvalId}`, plan },
    ],
  };
}

/** In place of a second card for what waits already. */
export function waitsAlready(
  plan: Plan,
  { approvalId, zone }: Pick<CardOptions, 'approvalId' | 'zone'>,
): Message {
  const until = clockTimeWithZone(plan.expiresAt, zone);
  return message(`Plan #${approvalId} is that already, and waits until ${until}: ${plan.title}`, {
    tone: riskTone(plan.risk),
    blocks: [decisionButtons(plan, approvalId)],
  });
}

/** What other rooms get: whoever can say yes there sees what to. */
export function planLine(
  plan: Pick<Plan, 'title' | 'risk' | 'requester' | 'digest' | 'steps'>,
  approvalId: number,
  where: string,
): Message {
  return message(`${riskMark(plan.risk)} ${mention(plan.requester)} proposes in ${where}: ${plan.title}.`, {
    tone: riskTone(plan.risk),
    blocks: [
      ...stepBlocks(plan.steps),
      { type: 'fields', fields: [{ label: 'Risk', value: riskWords(plan.risk) }] },
      decisionButtons(plan, approvalId),
    ],
  });
}

export function refusalCard(refusal: Refusal): Message {
  return message(`⛔ Refused: ${refusal.detail}`, {
    tone: 'warning',
    blocks: [{ type: 'text', text: `Instead: ${refusal.instead}` }],
  });
}

export function stepWords(step: Pick<Step, 'capability' | 'target'>): string {
  return `${step.capability} on ${step.target.label}`;
}

function stepBlocks(steps: readonly Step[]): Block[] {
  return steps.map((step, index) => stepBlock(step, steps.length > 1 ? `${index + 1}. ` : ''));
}

function stepBlock(step: Step, number: string): Block {
  return {
    type: 'section',
    heading: `${number}${stepWords(step)} through ${step.source}`,
    lines: step.preview.map((line) => `• ${line.text}${markOf(line)}`),
  };
}

function noteBlocks({ heading, lines, code }: Note): Block[] {
  if (!code) return [{ type: 'section', heading, lines }];
  return [
    { type: 'section', heading, lines: [] },
    { type: 'code', text: lines.join('\n'), source: true },
  ];
}

/** What says itself that it is not known is not told so twice. */
function markOf({ text, how }: Step['preview'][number]): string {
  switch (how) {
    case 'measured':
      return '';
    case 'estimated':
      return ' (estimated)';
    case 'unknown':
      return /\b(?:not known|unknown)\b/.test(text) ? '' : ' (unknown)';
    default:
      return how satisfies never;
  }
}

function riskWords(risk: Risk): string {
  switch (risk) {
    case 'read':
    case 'notify':
      return `${risk}: changes nothing`;
    case 'routine':
      return 'routine: bounded and repeatable';
    case 'disruptive':
      return 'disruptive: people may notice';
    case 'critical':
      return 'critical: can hurt';
    default:
      return risk satisfies never;
  }
}

function riskTone(risk: Risk): Tone {
  return risk === 'critical' ? 'critical' : risk === 'disruptive' ? 'warning' : 'info';
}

function riskMark(risk: Risk): string {
  return risk === 'critical' ? '🔴' : risk === 'disruptive' ? '🟠' : '🟡';
}

function watchWords(plan: Pick<Plan, 'success' | 'watchMs' | 'undo'>): string {
  const undo = plan.undo ? ', undo offered if it gets worse' : '';
  switch (plan.success.kind) {
    case 'metric':
      return `watch ${plan.success.metric} of ${plan.success.service} for ${formatDuration(plan.watchMs)}${undo}`;
    case 'healthy':
      return `watch until ${plan.success.service} is healthy, ${formatDuration(plan.watchMs)} at most${undo}`;
    case 'disk':
      return `measure ${plan.success.mount} again`;
    case 'condition':
      return `measure ${plan.success.metric} of ${plan.success.target} again, for ${formatDuration(plan.watchMs)} at most`;
    case 'none':
      return 'report the outcome';
    default:
      return plan.success satisfies never;
  }
}

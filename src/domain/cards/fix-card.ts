// What an auto-fix asks before it runs: for a full disk in the words of a colleague, with the exact plan below them.
import type { ChangeArgs } from '../capability.ts';
import { formatDurationWords } from '../duration.ts';
import { type Block, type Message, message } from '../message.ts';
import type { Plan, Step } from '../plan.ts';
import { formatBytes, valueText } from '../value-text.ts';
import { type CardOptions, planCard } from './plan-card.ts';

/** Heads the note with how full the disk would be: "would bring disk to 71%". */
export const FORECAST = 'After it';

export function fixCard(plan: Omit<Plan, 'id'>, options: CardOptions): Message {
  const card = planCard(plan, options);
  const { success, steps, notes } = plan;
  const isDisk = success.kind === 'condition' && success.metric === 'disk_usage' && success.before !== null;
  const [first] = steps;
  if (!isDisk || !first || !steps.every(({ capability }) => capability.startsWith('disk.'))) return card;
  const host = 'host' in first.facts ? first.facts.host : first.target.label;
  const where = success.target === '/' ? host : `${success.target} of ${host}`;
  const bytes = steps.flatMap(bytesOf);
  const forecast = notes.find(({ heading }) => heading === FORECAST)?.lines[0];
  const words: Block[] = [
    { type: 'section', heading: 'I can clean up:', lines: steps.map((step) => `• ${sizeLine(step)}`) },
    {
      type: 'text',
      text: `Total recovery: ${totalText(bytes)}${forecast ? ` (→ ${forecast})` : ''}`,
    },
    { type: 'text', text: 'Run cleanup? Reply /approve or /deny', role: 'question' },
  ];
  const exactly = card.blocks.filter((block) => !isSaid(block));
  return message(`🟡 Disk at ${valueText(success.before, '%')} on ${where}`, {
    tone: 'warning',
    blocks: [...words, { type: 'text', text: `Plan #${options.approvalId}, exactly:` }, ...exactly],
  });
}

function totalText(bytes: readonly number[]): string {
  const total = bytes.reduce((sum, each) => sum + each, 0);
  if (bytes.length === 0) return 'unknown';
  return total === 0 ? 'nothing' : `~${formatBytes(total)}`;
}

/** Stands above already, in the words of the question. */
function isSaid(block: Block): boolean {
  if (block.type === 'section') return block.heading === FORECAST;
  return block.type === 'text' && block.text.startsWith('Total recovery:');
}

function sizeLine(step: Step): string {
  const bytes = bytesOf(step);
  const size =
    bytes.length === 0 ? 'size unknown' : `~${formatBytes(bytes.reduce((sum, each) => sum + each, 0))}`;
  return `${nameOf(step)}: ${size}`;
}

function bytesOf({ preview }: Step): number[] {
  return preview.flatMap(({ bytes }) => bytes ?? []);
}

function nameOf({ capability, args }: Step): string {
  switch (capability) {
    case 'disk.prune-docker':
      return 'Docker images';
    case 'disk.vacuum-journal':
      return 'Old logs';
    case 'disk.remove-old-files': {
      const { path, olderThanMs } = args as ChangeArgs<'disk.remove-old-files'>;
      return `${path} files > ${formatDurationWords(olderThanMs)}`;
    }
    default:
      return capability;
  }
}

// What an investigation says in the thread: an edit of the header wakes nobody.
import type { IncidentContextLines } from '../../domain/incident.ts';
import { type Block, type Message, message } from '../../domain/message.ts';
import type { Unanswered } from '../unanswered.ts';

export interface Found extends Omit<IncidentContextLines, 'called'> {
  cause: string | null;
  /** When it began, where that is earlier than its first alert. */
  began: string | null;
  unusual: readonly string[];
  /** Each with what it was read from. */
  evidence: readonly string[];
  advice: string | null;
  unanswered: readonly Unanswered[];
  commits: { number: string; lines: string[] } | null;
  /** Changes shortly before it that were told of no service we know. */
  unplaced: readonly string[];
}

export function contextPost(found: Found): Message {
  const fields = [
    ...(found.began ? [{ label: '🕐 Began', value: found.began }] : []),
    ...(found.lastDeploy ? [{ label: '🔄 Last deploy', value: found.lastDeploy }] : []),
    ...(found.advice ? [{ label: '🔧 What helps', value: found.advice }] : []),
    ...found.unanswered.map(({ source, text }) => ({ label: `⚠️ ${source}`, value: text })),
  ];
  const lines = found.actions.map(({ command, why }) => `${command} — ${why}`);
  const offers = found.actions.map(({ command }) => command);
  const title = `🤔 Probable cause: ${found.cause ?? found.noCause ?? 'unknown'}`;
  return message(title, {
    blocks: [
      ...(fields.length > 0 ? [{ type: 'fields' as const, fields }] : []),
      ...section('📈 Unusual:', found.unusual),
      ...section('🔎 Evidence:', found.evidence),
      ...section('❎ Ruled out:', found.ruledOut ?? []),
      ...section('📝 Changed shortly before, of no service we know:', found.unplaced),
      ...section(`Commits of #${found.commits?.number}:`, found.commits?.lines ?? []),
      ...(lines.length > 0
        ? [{ type: 'section' as const, heading: '📋 Immediate actions:', lines, offers }]
        : []),
      ...section(
        '📊 Dashboards:',
        (found.links ?? []).map(({ text, href }) => `${text}: ${href}`),
      ),
    ],
  });
}

function section(heading: string, lines: readonly string[]): Block[] {
  return lines.length === 0 ? [] : [{ type: 'section', heading, lines: [...lines] }];
}

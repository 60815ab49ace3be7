// What an incident leaves to be done, read from its record: what people noted, and what did not work.
import type { TimelineEntry } from './incident.ts';

/** In the order it came up, each once. */
export function longTerm(timeline: readonly TimelineEntry[]): string[] {
  const noted = timeline.filter(({ kind, data }) => kind === 'note' && data.followUp === true);
  return [
    ...new Set([...noted.map(({ text }) => text), ...timeline.flatMap((entry) => unsolved(entry) ?? [])]),
  ];
}

function unsolved({ kind, text, data }: TimelineEntry): string | null {
  switch (kind) {
    case 'escalated':
      if (text.startsWith('Nobody was paged')) return text;
      return data.skipped === true && text.endsWith('nobody stands behind it') ? `${text}.` : null;
    case 'plan':
      return data.state === 'failed' || data.state === 'unknown' ? text : null;
    case 'watch':
      return data.verdict === 'same' || data.verdict === 'worse' ? `It did not help: ${text}` : null;
    default:
      return null;
  }
}

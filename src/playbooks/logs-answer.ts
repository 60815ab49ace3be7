// The answer of `/logs`: the few lines that matter with their counts, what they point at and why, and what was read.

import { readLine } from '../diagnosis/log-groups.ts';
import { isTrouble, type RankedGroup } from '../diagnosis/log-ranking.ts';
import type { LogLine } from '../domain/capability.ts';
import { type Attachment, type Block, type Message, message } from '../domain/message.ts';
import { formatBytes } from '../domain/value-text.ts';
import { known, silentSources } from './answers.ts';
import { causeLines, trendWords } from './logs-cause.ts';
import { logsFile } from './logs-file.ts';
import { nextSteps } from './logs-next.ts';
import type { LogsSubject } from './logs-subject.ts';
import { LAST_MS, type LogsRead } from './read-logs.ts';
import { clean, datedTime } from './text.ts';

const SHOWN_LINES = 5;

export function logsAnswer(subject: LogsSubject): Message {
  const { ranked, name } = subject;
  return message(`${headline(ranked)} in the logs of ${name}`, {
    tone: ranked.some(({ group }) => group.level === 'error') ? 'warning' : 'neutral',
    ...attached(subject),
    blocks: [
      { type: 'fields', fields: readFields(subject) },
      ...relevant(subject),
      { type: 'section', heading: 'Analysis', lines: causeLines(subject) },
      ...section('Next', nextSteps(subject)),
      ...section('Not complete', incomplete(subject)),
    ],
  });
}

function headline(ranked: readonly RankedGroup[]): string {
  const count = (level: LogLine['level']) =>
    ranked.reduce((sum, { group }) => sum + (group.level === level ? group.now.count : 0), 0);
  const words = [
    [count('error'), 'error'],
    [count('warn'), 'warning'],
  ] as const;
  const said = words.filter(([many]) => many > 0).map(([many, word]) => counted(many, word));
  return said.join(' and ') || 'No errors or warnings';
}

function readFields({ asked, read, kit }: LogsSubject): { label: string; value: string }[] {
  const { seen, from, name } = read.now;
  const isFiltered = asked.grep !== undefined || asked.errors;
  // What was looked through, and how much of it fits; where a source searched for it, what it found.
  const looked = isFiltered ? read.looked : null;
  const lines = counted(looked ?? seen.count, 'line');
  const since = (looked ?? seen.count) === 0 ? '' : `, since ${datedTime(from, kit)}`;
  const range =
    asked.sinceAt !== undefined
      ? `${lines} since ${datedTime(asked.sinceAt, kit)}`
      : name === 'last'
        ? `the last ${lines}${since}`
        : `${lines} of the last ${LAST_MS / 60_000} minutes${since}`;
  const pattern = asked.grep === undefined ? [] : [`with "${clean(asked.grep, 60)}"`];
  const fits =
    looked === null
      ? [...pattern, ...(asked.errors ? ['errors only'] : [])]
      : [
          [
            `${seen.count.toLocaleString('en')} of them`,
            ...(asked.errors ? ['of errors'] : []),
            ...pattern,
          ].join(' '),
        ];
  const size = read.bytes !== null && read.bytes >= 1e6 ? ` (${formatBytes(read.bytes)})` : '';
  const sources = known(read.answers).map(({ source }) => source);
  return [
    { label: 'Read', value: [range, ...fits].join(', ') },
    { label: 'From', value: `${sources.join(', ')}${size}` },
    { label: 'Compared with', value: comparedWith(read) },
  ];
}

function comparedWith({ before, days }: LogsRead): string {
  const parts = [
    ...(before ? ['the hour before'] : []),
    ...(days.length > 0 ? [`this hour on ${counted(days.length, 'earlier day')}`] : []),
  ];
  if (parts.length === 0) return 'nothing: no lines from earlier were found';
  return `${parts.join(' and ')}${before ? '' : '; of the hour before no lines were found'}`;
}

/** One line each of the groups that matter most. */
function relevant({ ranked, deploy }: LogsSubject): Block[] {
  const shown = matter(ranked);
  if (shown.length === 0) return [];
  const text = shown.slice(0, SHOWN_LINES).map(({ group, trend }) => {
    const mark = group.level === 'error' ? 'ERROR' : group.level === 'warn' ? 'WARN ' : '     ';
    const how = [`×${group.now.count.toLocaleString('en')}`, trendWords(trend, deploy)].filter(Boolean);
    return `${mark} ${clean(readLine(group.sample).message, 240)}  ${how.join(', ')}`;
  });
  const more = shown.length - SHOWN_LINES;
  if (more > 0) text.push(`and ${counted(more, 'more kind')}`);
  return [{ type: 'code', text: text.join('\n') }];
}

/** Beside errors, a line that says all is well is only in the way. */
function matter(ranked: RankedGroup[]): RankedGroup[] {
  if (!ranked.some(isTrouble)) return ranked;
  return ranked.filter(({ group: { level } }) => level !== 'info' && level !== 'debug');
}

function incomplete({ read, noDeploys, kit }: LogsSubject): string[] {
  const { seen, whole, name } = read.now;
  const cut = name !== 'last' && !whole && known(read.answers).some(({ result }) => result.truncated);
  const back = seen.firstAt === null ? '' : `, back to ${datedTime(seen.firstAt, kit)}`;
  return [
    ...silentSources(read.answers),
    ...(cut
      ? [
          `there are more lines than the ${seen.count.toLocaleString('en')} that were read${back}: narrow it with --grep or --since`,
        ]
      : []),
    ...noDeploys.map((line) => `what was deployed is not known: ${line}`),
    ...silentSources(read.compared).map((line) => `for the comparison, ${line}`),
  ];
}

/** What the message is about with what stands beside it, then the newest: who looks for one line has it. */
function attached({ read: { lines, now, found }, ranked, name, kit }: LogsSubject): {
  attachments?: Attachment[];
} {
  if (lines.length <= SHOWN_LINES) return {};
  const groups = matter(ranked).slice(0, SHOWN_LINES);
  const { text, count, told } = logsFile(lines, { groups, found, kit });
  const all = Math.max(now.seen.count, lines.length);
  const of = all > count ? `, ${told > 0 ? 'those shown first, then ' : ''}the newest of ${all}` : '';
  return { attachments: [{ type: 'text', title: `${count} lines of the logs of ${name}${of}`, text }] };
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function section(heading: string, lines: string[]): Block[] {
  return lines.length === 0 ? [] : [{ type: 'section', heading, lines }];
}

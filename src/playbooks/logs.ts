// /logs: not the lines, but what they say: how many of which error since when, and what to look at next.

import { suspiciousDeploy } from '../diagnosis/deploy-correlation.ts';
import { linePattern } from '../diagnosis/line-pattern.ts';
import { groupLogs, type LogGroup, readLine } from '../diagnosis/log-groups.ts';
import type { Deploy, LogLine } from '../domain/capability.ts';
import { type Attachment, type Block, message } from '../domain/message.ts';
import type { IncidentContext, Kit, Playbook } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { typedWord } from '../domain/typed-word.ts';
import { firstKnown, known, refusal, silentSources } from './answers.ts';
import { readArguments } from './arguments.ts';
import { findService } from './find-service.ts';
import { joinSince, readSince } from './since.ts';
import { clean, datedTime, deployText, timeText } from './text.ts';

const usage = '/logs [service] [--since 03:01|2h|"yesterday 14:00"] [--grep pattern] [--errors]';
const lastLines = 100;
const mostLines = 5_000;
const shownLines = 5;
/** A file is kept with its message, and read on a phone. */
const attachedLines = 1_000;
const attachedCharacters = 60_000;

export const logs: Playbook = {
  name: 'logs',
  usage,
  summary: 'Recent errors and warnings, grouped and counted',
  changes: false,
  async propose(request, kit) {
    const typed = { ...request, words: joinSince(request.words) };
    const { positionals, flags } = readArguments(typed, {
      usage,
      positionals: 1,
      flags: { since: 'value', grep: 'value', errors: 'switch' },
    });
    const sinceAt = flags.since === undefined ? undefined : readSince(flags.since, kit);
    const { grep } = flags;
    // A pattern that is none is said before anybody is asked.
    if (grep !== undefined) await linePattern(grep);
    const looked = findService({ name: positionals[0], request, kit });
    if (looked.kind === 'ask') return looked.proposal;
    const { service, instance } = looked;
    const [answers, deployAnswers] = await Promise.all([
      kit.read('logs.search', {
        service: service.name,
        ...(instance === null ? {} : { instance }),
        ...(sinceAt === undefined ? {} : { sinceAt }),
        ...(grep === undefined ? {} : { grep }),
        limit: sinceAt === undefined ? lastLines : mostLines,
      }),
      kit.read('deploys.list', { service: service.name, limit: 20 }),
    ]);
    const silent = silentSources(answers);
    const found = known(answers);
    if (found.length === 0) {
      const why = silent.join('; ') || `none of this command's sources has logs of ${service.name}`;
      return refusal('no-logs', `the logs of ${service.name} cannot be read: ${why}`, '/status');
    }
    const lines = found.flatMap(({ result }) => result.lines);
    const groups = groupLogs(lines).filter(({ level }) => !flags.errors || level === 'error');
    const subject = {
      service,
      name: instance ?? service.name,
      lines,
      groups,
      deploys: firstKnown(deployAnswers)?.result ?? [],
      incident: request.incident,
      kit,
    };
    const count = `${lines.length} line${lines.length === 1 ? '' : 's'}`;
    const range = sinceAt === undefined ? `the last ${count}` : `${count} since ${datedTime(sinceAt, kit)}`;
    const cut = found.some(({ result }) => result.truncated) && sinceAt !== undefined;
    return {
      kind: 'answer',
      message: message(`${headline(groups)} in the logs of ${subject.name}`, {
        tone: groups.some(({ level }) => level === 'error') ? 'warning' : 'neutral',
        ...attached(subject),
        blocks: [
          {
            type: 'fields',
            fields: [
              {
                label: 'Read',
                value: `${range}${grep === undefined ? '' : `, with "${clean(grep, 60)}"`}${flags.errors ? ', errors only' : ''}`,
              },
              { label: 'From', value: found.map(({ source }) => source).join(', ') },
            ],
          },
          ...relevant(groups),
          analysis(subject),
          { type: 'section', heading: 'Next', lines: nextSteps(subject) },
          ...section('Not complete', [
            ...silent,
            ...(cut ? ['there are more lines than were read: narrow it with --grep or --since'] : []),
          ]),
        ],
      }),
    };
  },
};

interface Subject {
  service: Service;
  name: string;
  lines: LogLine[];
  groups: LogGroup[];
  deploys: Deploy[];
  incident: IncidentContext | null;
  kit: Kit;
}

function headline(groups: readonly LogGroup[]): string {
  const count = (level: LogLine['level']) =>
    groups.filter((group) => group.level === level).reduce((sum, group) => sum + group.count, 0);
  const [errors, warnings] = [count('error'), count('warn')];
  if (errors + warnings === 0) return 'No errors or warnings';
  const words = [
    errors > 0 ? `${errors} error${errors === 1 ? '' : 's'}` : '',
    warnings > 0 ? `${warnings} warning${warnings === 1 ? '' : 's'}` : '',
  ];
  return words.filter(Boolean).join(' and ');
}

/** One line each of the five groups that matter most; the groups come sorted. */
function relevant(groups: readonly LogGroup[]): Block[] {
  if (groups.length === 0) return [];
  const trouble = groups.some(({ level }) => level === 'error' || level === 'warn');
  // Beside errors, a line that says all is well is only in the way.
  const matter = trouble ? groups.filter(({ level }) => level !== 'info' && level !== 'debug') : groups;
  const text = matter.slice(0, shownLines).map(({ sample, count, level }) => {
    const mark = level === 'error' ? 'ERROR' : level === 'warn' ? 'WARN ' : '     ';
    return `${mark} ${clean(readLine(sample).message, 240)}${count > 1 ? `  ×${count}` : ''}`;
  });
  return [{ type: 'code', text: text.join('\n') }];
}

function analysis({ groups, deploys, kit, lines, name }: Subject): Block {
  const troubled = groups.filter(({ level }) => level === 'error' || level === 'warn');
  // One kind alone is said once, as the cause.
  const out =
    troubled.length < 2
      ? []
      : troubled
          .slice(0, shownLines)
          .map((group) => `${group.count}× ${spoken(group)}${spanText(group, kit)}`);
  if (troubled.length > shownLines) out.push(`and ${troubled.length - shownLines} more kinds`);
  const [first] = troubled;
  if (lines.length === 0) out.push(`${name} wrote nothing in that time`);
  else if (!first) out.push('nothing in these lines explains a failure');
  else {
    const where = first.instances.length === 1 ? ` (only on ${clean(first.instances[0] ?? '', 60)})` : '';
    const when = troubled.length < 2 ? `, ${first.count}×${spanText(first, kit)}` : '';
    out.push(
      `${first.level === 'error' ? 'Likely cause' : 'No errors; most frequent warning'}: ${spoken(first)}${when}${where}`,
    );
    const deploy = first.firstAt === null ? null : suspiciousDeploy(deploys, first.firstAt);
    if (deploy && first.firstAt !== null) {
      const minutes = Math.round((first.firstAt - deploy.at) / 60_000);
      out.push(`It began ${minutes} min after deploy ${deployText(deploy)}`);
    }
  }
  return { type: 'section', heading: 'Analysis', lines: out };
}

/** All that was read, where the message shows less: the gist is above, and who looks for one line has it. */
function attached({ lines, name, kit }: Subject): { attachments?: Attachment[] } {
  if (lines.length <= shownLines) return {};
  const kept = lines.slice(-attachedLines).map(({ at, level, instance, text }) => {
    const mark = level === 'error' ? 'ERROR ' : level === 'warn' ? 'WARN  ' : '';
    const when = at === null ? '' : `${timeText(at, kit)} `;
    return `${when}${clean(instance, 60)} ${mark}${clean(text, 1_000)}`.trim();
  });
  const shown: string[] = [];
  let size = 0;
  // The newest matter most.
  for (const line of kept.toReversed()) {
    size += line.length + 1;
    if (size > attachedCharacters) break;
    shown.unshift(line);
  }
  const left = lines.length - shown.length;
  const title = `${shown.length} lines of the logs of ${name}${left > 0 ? `, the newest of ${lines.length}` : ''}`;
  return { attachments: [{ type: 'text', title, text: `${shown.join('\n')}\n` }] };
}

/** What each kind of trouble makes one look at: the first that matches the biggest error. */
const LEADS: readonly { says: RegExp; line: (service: Service) => string }[] = [
  { says: /no space left|disk (?:is )?full|ENOSPC/i, line: () => '/disk-cleanup — make room on the disk' },
  {
    says: /out of memory|oom|heap/i,
    line: ({ name }) => `/restart ${typedWord(name)} — free the memory while looking for the leak`,
  },
  {
    says: /pool|connection|timed? ?out|ECONNREFUSED|unavailable|deadlock/i,
    line: ({ name, dependsOn }) =>
      dependsOn[0]
        ? `/metrics ${typedWord(dependsOn[0])} — check what ${name} depends on`
        : `/metrics ${typedWord(name)} — check connections and latency`,
  },
];

function nextSteps({ service, groups, deploys, incident }: Subject): string[] {
  const name = typedWord(service.name);
  const [first] = groups;
  if (!first || (first.level !== 'error' && first.level !== 'warn')) {
    return [
      `/metrics ${name} — see whether it is slow or failing`,
      `/logs ${name} --since 2h — look further back`,
    ];
  }
  const onset = first.firstAt ?? incident?.startedAt ?? null;
  const deploy = onset === null ? null : suspiciousDeploy(deploys, onset);
  const said = readLine(first.sample).message.slice(0, 2_000);
  const lead =
    LEADS.find(({ says }) => says.test(said))?.line(service) ?? `/metrics ${name} — see what moved with it`;
  return [
    ...(deploy && !deploy.rolledBack && deploy.status === 'succeeded'
      ? [`/rollback ${name} #${deploy.number} — undo "${clean(deploy.title, 80)}"`]
      : []),
    lead,
    `/logs ${name} --grep ${typedWord(grepFor(first))} — these lines alone`,
  ];
}

/** The longest stretch of the template without a mask: what grep would find. */
function grepFor({ template }: LogGroup): string {
  const parts = template
    .split(/<(?:n|id|ip|path|text)>/)
    .map((part) => clean(part, 60).replaceAll(/["\\]/g, ' ').trim());
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '') || 'error';
}

function spoken({ sample, template }: LogGroup): string {
  const { message: said } = readLine(sample);
  return clean(sample.text.endsWith(said) ? template : said, 160);
}

function spanText({ firstAt, lastAt }: LogGroup, kit: Kit): string {
  if (firstAt === null || lastAt === null) return '';
  const [from, to] = [timeText(firstAt, kit), timeText(lastAt, kit)];
  return from === to ? `, at ${from}` : `, ${from} to ${to}`;
}

function section(heading: string, lines: string[]): Block[] {
  return lines.length === 0 ? [] : [{ type: 'section', heading, lines }];
}

// What the lines point at, and every reason there is to believe it.
import { SUSPICIOUS_WITHIN_MS, suspiciousDeploy } from '../diagnosis/deploy-correlation.ts';
import type { CountedGroup } from '../diagnosis/log-counter.ts';
import { readLine } from '../diagnosis/log-groups.ts';
import { isTrouble, type RankedGroup } from '../diagnosis/log-ranking.ts';
import { firstIsBegin, firstSeenAt, type GroupTrend, type ReadSpan } from '../diagnosis/log-trend.ts';
import type { Deploy } from '../domain/capability.ts';
import { formatDurationWords } from '../domain/duration.ts';
import type { IncidentContext, Kit } from '../domain/playbook.ts';
import type { LogsSubject } from './logs-subject.ts';
import { clean, deployText, timeText } from './text.ts';

/** `new since #492`, `new`, `↑ 6.2× as often as before`, `→ as before`; empty: not known. */
export function trendWords({ change, factor, newSinceDeploy }: GroupTrend, deploy: Deploy | null): string {
  if (newSinceDeploy === true && deploy) return `new since #${clean(deploy.number, 40)}`;
  switch (change) {
    case 'new':
      return 'new';
    case 'up':
      return factor === null ? '↑ more often than before' : `↑ ${timesText(factor)}× as often as before`;
    case 'down':
      return '↓ less often than before';
    case 'same':
      return '→ as before';
    case 'not known':
      return '';
    default:
      return change satisfies never;
  }
}

export function causeLines(subject: LogsSubject): string[] {
  const { asked, ranked, read, name } = subject;
  const stopped = stoppedLines(subject);
  if (read.now.seen.count === 0) {
    return [nothingText(asked, name), ...stopped];
  }
  const [first] = ranked.filter(isTrouble);
  if (!first) return ['nothing in these lines explains a failure', ...stopped];
  const { group, trend } = first;
  const where = group.instances.length === 1 ? `, only on ${clean(group.instances[0] ?? '', 60)}` : '';
  const said = `${spoken(group)}, ${group.now.count.toLocaleString('en')}×${spanText(group, subject.kit)}${where}`;
  const asBefore = trend.newSinceDeploy !== true && (trend.change === 'same' || trend.change === 'down');
  const claim = asBefore
    ? `No cause stands out: what is worst was there before as well: ${said}`
    : `${group.level === 'error' ? 'Likely cause' : 'No errors; most telling warning'}: ${said}`;
  return [claim, ...evidence(first, subject), ...stopped];
}

function nothingText({ grep, errors }: LogsSubject['asked'], name: string): string {
  if (grep !== undefined) return 'no line of that time fits';
  return errors ? 'no line of that time is an error' : `${name} wrote nothing in that time`;
}

/** Lines, each a reason of its own. */
function evidence(ranked: RankedGroup, subject: LogsSubject): string[] {
  const { group, trend } = ranked;
  const { read, deploys, deploy, incident } = subject;
  const firstAt = firstSeenAt(group);
  const began =
    firstIsBegin(read.now, earlierOf(read))(group) && trend.change !== 'same' && trend.change !== 'down';
  const suspect = suspectOf(ranked, deploys);
  const lines: string[] = [];
  if (suspect && firstAt !== null) {
    const after = formatDurationWords(firstAt - suspect.at);
    lines.push(`First seen ${after} after deploy ${deployText(suspect)}`);
  }
  if (trend.newSinceDeploy === true && deploy)
    lines.push(`No line like it was found from before deploy #${clean(deploy.number, 40)}`);
  if (began && incident && firstAt !== null) lines.push(onsetLine(firstAt, incident));
  lines.push(rateLine(trend, subject));
  return lines.filter((line) => line !== '');
}

/** The deploy its lines may come from: they began within half an hour after it, and were not there before. */
export function suspectOf({ group, trend }: RankedGroup, deploys: readonly Deploy[]): Deploy | null {
  const firstAt = firstSeenAt(group);
  const wasThere = trend.newSinceDeploy === false || trend.change === 'same' || trend.change === 'down';
  return firstAt === null || wasThere ? null : suspiciousDeploy(deploys, firstAt);
}

/** The hour before what was asked for, and this hour of earlier days. */
export function earlierOf({
  before,
  days,
}: {
  before: ReadSpan | null;
  days: readonly ReadSpan[];
}): ReadSpan[] {
  return [...(before ? [before] : []), ...days];
}

function onsetLine(firstAt: number, { id, startedAt }: IncidentContext): string {
  const apart = startedAt - firstAt;
  if (Math.abs(apart) > SUSPICIOUS_WITHIN_MS) return '';
  if (Math.abs(apart) < 1_000) return `It began with incident #${id}`;
  const words = formatDurationWords(Math.abs(apart));
  return apart > 0
    ? `It began ${words} before incident #${id}`
    : `It began ${words} after incident #${id}, so it may be an effect`;
}

/** `no lines since 03:12 UTC: before that it was never silent for longer than 12s`, of each source whose lines stopped. */
function stoppedLines({ read: { stopped, answers }, kit }: LogsSubject): string[] {
  const many = answers.length > 1;
  return stopped.map(({ source, at, gapMs }) => {
    const from = many ? ` from ${source}` : '';
    const gap = formatDurationWords(Math.max(1_000, Math.round(gapMs / 1_000) * 1_000));
    return `No lines${from} since ${timeText(at, kit)}; before that it was never silent for longer than ${gap}`;
  });
}

function rateLine(trend: GroupTrend, { read: { now, before, compared }, kit }: LogsSubject): string {
  const { rate, usual, days } = trend;
  if (rate === null || now.covered === null) return '';
  const silent = compared.some(({ ok }) => !ok);
  const hour =
    trend.before === null || before === null
      ? `not known in the hour before${silent ? '' : ' (no lines of it)'}`
      : `${perHour(trend.before)} in the hour before${partText(before)}`;
  const usually =
    usual === null
      ? ''
      : `, ${perHour(usual)} at this hour ${days === 1 ? 'of an earlier day' : `of ${days} earlier days`}`;
  // That none was found from before a deploy says the same, and more.
  if (trend.before === null && usual === null)
    return trend.newSinceDeploy === true ? '' : 'How often it came before is not known';
  return `${perHour(rate)} an hour ${nowText(now, kit)}, ${hour}${usually}`;
}

/** Shorter parts are said: a rate of them is made of less than it looks. */
const NEARLY_ALL = 0.9;

/** `over the last 19 minutes`; where the log had lines in a part of it alone, that part. */
function nowText({ from, to, covered }: ReadSpan, kit: Kit): string {
  if (covered === null) return 'now';
  if (covered.to >= to && covered.to - covered.from >= NEARLY_ALL * (to - from))
    return `over the last ${spanWords(to - from)}`;
  const length = spanWords(covered.to - covered.from);
  return covered.to >= to
    ? `over the ${length} since its lines begin`
    : `over the ${length} that have lines (until ${timeText(covered.to, kit)})`;
}

function partText({ from, to, covered }: ReadSpan): string {
  if (covered === null || covered.to - covered.from >= NEARLY_ALL * (to - from)) return '';
  return ` (of which ${spanWords(covered.to - covered.from)} have lines)`;
}

function spanWords(ms: number): string {
  return formatDurationWords(Math.max(60_000, Math.round(ms / 60_000) * 60_000));
}

function perHour(rate: number): string {
  if (rate === 0) return '0';
  if (rate < 1) return 'less than 1';
  return Math.round(rate).toLocaleString('en');
}

function timesText(factor: number): string {
  return factor < 10 ? factor.toFixed(1).replace(/\.0$/, '') : Math.round(factor).toLocaleString('en');
}

/** What it says; where its words are in a field, those, else with what differs masked. */
export function spoken({ sample, template }: CountedGroup): string {
  const { message: said } = readLine(sample);
  return clean(sample.text.endsWith(said) ? template : said, 160);
}

function spanText({ now: { firstAt, lastAt } }: CountedGroup, kit: Kit): string {
  if (firstAt === null || lastAt === null) return '';
  const [from, to] = [timeText(firstAt, kit), timeText(lastAt, kit)];
  return from === to ? `, at ${from}` : `, ${from} to ${to}`;
}

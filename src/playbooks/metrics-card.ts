// What /metrics answers: where each measurement stands, what changed then, what moved with it, and what nobody knows.
import type { SeriesReading } from '../diagnosis/metric-trend.ts';
import type { Related } from '../diagnosis/metrics/related.ts';
import type { MetricSeries } from '../domain/capability.ts';
import { formatDuration } from '../domain/duration.ts';
import { type Block, type Message, message } from '../domain/message.ts';
import type { Kit, KnownChange } from '../domain/playbook.ts';
import { valueText } from '../domain/value-text.ts';
import { clean, timeText } from './text.ts';

export interface Measured {
  service: string;
  series: MetricSeries;
  reading: SeriesReading;
}

/** That of a deviation: when it began, and what is known of the time before. */
export interface Around {
  onsetAt: number;
  /** The nearest first. */
  changes: readonly KnownChange[];
}

const mostMetrics = 20;
const mostRelated = 5;
const mostChanges = 5;

export function metricsCard(
  name: string,
  found: {
    wanted: readonly Measured[];
    related: readonly Related<Measured>[];
    /** Null: nothing deviates, or nobody knows since when. */
    around: Around | null;
    /** What was changed in the hour before now, the newest first: said where nobody knows what is normal. */
    lately: readonly KnownChange[];
    /** What the sources say happened at the service, in their words. */
    notes: readonly string[];
    silent: readonly string[];
  },
  kit: Kit,
): Message {
  const { wanted, related, around, lately, notes, silent } = found;
  const abnormal = wanted.filter(({ reading }) => reading.abnormal);
  const [only] = wanted;
  const single = wanted.length === 1 ? only : undefined;
  const title = single
    ? `${clean(single.series.metric, 80)} of ${name}: ${currentText(single.series)}`
    : `Metrics of ${name}: ${verdict(wanted)}`;
  const blocks: Block[] = [
    {
      type: 'table',
      columns: ['metric', 'now', 'normal', 'trend', 'last hour'],
      rows: wanted
        .slice(0, mostMetrics)
        .map(({ series, reading }) => [
          clean(series.metric, 60),
          currentText(series),
          reading.baseline === null ? 'not known yet' : valueText(reading.baseline, series.unit),
          trendText(reading),
          `${reading.sparkline}${spanText(reading)}`,
        ]),
    },
  ];
  const add = (heading: string, lines: readonly string[]) => {
    if (lines.length > 0) blocks.push({ type: 'section', heading, lines: [...lines] });
  };
  add(
    'Unusual',
    abnormal.slice(0, mostMetrics).map((each) => deviation(each, kit)),
  );
  if (around) add('Changed before it', changeLines(around, kit));
  else if (!wanted.some(({ reading }) => reading.band !== null))
    add('Changed lately', latelyLines(lately, kit));
  if (abnormal.length > 0) add('What the sources say', notes);
  add(
    'Moved as well',
    related
      .slice(0, mostRelated)
      .map(({ other, offsetMs }) => `${deviation(other, kit)}${offsetText(offsetMs)}`),
  );
  add('Normal', normalLines(wanted, single));
  add('Not complete', [
    ...silent,
    ...wanted.flatMap(({ series }) =>
      series.note === undefined ? [] : [`${clean(series.metric, 60)}: ${clean(series.note, 300)}`],
    ),
    ...(wanted.length > mostMetrics
      ? [`${wanted.length - mostMetrics} more metrics: name the one to see`]
      : []),
  ]);
  return message(title, { tone: abnormal.length > 0 ? 'warning' : 'neutral', blocks });
}

/** Sources measure every few minutes: what is missing of an hour by so much says nothing. */
const NEARLY_AN_HOUR_MS = 50 * 60_000;

/** A minute that holds still is no stable hour. */
const SHOWS_A_TREND_MS = 10 * 60_000;

/** Where a normal is known and left, the way is known however short the hour's measurements. */
function trendText({ trend, measuredMs, abnormal, sparkline }: SeriesReading): string {
  if (sparkline === '') return 'not known';
  return abnormal || measuredMs >= SHOWS_A_TREND_MS ? trend : 'too short to tell';
}

/** ` of 40s`, where less than the hour was measured. */
function spanText({ spanMs, sparkline }: SeriesReading): string {
  if (sparkline === '' || spanMs >= NEARLY_AN_HOUR_MS) return '';
  return ` of ${formatDuration(Math.max(1_000, Math.round(spanMs / 1_000) * 1_000))}`;
}

/** Without a past to compare with, "nothing unusual" would be a guess. */
function verdict(wanted: readonly Measured[]): string {
  const abnormal = wanted.filter(({ reading }) => reading.abnormal).length;
  if (abnormal > 0) return `${abnormal} unusual`;
  const known = wanted.filter(({ reading }) => reading.baseline !== null).length;
  if (known === wanted.length) return 'nothing unusual';
  return known === 0
    ? 'measured too briefly to know what is normal'
    : 'nothing unusual where normal is known';
}

function currentText({ current, unit }: MetricSeries): string {
  return current === null ? 'not measured now' : valueText(current, unit);
}

/** `latency of shop: 900 ms since 03:14 UTC, normally 80 ms (64 ms to 96 ms)` */
function deviation({ service, series, reading }: Measured, kit: Kit): string {
  const { deviatesSince, orEarlier, baseline } = reading;
  const since =
    deviatesSince === null ? '' : ` since ${orEarlier ? 'before ' : ''}${timeText(deviatesSince, kit)}`;
  const normal =
    baseline === null ? '' : `, normally ${valueText(baseline, series.unit)} (${bandText(series, reading)})`;
  return `${clean(series.metric, 60)} of ${service}: ${currentText(series)}${since}${normal}`;
}

function bandText(series: MetricSeries, reading: SeriesReading): string {
  const range = usualRange({ series, reading });
  if (range === null) return 'not known yet';
  const [low, high] = [valueText(range.low, series.unit), valueText(range.high, series.unit)];
  return low === high ? low : `${low} to ${high}`;
}

/** As people read it: what was never below zero is not usual there. Null: not known. */
export function usualRange({ series, reading: { band } }: Pick<Measured, 'series' | 'reading'>) {
  if (band === null) return null;
  const canBeBelow = series.points.some(({ value }) => value < 0);
  return { low: canBeBelow ? band.low : Math.max(0, band.low), high: band.high };
}

function changeLines({ onsetAt, changes }: Around, kit: Kit): string[] {
  if (changes.length === 0)
    return [
      `nothing that is known: no deploy, and no step of ours, in the hour before ${timeText(onsetAt, kit)}`,
    ];
  const lines = changes
    .slice(0, mostChanges)
    .map(({ at, text }) => `${clean(text, 200)} at ${timeText(at, kit)}${beforeText(onsetAt - at)}`);
  return changes.length > mostChanges ? [...lines, `and ${changes.length - mostChanges} more`] : lines;
}

function latelyLines(changes: readonly KnownChange[], kit: Kit): string[] {
  return changes.slice(0, mostChanges).map(({ at, text }) => `${clean(text, 200)} at ${timeText(at, kit)}`);
}

/** Within a minute the clocks of two systems cannot tell which was first. */
function beforeText(ms: number): string {
  return ms < 60_000 ? ', as it began' : `, ${minutes(ms)} before it began`;
}

function offsetText(offsetMs: number | null): string {
  if (offsetMs === null) return '';
  if (Math.abs(offsetMs) < 60_000) return ', at the same time';
  return `, ${minutes(Math.abs(offsetMs))} ${offsetMs < 0 ? 'earlier' : 'later'}`;
}

function minutes(ms: number): string {
  return formatDuration(Math.round(ms / 60_000) * 60_000);
}

/** What "normal" rests on, so that nobody trusts it more than it deserves. */
function normalLines(wanted: readonly Measured[], single: Measured | undefined): string[] {
  const bands = wanted.flatMap(({ reading }) => (reading.band === null ? [] : [reading.band]));
  const days = bands.flatMap(({ from }) => (from === 'recent' ? [] : [from.days]));
  const unknown = wanted.length - bands.length;
  const range =
    single?.reading.band && !single.reading.abnormal ? `${bandText(single.series, single.reading)}, ` : '';
  const lines =
    days.length === bands.length && days.length > 0
      ? [`${range}learnt from this hour on the last ${Math.min(...days)} days`]
      : bands.length > days.length
        ? [
            days.length > 0
              ? `learnt from this hour on earlier days, and from the quiet time before where none are known`
              : `${range}learnt from the quiet time before; no earlier days are known, so what comes daily may look unusual`,
          ]
        : [];
  if (unknown > 0)
    lines.push(
      unknown === wanted.length
        ? 'not known yet: there are too few measurements'
        : `not known yet for ${unknown} of ${wanted.length}: there are too few measurements`,
    );
  return lines;
}

// Measurements as a picture that can be read on a phone, where 800 units are about as wide as a hand. Pure: an SVG, and
// the words for who does not see it.
import { clipped } from './excerpt.ts';
import { clockTime, clockTimeWithZone } from './time.ts';
import { valueText } from './value-text.ts';

export interface ChartPanel {
  metric: string;
  unit: string;
  /** Oldest first; `at` instants. */
  points: { at: number; value: number }[];
  /** Measured at the end, as the words beside the chart have it. Null or absent: the last point is the newest there is. */
  now?: number | null | undefined;
  /** What is normal; null: not known. */
  normal: number | null;
  /** Between these it is normal; null or absent, as in charts of before: not known. */
  band?: { low: number; high: number } | null | undefined;
  /** Instant at which it left what is normal. */
  onsetAt?: number | null | undefined;
  /** Over or under this it alerts; null: not known. */
  threshold: number | null;
}

export interface Chart {
  title: string;
  panels: ChartPanel[];
  from: number;
  until: number;
  /** Deploys, and what else happened at one moment. */
  marks: { at: number; label: string }[];
  /** IANA zone of its times. */
  zone: string;
}

/** A picture is for a glance: more of them are in the message. */
export const PANELS_MAX = 3;
const POINTS_MAX = 240;
const MARKS_MAX = 3;
const TICKS_MAX = 8;
/** A measurement beyond it is a broken one, and its scale would have no end. */
const VALUE_MAX = 1e18;

const WIDTH = 800;
const HEAD = 56;
const PANEL = 330;
const FOOT = 44;
const LEFT = 128;
const RIGHT = 24;
/** Of a panel: its heading, and the plot below it. */
const PLOT_TOP = 92;
const PLOT_BOTTOM = 300;

const INK = '#1d1c1d';
const QUIET = '#616061';
const GRID = '#dddddd';
const LINE = '#1264a3';
const ALERT = '#d1242f';
const MARK = '#8250df';
const BAND = '#e3f1e6';
/** Of the onset; darker than that of the threshold, so that the two are told apart. */
const ONSET = '#9a3412';

interface Scale {
  x(at: number): number;
  y(value: number): number;
}

/** Fonts: "DM Mono" alone, so its characters are 0.6 of their size wide. */
export function chartSvg(chart: Chart): string {
  const panels = chart.panels.slice(0, PANELS_MAX);
  const height = HEAD + PANEL * panels.length + FOOT;
  const x = (at: number) =>
    LEFT + ((at - chart.from) / Math.max(1, chart.until - chart.from)) * (WIDTH - LEFT - RIGHT);
  const times = [chart.from, (chart.from + chart.until) / 2, chart.until];
  const anchors = ['start', 'middle', 'end'];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="DM Mono">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    label(24, 42, clipped(plain(chart.title), 44), { size: 28, weight: 500 }),
    ...panels.map(
      (panel, index) =>
        `<g transform="translate(0 ${HEAD + PANEL * index})">${panelSvg(panel, chart, x)}</g>`,
    ),
    ...times.map((at, index) =>
      label(x(at), height - 12, index === 2 ? clockTimeWithZone(at, chart.zone) : clockTime(at, chart.zone), {
        size: 24,
        fill: QUIET,
        anchor: anchors[index] ?? 'middle',
      }),
    ),
    '</svg>',
  ].join('\n');
}

/** What a screen reader says, and a picture that did not load: the same numbers. At most 1,000 characters, as Slack takes. */
export function chartAlt(chart: Chart): string {
  const from = clockTime(chart.from, chart.zone);
  const until = clockTimeWithZone(chart.until, chart.zone);
  const panels = chart.panels
    .slice(0, PANELS_MAX)
    .map((panel) => `${plain(panel.metric)}: ${inWords(panel, chart)}`);
  const marks = marksOf(chart).map(({ at, label: text }) => `${plain(text)} at ${clockTime(at, chart.zone)}`);
  return clipped([`${plain(chart.title)}, ${from} to ${until}`, ...panels, ...marks].join('. '), 1_000);
}

/** What is kept of a series for a picture: of each stretch its lowest and its highest value, in their order. */
export function thinned(points: ChartPanel['points'], max = POINTS_MAX): ChartPanel['points'] {
  const known = points.filter(({ at, value }) => Number.isFinite(at) && isDrawn(value));
  if (known.length <= max) return known;
  const size = Math.ceil((known.length * 2) / max);
  return Array.from({ length: Math.ceil(known.length / size) }, (_, index) => {
    const part = known.slice(index * size, (index + 1) * size);
    const [first] = part;
    if (!first) return [];
    const low = part.reduce((least, each) => (each.value < least.value ? each : least), first);
    const high = part.reduce((most, each) => (each.value > most.value ? each : most), first);
    return low === high ? [low] : [low, high].sort((a, b) => a.at - b.at);
  }).flat();
}

/** Those within its time, and what it is now, which no thinning takes away. */
function shownOf({ points, now }: ChartPanel, { from, until }: Pick<Chart, 'from' | 'until'>) {
  const known = typeof now === 'number' && isDrawn(now);
  const shown = thinned(points).filter(({ at }) => at >= from && (known ? at < until : at <= until));
  return known ? [...shown, { at: until, value: now }] : shown;
}

function panelSvg(panel: ChartPanel, chart: Chart, x: Scale['x']): string {
  const points = shownOf(panel, chart);
  const heading = [
    label(24, 36, clipped(plain(panel.metric), 26), { size: 28, weight: 500 }),
    label(WIDTH - RIGHT, 36, nowText(points, panel.unit), {
      size: 32,
      weight: 500,
      anchor: 'end',
      fill: LINE,
    }),
    label(24, 72, clipped(peakText(points, panel, chart.zone), 50), { size: 24, fill: QUIET }),
  ];
  if (points.length === 0)
    return [...heading, label(LEFT, 200, 'not measured in this time', { size: 26, fill: QUIET })].join('');
  const { low, high, ticks } = ticksOf(points, panel);
  const y = (value: number) => PLOT_BOTTOM - ((value - low) / (high - low)) * (PLOT_BOTTOM - PLOT_TOP);
  return [
    ...heading,
    ...bandOf(panel.band),
    ...ticks.flatMap((tick) => [
      line(LEFT, y(tick), WIDTH - RIGHT, y(tick), GRID, 2),
      label(LEFT - 12, y(tick) + 8, valueText(tick, panel.unit), { size: 24, fill: QUIET, anchor: 'end' }),
    ]),
    // On an axis of yes and no it would lie on one of the two.
    ...guide(panel.unit === 'boolean' ? null : panel.normal, 'normal', QUIET),
    ...guide(panel.threshold, `alerts at ${valueText(panel.threshold, panel.unit)}`, ALERT),
    ...marksOf(chart).flatMap(({ at, label: text }) => [
      line(x(at), PLOT_TOP - 4, x(at), PLOT_BOTTOM, MARK, 3, '4 6'),
      label(x(at) + (x(at) > WIDTH * 0.75 ? -8 : 8), PLOT_TOP + 18, clipped(plain(text), 16), {
        size: 24,
        fill: MARK,
        anchor: x(at) > WIDTH * 0.75 ? 'end' : 'start',
        halo: true,
      }),
    ]),
    ...onsetOf(panel.onsetAt),
    `<path d="${pathOf(points, { x, y })}" fill="none" stroke="${LINE}" stroke-width="5" stroke-linejoin="round" stroke-linecap="round"/>`,
    ...lastPoint(points).map(
      ({ at, value }) => `<circle cx="${r(x(at))}" cy="${r(y(value))}" r="9" fill="${LINE}"/>`,
    ),
  ].join('');

  /** Cut to what is shown of the scale. */
  function bandOf(band: ChartPanel['band']): string[] {
    if (!band) return [];
    const [top, bottom] = [Math.min(band.high, high), Math.max(band.low, low)];
    if (!(top >= bottom)) return [];
    const height = Math.max(2, y(bottom) - y(top));
    return [
      `<rect x="${LEFT}" y="${r(y(top))}" width="${WIDTH - LEFT - RIGHT}" height="${r(height)}" fill="${BAND}"/>`,
    ];
  }

  /** Its name stands at the foot, where those of deploys do not: the two are often side by side. */
  function onsetOf(at: ChartPanel['onsetAt']): string[] {
    if (at === null || at === undefined || !(at >= chart.from && at <= chart.until)) return [];
    const right = x(at) > WIDTH * 0.6;
    return [
      line(x(at), PLOT_TOP - 4, x(at), PLOT_BOTTOM, ONSET, 4),
      label(x(at) + (right ? -8 : 8), PLOT_BOTTOM - 10, `since ${clockTime(at, chart.zone)}`, {
        size: 24,
        fill: ONSET,
        anchor: right ? 'end' : 'start',
        halo: true,
      }),
    ];
  }

  function guide(value: number | null, text: string, colour: string): string[] {
    if (value === null || !isDrawn(value) || value < low || value > high) return [];
    return [
      line(LEFT, y(value), WIDTH - RIGHT, y(value), colour, 3, '14 8'),
      label(LEFT + 8, y(value) - 8, text, { size: 22, fill: colour, halo: true }),
    ];
  }
}

/** From zero, or below, to above the highest there is to show, at steps a person would choose. */
function ticksOf(
  points: ChartPanel['points'],
  { normal, threshold, unit }: ChartPanel,
): { low: number; high: number; ticks: number[] } {
  const all = [...points.map(({ value }) => value), ...[normal, threshold].filter((value) => value !== null)];
  const finite = all.filter(isDrawn);
  // There is nothing beyond a yes.
  if (unit === 'boolean') return { low: 0, high: 1, ticks: [0, 1] };
  const lowest = Math.min(0, ...finite);
  const least = unit === '%' || unit === 'count' ? 1 : 0.001;
  // Beside a huge number the least is lost in its rounding, and the scale would have no height.
  const highest = Math.max(lowest + Math.max(least, -lowest / 1000), ...finite);
  const step = stepOf((highest - lowest) / 3);
  const low = Math.floor(lowest / step) * step;
  const high = Math.ceil((highest + (highest - lowest) * 0.04) / step) * step;
  const count = Math.min(TICKS_MAX, Math.max(1, Math.round((high - low) / step)));
  return { low, high, ticks: Array.from({ length: count + 1 }, (_, index) => low + index * step) };
}

/** 1, 2 or 5 times a power of ten; of a percentage of 100 a quarter would be one too many. */
function stepOf(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([1, 2, 5, 10].find((factor) => factor * power >= wanted) ?? 10) * power;
}

/** A stretch without measurements is a gap, and no line that says it was so in between. */
function pathOf(points: ChartPanel['points'], { x, y }: Scale): string {
  const steps = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? at));
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return points
    .map(({ at, value }, index) => {
      const gap = index > 0 && at - (points[index - 1]?.at ?? at) > Math.max(usual * 4, 1);
      return `${index === 0 || gap ? 'M' : 'L'}${r(x(at))} ${r(y(value))}`;
    })
    .join('');
}

function nowText(points: ChartPanel['points'], unit: string): string {
  return lastPoint(points).map(({ value }) => valueText(value, unit))[0] ?? '-';
}

function peakText(points: ChartPanel['points'], { unit, normal }: ChartPanel, zone: string): string {
  const [first] = points;
  if (!first) return '';
  if (unit === 'boolean') {
    const lastNo = points.findLast(({ value }) => value === 0);
    if (lastNo === undefined) return 'yes all the time';
    if (points.every(({ value }) => value === 0)) return 'no all the time';
    return `no at ${clockTime(lastNo.at, zone)} last`;
  }
  const peak = points.reduce((most, each) => (each.value > most.value ? each : most), first);
  const usual = normal === null ? '' : `, normal ${valueText(normal, unit)}`;
  return `peak ${valueText(peak.value, unit)} at ${clockTime(peak.at, zone)}${usual}`;
}

function inWords(panel: ChartPanel, chart: Chart): string {
  const { zone } = chart;
  const points = shownOf(panel, chart);
  if (points.length === 0) return 'not measured';
  const since = panel.onsetAt ? `, unusual since ${clockTime(panel.onsetAt, zone)}` : '';
  const { band } = panel;
  const range =
    band && panel.unit !== 'boolean'
      ? `, usually ${valueText(band.low, panel.unit)} to ${valueText(band.high, panel.unit)}`
      : '';
  const threshold = panel.threshold === null ? '' : `, alerts at ${valueText(panel.threshold, panel.unit)}`;
  return `now ${nowText(points, panel.unit)}, ${peakText(points, panel, zone)}${range}${since}${threshold}`;
}

function marksOf({ marks, from, until }: Chart): Chart['marks'] {
  return marks.filter(({ at }) => at >= from && at <= until).slice(-MARKS_MAX);
}

function isDrawn(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= VALUE_MAX;
}

function lastPoint(points: ChartPanel['points']): ChartPanel['points'] {
  return points.slice(-1);
}

interface Look {
  size: number;
  weight?: number;
  fill?: string;
  anchor?: string;
  /** Readable over lines. */
  halo?: boolean;
}

function label(
  x: number,
  y: number,
  text: string,
  { size, weight = 400, fill = INK, anchor = 'start', halo }: Look,
) {
  const under = halo ? ' stroke="#ffffff" stroke-width="6" paint-order="stroke" stroke-linejoin="round"' : '';
  return `<text x="${r(x)}" y="${r(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}"${under}>${xml(text)}</text>`;
}

function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  stroke: string,
  width: number,
  dash = '',
): string {
  const dashed = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  return `<line x1="${r(x1)}" y1="${r(y1)}" x2="${r(x2)}" y2="${r(y2)}" stroke="${stroke}" stroke-width="${width}"${dashed}/>`;
}

const r = (value: number): string => String(Math.round(value * 10) / 10);

/** One line, without what no XML may hold. */
function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

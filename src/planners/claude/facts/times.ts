// Times of day, dates and instants in a text.
import { dayNumber, wallReading } from '../../../domain/wall-clock.ts';
import { placeOf, type Time, type Unread } from './found.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export interface Clocks {
  now: number;
  /** IANA zone that times without one are in. */
  zone: string;
}

const MONTHS = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const MONTH_FORMS =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
/** Minutes ahead of UTC. Not here: those that several zones share, as CST and IST. */
const AHEAD: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEST: 60,
  BST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  SGT: 480,
  HKT: 480,
  AWST: 480,
  JST: 540,
  KST: 540,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  EDT: -240,
  EST: -300,
  MDT: -360,
  MST: -420,
  PDT: -420,
  PST: -480,
  AKST: -540,
  HST: -600,
};
const ZONES = `${Object.keys(AHEAD).join('|')}|CST|CDT|IST|AST|ACST`;
const ZONE = `(?:(?:UTC|GMT)?[+-]\\d{1,2}(?::?\\d\\d)?|(?:${ZONES})\\b)`;
const CLOCK = '(\\d\\d?):([0-5]\\d)(?::([0-5]\\d)(?:[.,]\\d{1,9})?)?';

const DATED = new RegExp(
  `(?<![\\w.])(\\d{4})[-/](\\d\\d)[-/](\\d\\d)[T ]${CLOCK}(?: ?(${ZONE}))?(?![\\w:])`,
  'g',
);
/** The common log format of web servers: `17/May/2024:10:42:41 +0000`. */
const COMMON = new RegExp(
  `(?<![\\w])(\\d\\d)/(${MONTHS})/(\\d{4}):${CLOCK}(?: ?([+-]\\d\\d:?\\d\\d))?(?![\\w:])`,
  'gi',
);
const OF_DAY = new RegExp(
  `(?<![\\d:.\\w])${CLOCK}(?: ?([ap])\\.?m\\.?(?!\\w))?(?: ?(${ZONE}))?(?!\\d|:\\d|\\.\\d)`,
  'g',
);
const OF_DAY_12 = /(?<![\w:.])(\d\d?) ?([ap])\.?m\.?(?!\w)/gi;
const ISO_DATE = /(?<![\w.])(\d{4})[-/](\d\d)[-/](\d\d)(?![\w])/g;
const DAY_MONTH = new RegExp(
  `(?<![\\w.:])(\\d\\d?)(?:st|nd|rd|th)? (${MONTH_FORMS})\\b\\.?(?: (\\d{4}))?`,
  'gi',
);
const MONTH_DAY = new RegExp(
  `\\b(${MONTH_FORMS})\\.? {1,2}(\\d\\d?)(?:st|nd|rd|th)?(?!\\w|:)(?:,? (\\d{4})(?!\\w|:))?`,
  'gi',
);
/** Seconds or milliseconds since 1970. */
const EPOCH = /(?<![\w.,-])(1\d{9})(\d{3})?(?![\w,]|\.\d)/g;
const EPOCH_WITHIN_MS = 400 * DAY_MS;

export function timesIn(unread: Unread, clocks: Clocks): Time[] {
  const dated = unread.take(DATED, (match) => {
    const [, year, month, day, hour, minute, second, zone] = match;
    return timeOf(match, clocks, { day: `${year}-${month}-${day}`, hour, minute, second, zone });
  });
  const common = unread.take(COMMON, (match) => {
    const [, day, month = '', year, hour, minute, second, zone] = match;
    const date = `${year}-${monthNumber(month)}-${day}`;
    return timeOf(match, clocks, { day: date, hour, minute, second, zone });
  });
  const ofDay = unread.take(OF_DAY, (match) => {
    const [, hour, minute, second, half, zone] = match;
    return timeOf(match, clocks, { hour, minute, second, half, zone });
  });
  const hours = unread.take(OF_DAY_12, (match) => timeOf(match, clocks, { hour: match[1], half: match[2] }));
  const dates = [
    ...unread.take(ISO_DATE, (match) => dateOf(match, `${match[1]}-${match[2]}-${match[3]}`)),
    ...unread.take(DAY_MONTH, (match) => dateOf(match, dateText(match[3], match[2], match[1], clocks))),
    ...unread.take(MONTH_DAY, (match) => dateOf(match, dateText(match[3], match[1], match[2], clocks))),
  ];
  const epochs = unread.take(EPOCH, (match): Time | null => {
    const at = Number(match[1]) * SECOND_MS + Number(match[2] ?? 0);
    if (Math.abs(at - clocks.now) > EPOCH_WITHIN_MS) return null;
    return {
      kind: 'time',
      ...placeOf(match),
      at,
      precisionMs: SECOND_MS,
      offset: 0,
      ofDayMs: at % DAY_MS,
      day: null,
    };
  });
  return [...dated, ...common, ...ofDay, ...hours, ...dates, ...epochs];
}

interface Parts {
  day?: string;
  hour?: string | undefined;
  minute?: string | undefined;
  second?: string | undefined;
  half?: string | undefined;
  zone?: string | undefined;
}

function timeOf(match: RegExpExecArray, clocks: Clocks, parts: Parts): Time | null {
  const { hour = '', minute, second, half, zone } = parts;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  if (Number(hour) > (half === undefined ? 23 : 12)) return null;
  const precisionMs = minute === undefined ? HOUR_MS : second === undefined ? MINUTE_MS : SECOND_MS;
  const ofDayMs = hours * HOUR_MS + Number(minute ?? 0) * MINUTE_MS + Number(second ?? 0) * SECOND_MS;
  const offset = zone === undefined ? null : offsetNamed(zone, clocks);
  const day = parts.day === undefined ? null : dayNumber(parts.day);
  if (Number.isNaN(day)) return null;
  const seen = { kind: 'time' as const, ...placeOf(match), precisionMs, offset, ofDayMs, day };
  if (Number.isNaN(offset)) return { ...seen, at: null };
  const ahead = (offset ?? aheadOf(clocks.zone, clocks.now)) * MINUTE_MS;
  const near = Math.floor((clocks.now + ahead) / DAY_MS);
  const days = day === null ? [near - 1, near, near + 1] : [day];
  const [at = 0] = days
    .map((each) => each * DAY_MS + ofDayMs - ahead)
    .sort((a, b) => Math.abs(a - clocks.now) - Math.abs(b - clocks.now));
  return { ...seen, at };
}

function dateOf(match: RegExpExecArray, date: string): Time | null {
  const day = dayNumber(date);
  if (Number.isNaN(day)) return null;
  return { kind: 'time', ...placeOf(match), at: null, precisionMs: DAY_MS, offset: null, ofDayMs: null, day };
}

function dateText(year: string | undefined, month = '', day = '', { now, zone }: Clocks): string {
  const thisYear = new Date(wallReading(now, zone)).getUTCFullYear();
  return `${year ?? thisYear}-${monthNumber(month)}-${day.padStart(2, '0')}`;
}

function monthNumber(name: string): string {
  return String(MONTHS.split('|').indexOf(name.slice(0, 3).toLowerCase()) + 1).padStart(2, '0');
}

/** Minutes ahead of UTC. Null: the zone of the reader, by its own short name; NaN: it may be several. */
function offsetNamed(zone: string, clocks: Clocks): number | null {
  if (zone !== 'UTC' && shortNames(clocks).has(zone)) return null;
  const [, sign, hours = '', minutes = '0'] = /([+-])(\d{1,2}):?(\d\d)?$/.exec(zone) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return AHEAD[zone] ?? Number.NaN;
}

function aheadOf(zone: string, at: number): number {
  return Math.round((wallReading(at, zone) - at) / MINUTE_MS);
}

/** `CET` and `CEST`, as English and American clocks call them. */
function shortNames({ now, zone }: Clocks): Set<string> {
  const known = namesOfZone.get(zone);
  if (known) return known;
  const names = ['en-GB', 'en-US'].flatMap((locale) =>
    [now, now - 182 * DAY_MS].map(
      (at) =>
        new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' })
          .formatToParts(at)
          .find(({ type }) => type === 'timeZoneName')?.value ?? '',
    ),
  );
  const made = new Set(names);
  namesOfZone.set(zone, made);
  return made;
}

const namesOfZone = new Map<string, Set<string>>();

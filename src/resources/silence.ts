import { formatDuration } from '../domain/duration.ts';
import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Silence } from '../domain/resource.ts';
import type { Definition, Place } from './definition.ts';
import { lineText } from './operator-text.ts';
import { bad, flagPlace } from './place.ts';
import { servicesReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { timeZone } from './values/calendar.ts';
import { duration, positiveDuration } from './values/duration.ts';
import { instant } from './values/instant.ts';
import { map } from './values/map.ts';
import { line } from './values/text.ts';

export const silence: Definition<'silence'> = {
  kind: 'silence',
  plural: 'silences',
  summary: 'alerts that tell nobody for a while',
  fields: {
    match: {
      flag: 'match',
      help: 'service=api, severity=warning, or any label; service="api-*" is a beginning; all must hold',
      value: map({
        placeholder: '<key=value>',
        example: 'service=api',
        value: (text, _key, place) => lineText(text, place),
      }),
      question: 'What to silence (service=api)',
    },
    from: {
      flag: 'from',
      help: 'when it begins, such as 2026-11-23T22:00Z (default: now)',
      value: instant(),
    },
    until: {
      flag: 'until',
      help: 'when it ends; or give --for',
      value: instant(),
      question: 'Until when (2026-11-23T23:00Z)',
      unless: ['daily', 'weekly'],
    },
    daily: {
      flag: 'daily',
      help: 'a maintenance window each day at this time in --zone, as long as --for says',
      value: line('<HH:MM>', timeOfDay),
    },
    weekly: {
      flag: 'weekly',
      help: 'a maintenance window each week, such as "sun 02:00"',
      value: line('<day HH:MM>', timeOfWeek),
    },
    forMs: {
      flag: null,
      optional: true,
      help: 'how long a window of --daily or --weekly lasts',
      value: duration(),
    },
    zone: {
      flag: 'zone',
      help: 'the time zone of --daily and --weekly, such as Europe/Berlin (default: UTC)',
      value: line('<zone>', timeZone),
    },
    reason: { flag: 'reason', help: 'why', value: line() },
  },
  own: {
    flags: [
      {
        flag: 'for',
        placeholder: '<duration>',
        help: 'how long: counted from --from or from now, or of each window of --daily and --weekly',
      },
    ],
    read(occurrences, { before, now, values }) {
      const last = occurrences.at(-1);
      if (last === undefined) return {};
      const place = flagPlace('for');
      if (occurrences.length > 1) throw bad(place, `was given ${occurrences.length} times`, 'give it once');
      const lastsMs = positiveDuration(String(last.text), place);
      if (isRecurring({ ...before, ...values })) {
        // What it was made for once does not end what comes again.
        const once = before !== null && !isRecurring(before) && values.until === undefined;
        return { forMs: lastsMs, ...(once ? { until: undefined } : {}) };
      }
      if (values.until !== undefined)
        throw usageError('--for and --until both say when it ends', 'leave one out');
      const from =
        values.from ??
        (before?.until === undefined || Date.parse(before.until) <= now ? undefined : before.from);
      const start =
        from === undefined ? now : Math.max(Date.parse(from), values.from === undefined ? now : 0);
      return { until: new Date(start + lastsMs).toISOString() };
    },
  },
  check(silence) {
    const { match, from, until } = silence;
    if (Object.keys(match).length === 0) {
      throw usageError(
        'a silence that matches nothing in particular would silence everything',
        'add --match service=api',
      );
    }
    if (from !== undefined && until !== undefined && from >= until) {
      throw usageError(
        'the silence ends before it begins',
        'write the earlier time as --from and the later one as --until',
      );
    }
    checkWindow(silence);
  },
  columns: [
    {
      title: 'match',
      text: ({ match }) =>
        Object.entries(match)
          .map(([key, value]) => `${key}=${value}`)
          .join(', '),
    },
    { title: 'from', text: ({ from }) => from ?? 'once added', isInstant: true },
    { title: 'until', text: ({ until }) => until ?? 'removed', isInstant: true },
    { title: 'window', text: windowText },
    { title: 'reason', text: ({ reason }) => reason ?? '' },
  ],
  references: ({ match }) => (match.service === undefined ? [] : [servicesReference(match.service)]),
  next: ({ name }) => `openclaw silence remove ${shellQuote(name)}   (ends it early)`,
  examples: [
    'openclaw silence add --name "api release" --match service=api --for 2h --reason "planned release"',
    'openclaw silence add --name night --match severity=info --from 2026-11-23T22:00Z --until 2026-11-24T06:00Z',
    'openclaw silence add --name nightly --match service=api --daily 02:00 --for 1h --zone Europe/Berlin',
    'openclaw silence add --name patching --match "service=db-*" --weekly "sun 02:00" --for 3h',
  ],
};

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const LONGEST_MS = { daily: 24 * 3_600_000, weekly: 7 * 24 * 3_600_000 } as const;

function isRecurring({ daily, weekly }: Pick<Partial<Silence>, 'daily' | 'weekly'>): boolean {
  return daily !== undefined || weekly !== undefined;
}

function checkWindow({ daily, weekly, forMs, zone }: Silence): void {
  if (daily !== undefined && weekly !== undefined)
    throw usageError('a window comes each day or each week, and both are given', 'leave one out');
  const every = daily === undefined ? (weekly === undefined ? null : 'weekly') : 'daily';
  if (every === null) {
    if (forMs !== undefined || zone !== undefined)
      throw usageError(
        `${zone === undefined ? 'how long a window lasts' : 'a time zone'} is only for what comes again`,
        'add --daily 02:00 or --weekly "sun 02:00", or leave it out',
      );
    return;
  }
  if (forMs === undefined) throw usageError('how long does each window last?', 'add --for 1h');
  if (forMs >= LONGEST_MS[every])
    throw usageError(
      'a window that lasts until the next one begins would silence for good',
      `make --for shorter than ${every === 'daily' ? 'a day' : 'a week'}`,
    );
}

function windowText({ daily, weekly, forMs, zone }: Silence): string {
  const at = daily === undefined ? (weekly === undefined ? null : `weekly ${weekly}`) : `daily ${daily}`;
  return at === null ? '' : `${at} for ${formatDuration(forMs ?? 0)}, ${zone ?? 'UTC'}`;
}

function timeOfDay(text: string, place: Place): string {
  const time = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  if (!time) throw bad(place, `${quoted(text)} is not a time of day`, `write ${place.write('02:00')}`);
  return `${(time[1] ?? '').padStart(2, '0')}:${time[2] ?? ''}`;
}

function timeOfWeek(text: string, place: Place): string {
  const [word = '', time = '', ...rest] = text.trim().split(/\s+/);
  const day = WEEKDAYS.find((each) => word.toLowerCase().startsWith(each));
  const full = /^(sun|mon|tues?|wed|wednes|thu|thurs?|fri|sat|satur)(day)?$/i.test(word);
  if (day === undefined || !full || rest.length > 0)
    throw bad(place, `${quoted(text)} is not a day and a time`, `write ${place.write('"sun 02:00"')}`);
  return `${day} ${timeOfDay(time, place)}`;
}

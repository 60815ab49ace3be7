import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Rotation } from '../domain/resource.ts';
import type { Definition, Place, Value } from './definition.ts';
import { nameText } from './operator-text.ts';
import { bad, documentText, isRecord, keyPlace } from './place.ts';
import { contactReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { day, timeZone } from './values/calendar.ts';
import { choice, parseChoice } from './values/choice.ts';
import { isDay } from './values/instant.ts';
import { names } from './values/list.ts';
import { line, scalar } from './values/text.ts';

const PERIODS = ['daily', 'weekly'] as const;
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

type Override = Rotation['overrides'][number];

export const rotation: Definition<'rotation'> = {
  kind: 'rotation',
  plural: 'rotations',
  summary: 'who is on call when',
  fields: {
    members: {
      flag: 'member',
      help: 'contacts in their order; repeatable, or a comma list',
      value: names('contact'),
      question: 'Members in their order (sarah,mike)',
    },
    period: {
      flag: 'every',
      help: 'how long a shift is: daily or weekly (also --daily, --weekly; default: weekly)',
      value: choice('period', PERIODS),
      default: 'weekly',
    },
    handover: {
      flag: 'at',
      help: 'the time of the handover in --zone (default: 09:00)',
      value: line('<HH:MM>', timeOfDay),
      default: '09:00',
    },
    weekday: {
      flag: 'weekday',
      help: 'the day of a weekly handover (default: monday)',
      value: scalar({
        placeholder: '<day>',
        choices: WEEKDAYS,
        parse: (text, place) => WEEKDAYS.indexOf(parseChoice(text, place, 'weekday', WEEKDAYS)) + 1,
        print: (day) => WEEKDAYS[day - 1] ?? '',
      }),
      default: 1,
    },
    zone: {
      flag: 'zone',
      help: 'a time zone such as Europe/Berlin (default: UTC)',
      value: line('<zone>', timeZone),
      default: 'UTC',
    },
    start: {
      flag: 'start',
      help: 'the day of the first shift (default: today)',
      value: line('<YYYY-MM-DD>', day),
      inFile: 'required',
    },
    overrides: {
      flag: 'override',
      help: 'someone else for a time: "mike=2026-12-24T09:00/2026-12-26T09:00"; repeatable',
      value: overrides(),
      default: [],
    },
  },
  own: {
    flags: PERIODS.map((period) => ({
      flag: period,
      placeholder: null,
      help: `the same as --every ${period}`,
    })),
    read(occurrences, { before, now, values }) {
      const given = new Set([
        ...occurrences.map(({ flag }) => flag),
        ...(values.period ? [values.period] : []),
      ]);
      if (given.size > 1)
        throw usageError('a rotation is daily or weekly, and both are given', 'leave one out');
      const [period] = given;
      return {
        ...(period === 'daily' || period === 'weekly' ? { period } : {}),
        ...(before === null && values.start === undefined
          ? { start: firstDay(now, values.zone ?? 'UTC', values.handover ?? '09:00') }
          : {}),
      };
    },
  },
  check({ members, overrides: set }) {
    if (members.length === 0)
      throw usageError('a rotation without members leaves nobody on call', 'add --member <contact>');
    for (const { member, from, until } of set) {
      if (from >= until) {
        throw usageError(
          `the override for ${quoted(member)} ends before it begins`,
          `write --override "${member}=<from>/<until>", the earlier time first`,
        );
      }
    }
  },
  columns: [
    { title: 'members', text: ({ members }) => members.join(' → ') },
    { title: 'handover', text: handoverText },
    { title: 'zone', text: ({ zone }) => zone },
    { title: 'overrides', text: ({ overrides: set }) => (set.length === 0 ? '' : String(set.length)) },
  ],
  references: ({ members, overrides: set }) =>
    [...new Set([...members, ...set.map(({ member }) => member)])].map(contactReference),
  next: ({ name }) =>
    `openclaw rotation show ${shellQuote(name)}   (an escalation with --level-1 ${shellQuote(name)} pages them)`,
  examples: [
    'openclaw rotation add --name on-call --member sarah --member mike --weekly --weekday monday --at 09:00 --zone Europe/Berlin',
    'openclaw rotation edit on-call --override "mike=2026-12-24T09:00/2026-12-26T09:00"',
  ],
};

function handoverText({ period, weekday, handover }: Rotation): string {
  return period === 'daily' ? `daily ${handover}` : `weekly, ${WEEKDAYS[weekday - 1] ?? ''} ${handover}`;
}

function timeOfDay(text: string, place: Place): string {
  const time = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  if (!time) throw bad(place, `${quoted(text)} is not a time of day`, `write ${place.write('09:00')}`);
  return `${(time[1] ?? '').padStart(2, '0')}:${time[2] ?? ''}`;
}

/** The day on which the shift that runs now began: whoever is first is on call from this moment. */
function firstDay(now: number, zone: string, handover: string): string {
  const wall = (at: number) => {
    const format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'short',
    });
    const [date = '', time = ''] = format.format(at).split(' ');
    return { date, time };
  };
  const { date, time } = wall(now);
  if (time >= handover) return date;
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

function overrides(): Value<Override[]> {
  const write = ({ member, from, until }: Override) => `${member}=${from}/${until}`;
  return {
    placeholder: '<who=from/until>',
    repeatable: true,
    fromFlags: (texts, place) =>
      texts.map((text) => {
        const parts = /^([^=]+)=([^/]+)\/([^/]+)$/.exec(text);
        const [, member = '', from = '', until = ''] = parts ?? [];
        if (!parts)
          throw bad(
            place,
            `${quoted(text)} does not say who, from when and until when`,
            `write ${place.write('mike=2026-12-24T09:00/2026-12-26T09:00')}`,
          );
        return {
          member: nameText(member, place),
          from: wallTime(from, place),
          until: wallTime(until, place),
        };
      }),
    fromDocument(value, place) {
      if (!Array.isArray(value))
        throw bad(
          place,
          'must be a list',
          '- { member: mike, from: 2026-12-24T09:00, until: 2026-12-26T09:00 }',
        );
      return value.map((item: unknown, index) => {
        const path = `${place.name}[${index}]`;
        const extra = isRecord(item)
          ? Object.keys(item).find((key) => !['member', 'from', 'until'].includes(key))
          : '';
        if (!isRecord(item) || extra !== undefined) {
          throw bad(
            keyPlace(path),
            extra ? `${quoted(extra)} is not known here` : 'must hold member, from and until',
            '- { member: mike, from: …, until: … }',
          );
        }
        const text = (key: string) => documentText(item[key], keyPlace(`${path}.${key}`));
        return {
          member: nameText(text('member'), keyPlace(`${path}.member`)),
          from: wallTime(text('from'), keyPlace(`${path}.from`)),
          until: wallTime(text('until'), keyPlace(`${path}.until`)),
        };
      });
    },
    toDocument: (items) => items.map((item) => ({ ...item })),
    show: (items) => items.map(write).join(', '),
  };
}

/** `YYYY-MM-DDTHH:MM` on the clocks of the rotation's zone; a day alone begins at midnight. */
function wallTime(text: string, place: Place): string {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::00)?)?$/.exec(text.trim());
  const date = parts?.[1] ?? '';
  if (parts && isDay(date)) return `${date}T${parts[2] ?? '00'}:${parts[3] ?? '00'}`;
  throw bad(
    place,
    `${quoted(text)} is not a time`,
    "write it as 2026-12-24T09:00, in the rotation's own zone",
  );
}

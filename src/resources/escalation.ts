// Who is told when nobody acknowledges. Each --timeout belongs to the --level-N written before it.
import { formatDuration } from '../domain/duration.ts';
import { usageError } from '../domain/errors.ts';
import { ESCALATION_PLACEHOLDERS } from '../domain/escalation.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Escalation } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import type { Definition, Occurrence, OwnQuestion, Place, Value } from './definition.ts';
import { nameText } from './operator-text.ts';
import { bad, documentText, flagPlace, isRecord, keyPlace } from './place.ts';
import { targetReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { positiveDuration } from './values/duration.ts';
import { prose } from './values/text.ts';

type Level = Escalation['levels'][number];

const MOST_LEVELS = 9;
const LEVEL_NUMBERS = Array.from({ length: MOST_LEVELS }, (_, index) => index + 1);

export const escalation: Definition<'escalation'> = {
  kind: 'escalation',
  plural: 'escalations',
  summary: 'who is told, and when, while nobody acknowledges',
  fields: {
    levels: { flag: null, help: '', value: levels() },
    message: {
      flag: 'message',
      help: `what is said; may hold ${ESCALATION_PLACEHOLDERS.map((name) => `{${name}}`).join(' ')}`,
      value: prose(checkPlaceholders),
    },
  },
  own: {
    flags: [
      ...LEVEL_NUMBERS.map((number) => ({
        flag: `level-${number}`,
        placeholder: '<who>',
        help:
          number === 1
            ? 'who is told first: a rotation, a contact, a pager, or pagerduty:SCHEDULE'
            : `who is told at level ${number}`,
      })),
      {
        flag: 'timeout',
        placeholder: '<duration>',
        help: 'how long the level before it has to acknowledge; one for each',
      },
      { flag: 'clear-level', placeholder: '<number>', help: 'removes the last level', on: 'edit' },
    ],
    read: (occurrences, { before }) => ({ levels: readLevels(occurrences, before?.levels ?? []) }),
    ask: nextQuestion,
  },
  check({ levels }) {
    if (levels.length === 0) {
      throw usageError('an escalation needs at least one level', 'add --level-1 on-call --timeout 5m');
    }
  },
  columns: [
    {
      title: 'levels',
      text: ({ levels }) =>
        levels.map(({ target, timeoutMs }) => `${target} ${formatDuration(timeoutMs)}`).join(' → '),
    },
  ],
  references: ({ levels }) => levels.map(({ target }) => targetReference(target)),
  next: ({ name }) => `openclaw escalation show ${shellQuote(name)}`,
  examples: [
    'openclaw escalation add --name Default --level-1 on-call --timeout 5m --level-2 team-lead --timeout 15m --message "No one has acknowledged incident #{id} after {timeout}. Escalating to {next_level}."',
    'openclaw escalation edit Default --level-1 on-call --timeout 10m',
    'openclaw escalation edit Default --level-1 pagerduty:PABC123 --timeout 5m',
  ],
};

/** Levels as typed over the levels there are. Errors name the level and the flag that is missing. */
function readLevels(occurrences: readonly Occurrence[], before: readonly Level[]): Level[] {
  const found: ({ target: string; timeoutMs: number | null } | undefined)[] = before.map((level) => ({
    ...level,
  }));
  const timed = new Set<number>();
  const named = new Set<number>();
  let current: number | null = null;
  for (const { flag, text } of occurrences) {
    const value = String(text);
    const place = flagPlace(flag);
    if (flag === 'timeout') {
      const level = current === null ? undefined : found[current - 1];
      if (current === null || !level) {
        throw bad(
          place,
          'stands before any level, so it is not clear whose it is',
          `write it after its level: --level-1 on-call --timeout ${shellQuote(value)}`,
        );
      }
      if (timed.has(current))
        throw bad(
          place,
          `level ${current} was given two`,
          'each --timeout belongs to the --level-N before it; give each level one',
        );
      level.timeoutMs = positiveDuration(value, place);
      timed.add(current);
    } else if (flag === 'clear-level') {
      if (value !== String(found.length)) {
        throw bad(
          place,
          `${quoted(value)} is not the last level`,
          `only the last one can be removed: --clear-level ${found.length}`,
        );
      }
      found.pop();
      current = null;
    } else {
      const number = Number(flag.slice('level-'.length));
      if (named.has(number)) throw bad(place, 'was given twice', 'give each level once');
      named.add(number);
      found[number - 1] = { target: nameText(value, place), timeoutMs: found[number - 1]?.timeoutMs ?? null };
      current = number;
    }
  }
  return Array.from(found, (level, index) => {
    const number = index + 1;
    if (level === undefined) {
      throw usageError(
        `level ${found.length} is given, and level ${number} is not`,
        `add --level-${number} <who> --timeout 15m, or number the levels without a gap`,
      );
    }
    if (level.timeoutMs === null) {
      throw usageError(
        `level ${number} (${level.target}) has no timeout`,
        `write it after the level: --level-${number} ${shellQuote(level.target)} --timeout 15m`,
      );
    }
    return { target: level.target, timeoutMs: level.timeoutMs };
  });
}

/** Who, how long, who next, how long, ... */
function nextQuestion(answers: readonly Occurrence[]): OwnQuestion | null {
  const last = answers.at(-1);
  if (last && last.flag !== 'timeout') {
    return {
      flag: 'timeout',
      question: `How long may ${String(last.text)} take to acknowledge (5m)`,
      check: positiveDuration,
    };
  }
  const number = answers.length / 2 + 1;
  if (number > MOST_LEVELS) return null;
  const flag = `level-${number}`;
  if (number === 1) return { flag, question: 'Who is told first (on-call, sarah, pager)', check: nameText };
  return { flag, question: 'Who is told next (Enter: nobody)', check: nameText, optional: true };
}

function levels(): Value<Level[]> {
  return {
    placeholder: null,
    repeatable: false,
    fromFlags: () => [],
    fromDocument(value, place) {
      if (!Array.isArray(value))
        throw bad(place, 'must be a list', 'write levels: [{ target: on-call, timeout: 5m }]');
      if (value.length > MOST_LEVELS)
        throw bad(place, `holds ${value.length} levels, and at most ${MOST_LEVELS} are used`);
      return value.map((item: unknown, index) => readLevel(item, keyPlace(`${place.name}[${index}]`)));
    },
    toDocument: (items) =>
      items.map(({ target, timeoutMs }) => ({ target, timeout: formatDuration(timeoutMs) })),
    show: (items) =>
      items
        .map(({ target, timeoutMs }, index) => `${index + 1}. ${target}, ${formatDuration(timeoutMs)}`)
        .join('; '),
  };
}

function readLevel(item: unknown, place: Place): Level {
  if (!isRecord(item)) throw bad(place, 'must hold target and timeout', '- { target: on-call, timeout: 5m }');
  const unknown = Object.keys(item).find((key) => key !== 'target' && key !== 'timeout');
  if (unknown !== undefined)
    throw bad(place, `${quoted(unknown)} is not known here`, 'a level holds target and timeout');
  for (const key of ['target', 'timeout']) {
    if (item[key] === undefined) throw bad(place, `has no ${key}`, '- { target: on-call, timeout: 5m }');
  }
  const targetPlace = keyPlace(`${place.name}.target`);
  const timeoutPlace = keyPlace(`${place.name}.timeout`);
  return {
    target: nameText(documentText(item.target, targetPlace), targetPlace),
    timeoutMs: positiveDuration(documentText(item.timeout, timeoutPlace), timeoutPlace),
  };
}

function checkPlaceholders(text: string, place: Place): void {
  for (const [whole, name = ''] of text.matchAll(/\{([^{}\n]*)\}/g)) {
    if (ESCALATION_PLACEHOLDERS.some((known) => known === name)) continue;
    const near = nearest(name, ESCALATION_PLACEHOLDERS);
    throw bad(
      place,
      `there is no placeholder ${quoted(whole)}`,
      `${near === null ? '' : `did you mean {${near}}? `}There are ${ESCALATION_PLACEHOLDERS.map((known) => `{${known}}`).join(' ')}`,
    );
  }
}

import { usageError } from '../domain/errors.ts';
import type { Definition } from './definition.ts';
import { lineText } from './operator-text.ts';
import { bad, flagPlace } from './place.ts';
import { serviceReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { positiveDuration } from './values/duration.ts';
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
      help: 'service=api, severity=warning, or any label; all must hold',
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
    },
    reason: { flag: 'reason', help: 'why', value: line() },
  },
  own: {
    flags: [{ flag: 'for', placeholder: '<duration>', help: 'how long, counted from --from or from now' }],
    read(occurrences, { before, now, values }) {
      const last = occurrences.at(-1);
      if (last === undefined) return {};
      const place = flagPlace('for');
      if (occurrences.length > 1) throw bad(place, `was given ${occurrences.length} times`, 'give it once');
      if (values.until !== undefined)
        throw usageError('--for and --until both say when it ends', 'leave one out');
      const from =
        values.from ?? (before === null || Date.parse(before.until) <= now ? undefined : before.from);
      const start =
        from === undefined ? now : Math.max(Date.parse(from), values.from === undefined ? now : 0);
      return { until: new Date(start + positiveDuration(String(last.text), place)).toISOString() };
    },
  },
  check({ match, from, until }) {
    if (Object.keys(match).length === 0) {
      throw usageError(
        'a silence that matches nothing in particular would silence everything',
        'add --match service=api',
      );
    }
    if (from !== undefined && from >= until) {
      throw usageError(
        'the silence ends before it begins',
        'write the earlier time as --from and the later one as --until',
      );
    }
  },
  columns: [
    {
      title: 'match',
      text: ({ match }) =>
        Object.entries(match)
          .map(([key, value]) => `${key}=${value}`)
          .join(', '),
    },
    { title: 'from', text: ({ from }) => from ?? 'once added' },
    { title: 'until', text: ({ until }) => until },
    { title: 'reason', text: ({ reason }) => reason ?? '' },
  ],
  references: ({ match }) => (match.service === undefined ? [] : [serviceReference(match.service)]),
  next: ({ name }) => `openclaw silence remove ${shellQuote(name)}   (ends it early)`,
  examples: [
    'openclaw silence add --name "api release" --match service=api --for 2h --reason "planned release"',
    'openclaw silence add --name night --match severity=info --from 2026-11-23T22:00Z --until 2026-11-24T06:00Z',
  ],
};

import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import { parseQuietHours } from '../domain/quiet-hours.ts';
import { beginsAsSlackId } from '../domain/slack-id.ts';
import { minuteOf } from '../domain/wall-clock.ts';
import type { Definition, Place } from './definition.ts';
import { lineText } from './operator-text.ts';
import { bad, flagPlace } from './place.ts';
import { channelReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { timeZone } from './values/calendar.ts';
import { choices, names } from './values/list.ts';
import { map } from './values/map.ts';
import { line } from './values/text.ts';
import { toggle } from './values/toggle.ts';

const RIGHTS = ['approve'] as const;

export const contact: Definition<'contact'> = {
  kind: 'contact',
  plural: 'contacts',
  summary: 'a person: how to reach them, and what they may decide',
  fields: {
    ids: {
      flag: 'id',
      help: 'who they are on a platform: slack=U024BE7LH, email=sam@example.org, local=1000',
      value: map({ placeholder: '<platform=id>', example: 'slack=U024BE7LH', value: platformId }),
      question: 'Id on a platform (slack=U024BE7LH)',
      unless: ['slackEmail'],
      default: {},
    },
    slackEmail: {
      flag: 'slack-email',
      help: 'find them in Slack by this address; no page and no right comes of it before they confirm it there',
      value: line('<address>', emailAddress),
    },
    order: {
      flag: 'order',
      help: 'channels in the order to try (default: as the ids were given)',
      value: names('channel'),
      default: [],
    },
    can: {
      flag: 'can',
      help: 'approve: may approve plans, close incidents and freeze',
      value: choices('right', RIGHTS),
      default: [],
    },
    unattended: {
      flag: 'unattended',
      help: 'may approve without a terminal, never what is critical',
      value: toggle(),
      default: false,
    },
    quiet: {
      flag: 'quiet',
      help: 'hours in which only what is critical wakes them: 22:00-07:00 in --zone',
      value: line('<HH:MM-HH:MM>', quietHours),
    },
    zone: {
      flag: 'zone',
      help: 'of --quiet: a time zone such as Europe/Berlin (default: UTC)',
      value: line('<zone>', timeZone),
    },
  },
  own: {
    flags: [
      {
        flag: 'slack',
        placeholder: '<member id>',
        help: 'who they are in Slack, the same as --id slack=<member id>',
      },
      {
        flag: 'pagerduty',
        placeholder: '<user id>',
        help: 'who they are in PagerDuty, the same as --id pagerduty=<user id>',
      },
    ],
    read(occurrences, { before, values }) {
      if (occurrences.length === 0) return {};
      const ids: Record<string, string> = {};
      for (const { flag, text } of occurrences) {
        const place = idPlace(flag);
        const times = occurrences.filter((each) => each.flag === flag).length;
        if (times > 1) throw bad(place, `was given ${times} times`, 'give it once');
        ids[flag] = platformId(String(text), flag, place);
      }
      return { ids: { ...(values.ids ?? before?.ids), ...ids } };
    },
  },
  check({ ids, slackEmail, can, unattended, quiet, zone }) {
    if (zone !== undefined && quiet === undefined) {
      throw usageError(
        'a zone without quiet hours means nothing',
        'add --quiet 22:00-07:00, or leave out --zone',
      );
    }
    if (Object.keys(ids).length === 0 && slackEmail === undefined) {
      throw usageError('a contact without an id cannot be reached or recognised', 'add --id slack=U024BE7LH');
    }
    if (unattended && !can.includes('approve')) {
      throw usageError('unattended approval is given to a contact that may not approve', 'add --can approve');
    }
    if (unattended && ids.local === undefined) {
      throw usageError(
        'unattended approval is bound to a local user id, and none is given',
        'add --id local=1000 (the output of: id -u)',
      );
    }
  },
  async complete(spec, { before }) {
    const { name, ids, slackEmail } = spec;
    const isLinked = before?.ids.slack !== undefined && ids.slack === before.ids.slack;
    if (!isLinked || slackEmail === undefined || slackEmail === before.slackEmail)
      return { spec, warnings: [] };
    const other = `openclaw contact edit ${shellQuote(name)} --slack U…`;
    return {
      spec,
      warnings: [
        `${name} is linked to the Slack account ${ids.slack} and stays so: nobody is looked for by ${slackEmail}. Another account: ${other}`,
      ],
    };
  },
  clash(spec, other) {
    const shared = Object.entries(spec.ids).find(([platform, id]) => other.ids[platform] === id);
    return shared ? `${shared[0]}=${shared[1]} is the id of` : null;
  },
  columns: [
    {
      title: 'ids',
      text: ({ ids, slackEmail }) =>
        Object.entries(ids)
          .map(([platform, id]) => `${platform}=${id}`)
          .concat(ids.slack === undefined && slackEmail !== undefined ? [`${slackEmail}, not confirmed`] : [])
          .join(', '),
    },
    { title: 'order', text: ({ order }) => order.join(', ') },
    { title: 'quiet', text: ({ quiet, zone }) => (quiet === undefined ? '' : `${quiet} ${zone ?? 'UTC'}`) },
    {
      title: 'may',
      text: ({ can, unattended }) => [...can, ...(unattended ? ['unattended'] : [])].join(', '),
    },
  ],
  references: ({ order }) => order.map(channelReference),
  // Which rotations there are is not known here: nothing that would fail where one of that name exists.
  next: ({ name }) =>
    `openclaw rotation list   (rotation add or edit with --member ${shellQuote(name)} puts them on call)`,
  examples: [
    'openclaw contact add --name sarah --id slack=U024BE7LH --id email=sarah@example.org --order slack,pager --can approve',
    'openclaw contact add --name mike --slack-email mike@example.org --can approve',
    'openclaw contact edit sarah --quiet 22:00-07:00 --zone Europe/Berlin',
    'openclaw contact edit sarah --pagerduty PSARAH1 --order pager,slack',
    'openclaw contact edit sarah --clear-can',
  ],
};

function emailAddress(text: string, place: Place): string {
  const address = lineText(text, place, 254);
  if (!/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(address))
    throw bad(place, `${quoted(address)} is no e-mail address`, `write ${place.write('sarah@example.org')}`);
  return address;
}

function quietHours(text: string, place: Place): string {
  const hours = parseQuietHours(text);
  if (!hours || minuteOf(hours.from) === minuteOf(hours.until)) {
    throw bad(
      place,
      `${quoted(text)} does not say from when until when`,
      `write ${place.write('22:00-07:00')}`,
    );
  }
  return [hours.from, hours.until].map((time) => time.padStart(5, '0')).join('-');
}

/** The value of `--slack` is the id alone, where `--id` takes `slack=` before it. */
function idPlace(platform: string): Place {
  const own = flagPlace(platform);
  const before = `${platform}=`;
  return {
    ...own,
    write: (example) => own.write(example.startsWith(before) ? example.slice(before.length) : example),
  };
}

function platformId(text: string, platform: string, place: Place): string {
  const id = lineText(text, place, 200);
  if (/\s/.test(id))
    throw bad(
      place,
      `${quoted(id)} is not an id: it holds a space`,
      `write the id, not the name: ${place.write(`${platform}=${platform === 'pagerduty' ? 'PSARAH1' : 'U024BE7LH'}`)}`,
    );
  if (platform === 'slack' && id.startsWith('@')) {
    throw bad(
      place,
      `${quoted(id)} is a display name, and those can be changed by anyone`,
      `write the member id: ${place.write('slack=U024BE7LH')}`,
    );
  }
  if (platform === 'slack' && !beginsAsSlackId(id)) {
    throw bad(
      place,
      `${quoted(id)} is no id of Slack`,
      `in Slack: their profile, ⋮, "Copy member ID": ${place.write('slack=U024BE7LH')}`,
    );
  }
  return id;
}

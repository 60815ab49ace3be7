import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Command } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import { VERB_TRIGGERS } from '../domain/verbs.ts';
import type { Definition, Place } from './definition.ts';
import { lineText } from './operator-text.ts';
import { bad } from './place.ts';
import { channelReference, sourceReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { choice } from './values/choice.ts';
import { duration } from './values/duration.ts';
import { names } from './values/list.ts';
import { line, nameOf, prose } from './values/text.ts';
import { toggle } from './values/toggle.ts';

/** What a command's instructions can be run by. Without one they are a checklist. */
export const PLAYBOOK_NAMES = [
  'rollback',
  'scale',
  'restart',
  'logs',
  'metrics',
  'status',
  'flush-cache',
  'db-failover',
  'disk-cleanup',
] as const;

export const command: Definition<'command'> = {
  kind: 'command',
  plural: 'commands',
  summary: 'what people type in chat, such as /rollback',
  fields: {
    trigger: {
      flag: 'trigger',
      help: 'what people type in chat, with its slash',
      value: line('</word>', trigger),
      question: 'Trigger, as typed in chat (/rollback)',
    },
    playbook: {
      flag: 'playbook',
      help: 'the playbook to run, where the trigger is not the name of one',
      value: choice('playbook', PLAYBOOK_NAMES),
    },
    sources: {
      flag: 'source',
      help: 'sources to use, in the order they are asked',
      value: names('source'),
      default: [],
    },
    announce: {
      flag: 'announce',
      help: 'also post plan, decision and outcome to --to',
      value: toggle(),
      default: false,
    },
    channel: {
      flag: 'channel',
      help: 'the channel of --to (default: slack if configured, else the only one)',
      value: nameOf('channel'),
    },
    to: { flag: 'to', help: 'the room to announce in, such as "#ops-alerts"', value: line('<room>') },
    watchMs: {
      flag: 'watch',
      help: 'how long to watch after a change (default: 5m)',
      value: duration(),
    },
    twoPerson: {
      flag: 'two-person',
      help: 'whoever asks may not approve',
      value: toggle(),
      default: false,
    },
    message: {
      flag: 'message',
      help: 'the instructions',
      value: prose(),
      question: 'Instructions (of several lines: --message-file)',
    },
  },
  check(spec) {
    if (spec.announce && spec.to === undefined) {
      throw usageError('announce is on, and no room is given to announce in', 'add --to "#ops-alerts"');
    }
    if (spec.channel !== undefined && spec.to === undefined) {
      throw usageError(`channel ${quoted(spec.channel)} is given without a room`, 'add --to "#ops-alerts"');
    }
  },
  clash: (spec, other) => (spec.trigger === other.trigger ? `${spec.trigger} is the trigger of` : null),
  columns: [
    { title: 'trigger', text: ({ trigger }) => trigger },
    { title: 'playbook', text: (spec) => playbookOf(spec) ?? '(checklist)' },
    { title: 'sources', text: ({ sources }) => sources.join(', ') },
    {
      title: 'to',
      text: ({ to, announce }) => (to === undefined ? '' : announce ? `${to} (announced)` : to),
    },
  ],
  references: ({ sources, channel }) => [
    ...sources.map(sourceReference),
    ...(channel === undefined ? [] : [channelReference(channel)]),
  ],
  detail: (spec) =>
    playbookOf(spec) === undefined
      ? [
          `${spec.trigger} has no playbook: a model plans it from its instructions; without one they are shown as a checklist`,
        ]
      : [],
  next: ({ trigger }) => `openclaw chat ${shellQuote(trigger)}`,
  examples: [
    'openclaw command add --name rollback --trigger /rollback --source "GitHub,AWS Production" --message "Roll back a deployment." --announce --channel slack --to "#ops-critical"',
    'openclaw command edit rollback --watch 10m --two-person',
    'openclaw command edit rollback --append-message "Tell support first."',
  ],
};

/** The playbook that answers a command: the one it names, else the one its trigger is the name of. */
function playbookOf({ playbook, trigger: typed }: Pick<Command, 'playbook' | 'trigger'>): string | undefined {
  return playbook ?? PLAYBOOK_NAMES.find((name) => `/${name}` === typed);
}

function trigger(text: string, place: Place): string {
  const word = lineText(text, place, 60);
  if (!/^\/[a-z0-9][a-z0-9_-]*$/.test(word)) {
    const body =
      word
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '') || 'rollback';
    const why = !word.startsWith('/')
      ? `${quoted(word)} does not begin with a slash`
      : `${quoted(word)} is not one word of small letters, digits, - and _`;
    throw bad(place, why, `write ${place.write(`/${body}`)}`);
  }
  if (VERB_TRIGGERS.some((verb) => verb === word)) {
    throw bad(
      place,
      `${word} already has a meaning in chat and cannot be given another`,
      'choose another word',
    );
  }
  const near = nearest(word, VERB_TRIGGERS);
  // One letter away from a decision is too near for three in the morning.
  if (near === '/approve' || near === '/deny') {
    throw bad(place, `${word} is too easily taken for ${near}`, 'choose another word');
  }
  return word;
}

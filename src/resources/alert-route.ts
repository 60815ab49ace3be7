import { formatDuration } from '../domain/duration.ts';
import { usageError } from '../domain/errors.ts';
import type { Channel } from '../domain/resource.ts';
import { SEVERITIES } from '../domain/severity.ts';
import type { Definition } from './definition.ts';
import { lineText } from './operator-text.ts';
import { channelReference, escalationReference, serviceReference, targetReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { duration } from './values/duration.ts';
import { choices, names } from './values/list.ts';
import { map } from './values/map.ts';
import { line, nameOf } from './values/text.ts';
import { toggle } from './values/toggle.ts';

export const alertRoute: Definition<'alert-route'> = {
  kind: 'alert-route',
  plural: 'alert routes',
  summary: 'where alerts go, and who is paged',
  fields: {
    severities: {
      flag: 'severity',
      help: 'critical, warning, info (default: any)',
      value: choices('severity', SEVERITIES),
      default: [],
    },
    services: {
      flag: 'service',
      help: 'only alerts of these services (default: any)',
      value: names('service'),
      default: [],
    },
    labels: {
      flag: 'label',
      help: 'only alerts with this label, such as team=payments; of several routes the one that asks for most is taken',
      value: map({
        placeholder: '<key=value>',
        example: 'team=payments',
        value: (text, _key, place) => lineText(text, place),
      }),
      default: {},
    },
    channel: {
      flag: 'channel',
      help: 'the channel of --to (default: slack if configured, else the only one)',
      value: nameOf('channel'),
    },
    to: {
      flag: 'to',
      help: 'the room, such as "#ops-critical"',
      value: line('<room>'),
      question: 'Room, such as #ops-critical',
    },
    alsoPage: {
      flag: 'also-page',
      help: 'rotations, contacts or pagers to page at once',
      value: names('who'),
      default: [],
    },
    escalation: {
      flag: 'escalation',
      help: 'the escalation (default: "Default" for critical)',
      value: nameOf('escalation'),
    },
    incident: { flag: 'incident', help: 'open an incident (default: for critical only)', value: toggle() },
    incidentChannel: {
      flag: 'incident-channel',
      help: 'each incident gets a channel of its own beside its thread (#inc-43-api), with who is told; archived after its end',
      value: toggle(),
    },
    resolveAfterMs: {
      flag: 'resolve-after',
      help: 'how long all alerts must be clear (default: 5m)',
      value: duration(),
    },
  },
  columns: [
    {
      title: 'severity',
      text: ({ severities }) => severities.join(', ') || 'any',
      severity: ({ severities }) => severities[0] ?? 'info',
    },
    { title: 'service', text: ({ services }) => services.join(', ') || 'any' },
    { title: 'to', text: ({ to, channel }) => (channel === undefined ? to : `${to} (${channel})`) },
    {
      title: 'incident',
      text: ({ incident, incidentChannel }) =>
        incidentChannel ? 'in a channel of its own' : incident === undefined ? '' : incident ? 'yes' : 'no',
    },
    { title: 'also pages', text: ({ alsoPage }) => alsoPage.join(', ') },
    {
      title: 'resolves after',
      text: ({ resolveAfterMs }) => (resolveAfterMs === undefined ? '' : formatDuration(resolveAfterMs)),
    },
  ],
  references: ({ services, channel, alsoPage, escalation, incidentChannel }) => [
    ...services.map(serviceReference),
    ...(channel === undefined
      ? []
      : [{ ...channelReference(channel), ...(incidentChannel ? { unfit: noRooms } : {}) }]),
    ...alsoPage.map(targetReference),
    ...(escalation === undefined ? [] : [escalationReference(escalation)]),
  ],
  check({ incident, incidentChannel, severities }) {
    if (
      incidentChannel &&
      (incident === false ||
        (incident === undefined && severities[0] !== undefined && !severities.includes('critical')))
    )
      throw usageError(
        'a route that opens no incident cannot give it a channel',
        'add --incident, or leave out --incident-channel',
      );
  },
  next: ({ name }) => `openclaw alert-route show ${shellQuote(name)}`,
  examples: [
    'openclaw alert-route add --name Critical --severity critical --channel slack --to "#ops-critical" --also-page on-call',
    'openclaw alert-route add --name Payments --service payments --label team=payments --to "#payments" --incident',
  ],
};

function noRooms({ name, type }: Channel): { text: string; hint: string } | null {
  return type === 'slack'
    ? null
    : {
        text: `channel "${name}" (${type}) cannot open channels: its incidents stay in their room`,
        hint: 'name a channel of type slack, or leave out --incident-channel',
      };
}

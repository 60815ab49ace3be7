// What a resource names that may not be configured yet, each with the command that adds it.
import { ownDestination } from '../domain/pager.ts';
import type { Channel } from '../domain/resource.ts';
import { addChannel } from './add-channel.ts';
import type { Reference } from './definition.ts';
import { shellQuote } from './shell-quote.ts';

export function sourceReference(name: string): Reference {
  return reference(['source'], name, `openclaw source add --name ${shellQuote(name)} ${likelySource(name)}`);
}

export function channelReference(name: string): Reference {
  return reference(['channel'], name, addChannel(name));
}

export function serviceReference(name: string): Reference {
  return reference(
    ['service'],
    name,
    `openclaw service add --name ${shellQuote(name)} --binding "<source>=<where it is there>"`,
  );
}

/** `api` or `api*`: a pattern names no service, and any that it matches will do. */
export function servicesReference(pattern: string): Reference {
  if (!(pattern.length > 1 && pattern.endsWith('*'))) return serviceReference(pattern);
  const matches = (name: string): boolean => name.startsWith(pattern.slice(0, -1));
  return { ...reference(['service'], pattern, 'openclaw service list'), matches };
}

export function contactReference(written: string): Reference {
  const name = withoutAt(written);
  return reference(['contact'], name, `openclaw contact add --name ${shellQuote(name)} --id slack=<user id>`);
}

export function escalationReference(name: string): Reference {
  return reference(
    ['escalation'],
    name,
    `openclaw escalation add --name ${shellQuote(name)} --level-1 on-call --timeout 5m`,
  );
}

/** Who is told or paged: a rotation, a contact, or a channel that pages. */
export function targetReference(written: string): Reference {
  const name = withoutAt(written);
  if (/^pagerduty:./.test(name))
    return {
      // Which channel it is asked by goes by its type; `doctor` asks it.
      ...reference(
        ['channel'],
        name,
        `${addChannel('pagerduty')} --secret api-token=env:PAGERDUTY_API_TOKEN`,
      ),
      matches: () => true,
    };
  const add = /call|rota|shift|duty/i.test(name)
    ? `openclaw rotation add --name ${shellQuote(name)} --member <contact> --weekly`
    : `openclaw contact add --name ${shellQuote(name)} --id slack=<user id>`;
  return { ...reference(['rotation', 'contact', 'channel'], name, add), unfit: noTarget };
}

/** Why a page to the channel itself reaches nobody, with what to type; null: it reaches somebody. */
export function noTarget(channel: Channel): { text: string; hint: string } | null {
  const { kind } = ownDestination(channel);
  switch (kind) {
    case 'reaches':
      return null;
    case 'no address':
      return {
        text: `channel "${channel.name}" does not say whom it pages`,
        hint: `openclaw channel edit ${shellQuote(channel.name)} --set to=oncall@example.org`,
      };
    case 'chat':
      return {
        text: `channel "${channel.name}" is a chat, and only a person or a pager is paged`,
        hint: `openclaw contact add --name <name> --id ${channel.type}=<user id>, and name that contact`,
      };
    default:
      return kind satisfies never;
  }
}

function reference(kinds: Reference['kinds'], name: string, add: string): Reference {
  return { kinds, name, add };
}

/** People may be written as they are mentioned: `@sarah`. */
function withoutAt(name: string): string {
  return name.replace(/^@/, '');
}

function likelySource(name: string): string {
  const lower = name.toLowerCase();
  if (/\baws\b|amazon|cloudwatch/.test(lower)) return '--type aws --set region=<region>';
  if (lower.includes('github')) return '--type github --set owner=<owner> --secret token=env:GITHUB_TOKEN';
  if (lower.includes('grafana')) return '--type grafana --set url=<url> --secret api-token=env:GRAFANA_TOKEN';
  if (lower.includes('prometheus')) return '--type prometheus --set url=<url>';
  if (lower.includes('alertmanager')) return '--type alertmanager --secret token=env:ALERTMANAGER_TOKEN';
  if (lower.includes('host')) return '--type host';
  return '--type <type>';
}

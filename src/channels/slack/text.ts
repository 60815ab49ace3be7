// Text between Slack and us. Slack writes mentions and links between < and >, and &, < and > as entities:
// https://docs.slack.dev/messaging/formatting-message-text
import { isSlackGroup, isSlackPerson } from '../../domain/slack-id.ts';

/** For a text that Slack parses: nothing in it is a mention, a link or a command. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const PERSON = /<@([A-Z0-9]+)(?:\|[^>]*)?>/g;
const ROOM = /<#([A-Z0-9]+)(?:\|([^>]*))?>/g;
const GROUP = /<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>/g;
const LINK = /<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>/g;

/** As its author typed it: `<#C1|ops>` is `#ops`, a link its address. A person stays `<@U1>`: a name names nobody. */
export function typedText(text: string): string {
  return text
    .replace(ROOM, (_, id: string, name: string | undefined) => `#${name || id}`)
    .replace(PERSON, '&lt;@$1&gt;')
    .replace(GROUP, '@$1')
    .replace(LINK, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** A person or a group, as Slack wakes them. Null: it is no id of either, and wakes nobody. */
export function wake(id: string): string | null {
  if (isSlackPerson(id)) return `<@${id}>`;
  return isSlackGroup(id) ? `<!subteam^${id}>` : null;
}

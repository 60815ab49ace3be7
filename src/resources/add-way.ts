// What to type so that a page finds somebody who is on no channel that is configured.
import type { Contact } from '../domain/resource.ts';
import { addChannel } from './add-channel.ts';
import { shellQuote } from './shell-quote.ts';

/** Where they have no id but that of this machine's users, one for a chat. */
export function addWayTo({ name, ids, slackEmail }: Pick<Contact, 'name' | 'ids' | 'slackEmail'>): string {
  if (ids.slack === undefined && slackEmail !== undefined)
    return `openclaw contact edit ${shellQuote(name)} --slack-email ${shellQuote(slackEmail)} has them asked in Slack (again): they have not confirmed yet`;
  const type = Object.keys(ids).find((each) => each !== 'local' && each !== 'terminal');
  return type === undefined
    ? `openclaw contact edit ${shellQuote(name)} --id slack=U…, or --order terminal for who reads it there`
    : addChannel(type);
}

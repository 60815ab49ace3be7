// The command that adds a channel, with all that its type needs: it works as it is printed.
import { shellQuote } from './shell-quote.ts';

export const CHANNEL_TYPES = ['slack', 'terminal', 'pagerduty', 'email', 'webhook'] as const;

type ChannelType = (typeof CHANNEL_TYPES)[number];

const NEEDS: Readonly<Record<ChannelType, string>> = {
  slack: ' --secret bot-token=env:SLACK_BOT_TOKEN --secret app-token=env:SLACK_APP_TOKEN',
  terminal: '',
  pagerduty: ' --secret routing-key=env:PAGERDUTY_ROUTING_KEY',
  email: ' --set host=smtp.example.org --set from=ops@example.org',
  webhook: ' --set url=https://pager.example.org/openclaw --secret signing=env:OPENCLAW_WEBHOOK_SECRET',
};

/** By its name, which may be that of a type or say one; where it says none, the types there are. */
export function addChannel(name: string): string {
  const command = `openclaw channel add --name ${shellQuote(name)} --type`;
  const type = likelyType(name.toLowerCase());
  return type === null
    ? `${command} <type>   (types: ${CHANNEL_TYPES.join(', ')})`
    : `${command} ${type}${NEEDS[type]}`;
}

function likelyType(name: string): ChannelType | null {
  const said = CHANNEL_TYPES.find((type) => name.includes(type));
  if (said) return said;
  if (name.includes('pager')) return 'pagerduty';
  return name.includes('mail') ? 'email' : null;
}

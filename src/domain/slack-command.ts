// The slash commands of our Slack app: the stored ones and ours. Slack knows of each by a manifest that is pasted there.

/** Slack takes this many in one app. */
export const COMMANDS_MAX = 50;

export interface SlashCommand {
  /** As it is typed elsewhere: `/rollback`. */
  trigger: string;
  description: string;
  usage: string;
}

/** Slack keeps these for itself; ours are registered beside them. */
const KEPT_BY_SLACK: ReadonlySet<string> = new Set(['/status', '/help']);

const BUILT_IN: readonly SlashCommand[] = [
  {
    trigger: '/ack',
    description: 'Take an incident; stops the escalation',
    usage: '[incident] [2h] [@other]',
  },
  { trigger: '/escalate', description: 'Tell the next level now', usage: '[incident] [reason]' },
  {
    trigger: '/incident',
    description: 'Show the incident, open, note, merge or close one',
    usage: '[open|severity|note|followup|merge|close|show]',
  },
  { trigger: '/approve', description: 'Say yes to a plan', usage: '[plan]' },
  { trigger: '/deny', description: 'Say no to a plan', usage: '[plan]' },
  { trigger: '/done', description: 'A step in doubt was done', usage: '[plan]' },
  { trigger: '/retry', description: 'Plan a step in doubt afresh', usage: '[plan]' },
  { trigger: '/confirm', description: 'You are the contact found by your address', usage: '[name]' },
  { trigger: '/freeze', description: 'No new step starts', usage: '[reason]' },
  { trigger: '/thaw', description: 'End the freeze', usage: '' },
  { trigger: '/help', description: 'What can be typed here', usage: '' },
  { trigger: '/status', description: 'All services, incidents and waiting plans', usage: '[service]' },
];

/** All that an app should have; of more than `COMMANDS_MAX` it takes the first. */
export function slashCommands<C extends { trigger: string }>(stored: readonly C[]): (C | SlashCommand)[] {
  return [...stored, ...BUILT_IN.filter(({ trigger }) => stored.every((each) => each.trigger !== trigger))];
}

/** `prefix` `acme-`: `/acme-rollback`, for workspaces where another app owns `/rollback`. */
export function registered(trigger: string, prefix: string): string {
  const whole = prefix === '' && KEPT_BY_SLACK.has(trigger) ? 'ops-' : prefix;
  return `/${whole}${trigger.slice(1)}`;
}

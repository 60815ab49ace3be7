// `openclaw channel manifest`: what can be typed, as a Slack app.
import { COMMANDS_MAX, type SlashCommand, slackManifest } from '../channels/slack/manifest.ts';
import { PLAYBOOKS } from '../playbooks/all.ts';
import type { Store } from '../store/store.ts';

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

/** `left`: triggers for which Slack has no place in one app. */
export async function manifestOfStore(store: Store, prefix: string) {
  const stored = (await store.read.resources.list('command')).filter(({ enabled }) => enabled);
  const own = stored.map(({ name, spec }) => ({
    trigger: spec.trigger,
    description: spec.message.split('\n')[0] || name,
    usage: usageOf(spec.playbook ?? spec.trigger.slice(1)),
  }));
  const all = [...own, ...BUILT_IN.filter(({ trigger }) => own.every((each) => each.trigger !== trigger))];
  return {
    manifest: slackManifest(all, prefix),
    left: all.slice(COMMANDS_MAX).map(({ trigger }) => trigger),
  };
}

/** `/scale [service] [count]` without its trigger. */
function usageOf(playbook: string): string {
  const usage = PLAYBOOKS.find(({ name }) => name === playbook)?.usage ?? '';
  return usage.replace(/^\/\S+\s*/, '');
}

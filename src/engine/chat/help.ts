// `/help`: everything that can be typed here, configured commands first.
import { message } from '../../domain/message.ts';
import { answer, type ChatVerb } from './request.ts';

const BUILT_IN: readonly [string, string][] = [
  ['/status', 'all services, incidents and waiting plans'],
  ['/ack [1]', 'take an incident; stops the escalation. /ack 2h for longer, /ack @sarah hands it over'],
  ['/escalate [1] [reason]', 'tell the next level now; whoever has it keeps it'],
  ['/incident', 'show it; open TITLE, severity LEVEL, note TEXT, followup TEXT, merge 2, close'],
  ['/approve [7]', 'say yes to a plan; /deny [7] says no'],
  ['/done [7]', 'a step in doubt was done; /retry [7] plans it afresh'],
  ['/confirm [name]', 'you are the contact that was found by your address'],
  ['/freeze [reason]', 'no new step starts; /thaw ends it'],
];

const SPEECH: [string, string] = [
  '@openclaw and your own words',
  'ask, or say what is to be done: a change becomes a plan that waits for a yes',
];

export const help: ChatVerb = async (request, engine) => {
  const commands = (await engine.store.read.resources.list('command')).filter(({ enabled }) => enabled);
  const rows = [
    ...commands.map(({ name, spec }) => [spec.trigger, spec.message.split('\n')[0] || name]),
    ...(engine.assistant ? [SPEECH] : []),
    ...BUILT_IN.filter(([typed]) => !commands.some(({ spec }) => spec.trigger === typed)),
  ];
  // A line each, which a phone breaks where it has to; a table would be cut there.
  const text = rows.map(([typed, what]) => `• ${typed}: ${what}`).join('\n');
  const blocks = [{ type: 'text' as const, text }];
  const hint =
    commands.length === 0
      ? [{ type: 'text' as const, text: 'No commands are configured yet: openclaw command add --help' }]
      : [];
  return answer(request, message('What can be typed here', { blocks: [...blocks, ...hint] }));
};

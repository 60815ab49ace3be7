import type { Definition } from './definition.ts';
import { shellQuote } from './shell-quote.ts';
import { prose } from './values/text.ts';

export const agent: Definition<'agent'> = {
  kind: 'agent',
  plural: 'agents',
  summary: 'a name and instructions for the model',
  fields: {
    message: { flag: 'message', help: 'the instructions', value: prose(), question: 'Instructions' },
  },
  columns: [{ title: 'instructions', text: ({ message }) => message.trim().split('\n')[0] ?? '' }],
  references: () => [],
  next: ({ name }) => `openclaw agent show ${shellQuote(name)}`,
  examples: [
    'openclaw agent edit "DevOps Monitor" --append-message "Post a summary when resolved."',
    'openclaw agent add --name Scribe --message "Write the postmortem."',
  ],
};

import { DEFAULT_MODEL_LIMITS, dollarText, type Span } from '../domain/model-budget.ts';
import { BUDGET_SPANS, parseAllowance } from '../domain/model-limits.ts';
import { SEVERITIES } from '../domain/severity.ts';
import type { Definition, Place } from './definition.ts';
import { lineText } from './operator-text.ts';
import { at } from './place.ts';
import { serviceReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { parseChoice } from './values/choice.ts';
import { choices, names } from './values/list.ts';
import { map } from './values/map.ts';
import { line, prose } from './values/text.ts';
import { toggle } from './values/toggle.ts';

const usual = BUDGET_SPANS.map((span) => `${span}=${dollarText(DEFAULT_MODEL_LIMITS[span].microDollars)}`);

export const agent: Definition<'agent'> = {
  kind: 'agent',
  plural: 'agents',
  summary: 'a name and instructions for the model',
  fields: {
    message: { flag: 'message', help: 'the instructions', value: prose(), question: 'Instructions' },
    severities: {
      flag: 'severity',
      help: 'looks after incidents of these severities: critical, warning, info (default: any)',
      value: choices('severity', SEVERITIES),
    },
    services: {
      flag: 'service',
      help: 'looks after incidents of these services; of several agents the one that asks for most is taken (default: any)',
      value: names('service'),
    },
    model: {
      flag: 'model',
      help: "the model's name at the API (default: $ANTHROPIC_MODEL, else one of ours)",
      value: line('<model>', (text, place) => lineText(text, place, 100)),
    },
    budget: {
      flag: 'budget',
      help: `what Claude may cost for one command, one incident, one day: day=5usd, incident="800000 tokens" (default: ${usual.join(', ')})`,
      value: map({
        placeholder: '<span=amount>',
        example: 'day=5usd',
        key: (text, place) => parseChoice(text, place, 'span', BUDGET_SPANS),
        value: amountText,
      }),
    },
    sourceText: {
      flag: 'source-text',
      help: 'changed lines of code, as the card of a rollback shows them, may go to the model and into exports (default: no)',
      value: toggle(),
    },
  },
  columns: [
    { title: 'looks after', text: ({ severities, services }) => looksAfter(severities, services) },
    { title: 'instructions', text: ({ message }) => message.trim().split('\n')[0] ?? '' },
  ],
  detail: ({ sourceText = false }) => [
    `Changed lines of code ${sourceText ? 'may go to the model and into exports' : 'do not go to the model, nor into exports'}.`,
  ],
  references: ({ services = [] }) => services.map(serviceReference),
  next: ({ name }) => `openclaw agent show ${shellQuote(name)}`,
  examples: [
    'openclaw agent edit "DevOps Monitor" --append-message "Post a summary when resolved."',
    'openclaw agent add --name Payments --service billing --message "Ask who is on call for payments first."',
    'openclaw agent edit "DevOps Monitor" --budget day=5usd',
  ],
};

function amountText(text: string, span: string, place: Place): string {
  const written = lineText(text, place, 60);
  at(place, () => parseAllowance(written, DEFAULT_MODEL_LIMITS[span as Span]));
  return written;
}

function looksAfter(severities: readonly string[] = [], services: readonly string[] = []): string {
  const of = services.length > 0 ? ` of ${services.join(', ')}` : '';
  return `${severities.length > 0 ? severities.join(', ') : 'any'}${of}`;
}

// What a source and a channel have in common: a type, its settings, and where its secrets are found.
import type { Channel, Source } from '../domain/resource.ts';
import type { Column, Field } from './definition.ts';
import { choice } from './values/choice.ts';
import { secrets, settings } from './values/secrets.ts';

type Connection = Source | Channel;

export function connectionFields(noun: 'source' | 'channel', types: readonly string[], example: string) {
  return {
    type: {
      flag: 'type',
      help: `one of ${types.join(', ')}`,
      value: choice<string>(`${noun} type`, types),
      question: 'Type',
    },
    settings: { flag: 'set', help: `a setting, such as ${example}`, value: settings(), default: {} },
    secrets: {
      flag: 'secret',
      help: 'where a secret is found: token=env:NAME or token=file:/path',
      value: secrets(),
      default: {},
    },
  } satisfies { [P in Exclude<keyof Channel, 'name'>]: Field<Channel[P]> };
}

export const connectionColumns = [
  { title: 'type', text: ({ type }: Connection) => type },
  {
    title: 'settings',
    text: ({ settings }: Connection) =>
      Object.entries(settings)
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
  },
  { title: 'secrets', text: ({ secrets }: Connection) => Object.keys(secrets).join(', ') },
] satisfies Column<'source' | 'channel'>[];

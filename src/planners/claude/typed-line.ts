// A step as a person would type it: what the model wishes goes through the same playbook as a line from the keyboard. Pure.
import type { ChangeCapability } from '../../domain/capability.ts';
import type { StepRequest } from '../../domain/playbook.ts';
import { typedWord } from '../../domain/typed-word.ts';

type Args = Record<string, unknown>;

const WORDS: Readonly<Partial<Record<ChangeCapability, { playbook: string; words(args: Args): string[] }>>> =
  {
    'deploys.rollback': {
      playbook: 'rollback',
      words: ({ service, deploy }) => [textOf(service), `#${textOf(deploy).replace(/^#/, '')}`],
    },
    'services.scale': {
      playbook: 'scale',
      words: ({ service, count, reason }) => [
        textOf(service),
        textOf(count),
        ...(reason === undefined ? [] : ['--reason', textOf(reason)]),
      ],
    },
    'services.restart': {
      playbook: 'restart',
      words: ({ service, mode }) => [textOf(service), ...(mode === 'full' ? ['--full'] : [])],
    },
    'caches.flush': {
      playbook: 'flush-cache',
      words: ({ service, pattern }) => [textOf(service), ...(pattern === undefined ? [] : [textOf(pattern)])],
    },
    'databases.failover': {
      playbook: 'db-failover',
      words: ({ service, to }) => [textOf(service), ...(to === undefined ? [] : ['--to', textOf(to)])],
    },
    'disk.prune-docker': { playbook: 'disk-cleanup', words: () => [] },
    'disk.vacuum-journal': { playbook: 'disk-cleanup', words: () => [] },
    'disk.remove-old-files': { playbook: 'disk-cleanup', words: () => [] },
  };

/** The words after the trigger; null: this playbook does not do that. */
export function wordsFor(playbook: string, { capability, args }: StepRequest): string[] | null {
  const found = WORDS[capability as ChangeCapability];
  return found?.playbook === playbook ? found.words(args) : null;
}

/** `/scale api 4` */
export function lineOf(trigger: string, words: readonly string[]): string {
  return [trigger, ...words.map(typedWord)].join(' ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

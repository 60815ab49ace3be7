// What was typed after a trigger, read strictly: an argument nobody asked for is an error, never ignored.
import { type UserError, usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { PlaybookRequest } from '../domain/playbook.ts';
import { nearest } from '../domain/similar.ts';

/** `switch` stands alone, `value` takes the next word, `rest` takes all that follow (one word, if it was quoted). */
export type FlagKind = 'switch' | 'value' | 'rest';

export interface Shape<F extends Record<string, FlagKind>> {
  /** `/scale [service] <count> [--reason "why"]`, with the playbook's own trigger. */
  usage: string;
  /** At most that many words beside the flags. */
  positionals: number;
  flags: F;
}

export interface Arguments<F extends Record<string, FlagKind>> {
  positionals: string[];
  flags: { [K in keyof F]?: F[K] extends 'switch' ? true : string };
}

/** Errors: UserError 'usage', with the usage line as hint. */
export function readArguments<F extends Record<string, FlagKind>>(
  request: PlaybookRequest,
  shape: Shape<F>,
): Arguments<F> {
  const usage = usageOf(request, shape.usage);
  const positionals: string[] = [];
  const flags: Record<string, string | true> = {};
  const { words } = request;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!isFlag(word)) {
      positionals.push(word);
      if (positionals.length > shape.positionals) throw tooMany(word, shape, usage);
      continue;
    }
    const [name, attached] = splitFlag(word);
    const kind = Object.hasOwn(shape.flags, name) ? shape.flags[name] : undefined;
    if (kind === undefined) throw unknownFlag(word, shape, usage);
    if (flags[name] !== undefined) throw usageError(`--${name} is there twice`, usage);
    if (kind === 'switch') {
      if (attached !== undefined) throw usageError(`--${name} takes no value`, usage);
      flags[name] = true;
      continue;
    }
    const taken = attached === undefined ? following(words, index + 1, kind, shape.flags) : [attached];
    const value = taken.join(' ').trim();
    if (value === '') throw usageError(`--${name} needs a value`, usage);
    flags[name] = value;
    if (attached === undefined) index += taken.length;
  }
  // The loop above wrote only names of the shape, each as its kind says.
  return { positionals, flags: flags as Arguments<F>['flags'] };
}

/** The usage line under the trigger that was typed: a team may call a playbook by another name. */
export function usageOf({ trigger }: Pick<PlaybookRequest, 'trigger'>, usage: string): string {
  return usage.replace(/^\/\S+/, () => slashed(trigger));
}

/** `/rollback`, whether the trigger came with its slash or without. */
export function slashed(trigger: string): string {
  return trigger.startsWith('/') ? trigger : `/${trigger}`;
}

function isFlag(word: string): boolean {
  return /^--?[^\s\d-]/.test(word) || (word.startsWith('--') && word.length > 2);
}

function splitFlag(word: string): [string, string | undefined] {
  // A single dash never stands for a flag: `-rf` must not become `--rf`.
  if (!word.startsWith('--')) return ['', undefined];
  const at = word.indexOf('=');
  return at === -1 ? [word.slice(2), undefined] : [word.slice(2, at), word.slice(at + 1)];
}

function following(words: string[], from: number, kind: FlagKind, flags: Record<string, FlagKind>): string[] {
  const first = words[from];
  if (first === undefined || isKnownFlag(first, flags)) return [];
  // A word with a space in it was quoted: it is the entire value.
  if (kind === 'value' || /\s/.test(first)) return [first];
  const end = words.findIndex((word, index) => index > from && isKnownFlag(word, flags));
  return words.slice(from, end === -1 ? undefined : end);
}

function isKnownFlag(word: string, flags: Record<string, FlagKind>): boolean {
  return word.startsWith('--') && Object.hasOwn(flags, splitFlag(word)[0]);
}

function unknownFlag(word: string, shape: Shape<Record<string, FlagKind>>, usage: string): UserError {
  const near = nearest(word.replace(/^-+/, '').replace(/=.*$/s, ''), Object.keys(shape.flags));
  return usageError(`unknown flag ${quoted(word)}`, near ? `did you mean --${near}? ${usage}` : usage);
}

function tooMany(word: string, shape: Shape<Record<string, FlagKind>>, usage: string): UserError {
  const flag = Object.hasOwn(shape.flags, word) ? `did you mean --${word}? ` : '';
  return usageError(`${quoted(word)} is one word too many`, `${flag}${usage}`);
}

import type { Command } from 'commander';
import type { Occurrence, OwnFlag } from '../../resources/definition.ts';

/** Declares the flags and returns a list that fills, in the order typed, while the command is parsed. */
export function collectFlags(command: Command, flags: readonly OwnFlag[]): readonly Occurrence[] {
  const occurrences: Occurrence[] = [];
  for (const { flag, placeholder, help } of flags) {
    command.option(placeholder === null ? `--${flag}` : `--${flag} ${placeholder}`, help);
    // Commander keeps one value a flag; whose timeout it is, only the order tells.
    command.on(`option:${flag}`, (text: string | null | undefined) => {
      occurrences.push({ flag, text: placeholder === null ? true : (text ?? '') });
    });
  }
  return occurrences;
}

// The app manifest that was printed last. A bot token cannot ask which commands its app has, so this is all that is known:
// whether it was pasted is not.
import { COMMANDS_MAX, registered, slashCommands } from './slack-command.ts';

export interface PrintedManifest {
  at: number;
  prefix: string;
  triggers: readonly string[];
}

const NAMED = 5;

/**
 * How it differs from what would be printed now: `has no /scale, and still has /gone`. Null: not at all. `about`: only
 * these triggers are looked at; not given: all, and the prefix.
 */
export function manifestNews(
  printed: PrintedManifest,
  now: { prefix: string; stored: readonly string[] },
  about?: readonly string[],
): string | null {
  const { prefix, stored } = now;
  const [first] = printed.triggers;
  if (printed.prefix !== prefix && about === undefined && first !== undefined)
    return `has ${registered(first, printed.prefix)} where rooms are told ${registered(first, prefix)}`;
  const wanted = slashCommands(stored.map((trigger) => ({ trigger })))
    .slice(0, COMMANDS_MAX)
    .map(({ trigger }) => trigger);
  const isAbout = (trigger: string) => about === undefined || about.includes(trigger);
  const lacks = wanted.filter((trigger) => isAbout(trigger) && !printed.triggers.includes(trigger));
  const keeps = printed.triggers.filter((trigger) => isAbout(trigger) && !wanted.includes(trigger));
  const named = (triggers: readonly string[], by: string) => {
    const names = triggers.slice(0, NAMED).map((trigger) => registered(trigger, by));
    const more = triggers.length - names.length;
    return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  };
  const parts = [
    ...(lacks.length === 0 ? [] : [`has no ${named(lacks, prefix)}`]),
    ...(keeps.length === 0 ? [] : [`still has ${named(keeps, printed.prefix)}`]),
  ];
  return parts.length === 0 ? null : parts.join(', and ');
}

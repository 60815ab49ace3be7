// `openclaw approve` and `deny`: the words a person would type in chat, said by the local user.
import type { Command } from 'commander';
import type { Context } from './context.ts';
import { DEFAULT_WAIT_MS, exchange, printReply } from './exchange.ts';
import { parseId } from './parse-id.ts';

export function defineApprove(command: Command, context: Context): void {
  command
    .argument('<number>', 'the approval, as the card names it')
    .argument('[word]', 'for a critical plan: the name that the second step asks to type')
    .addHelpText(
      'after',
      '\nExamples:\n  $ openclaw approve 7\n  $ openclaw approve 7 db-prod\n' +
        '\nWithout a terminal it is refused (4), unless your contact has --unattended.',
    )
    .action((number: string, word: string | undefined) =>
      say(context, [
        '/approve',
        String(parseId(number, 'approval')),
        ...(word === undefined ? [] : [quote(word)]),
      ]),
    );
}

export function defineDeny(command: Command, context: Context): void {
  command
    .argument('<number>', 'the approval, as the card names it')
    .argument('[reason...]', 'why not; it is written into the timeline')
    .addHelpText('after', '\nExample:\n  $ openclaw deny 7 traffic is already falling')
    .action((number: string, reason: string[]) =>
      say(context, ['/deny', String(parseId(number, 'approval')), ...reason.map(oneLine)]),
    );
}

/** Says the words to the daemon and prints what it replies. */
export async function say(context: Context, words: readonly string[]): Promise<void> {
  printReply(context, await exchange(context, { text: words.join(' '), waitMs: DEFAULT_WAIT_MS }));
}

/** As one word for the chat's tokenizer. */
export function quote(word: string): string {
  return /^[^\s"'\\]+$/.test(word) ? word : `"${oneLine(word).replace(/["\\]/g, '\\$&')}"`;
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

// `openclaw approve` and `deny`: the words a person would type in chat, said by the local user.
import type { Command } from 'commander';
import { notFound } from '../domain/errors.ts';
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
    .action(async (number: string, word: string | undefined) => {
      const id = await knownApproval(context, number);
      await say(context, ['/approve', id, ...(word === undefined ? [] : [quote(word)])]);
    });
}

export function defineDeny(command: Command, context: Context): void {
  command
    .argument('<number>', 'the approval, as the card names it')
    .argument('[reason...]', 'why not; it is written into the timeline')
    .addHelpText('after', '\nExample:\n  $ openclaw deny 7 traffic is already falling')
    .action(async (number: string, reason: string[]) => {
      const id = await knownApproval(context, number);
      await say(context, ['/deny', id, ...reason.map(oneLine)]);
    });
}

/** Errors: not found, before anything is said. */
async function knownApproval(context: Context, number: string): Promise<string> {
  const id = parseId(number, 'approval');
  const { approvals } = (await context.store()).read;
  if (!(await approvals.find(id)))
    throw notFound(`there is no approval #${id}`, 'openclaw status lists what waits');
  return String(id);
}

/** Says the words to the daemon and prints what it replies. */
export async function say(context: Context, words: readonly string[]): Promise<void> {
  await printReply(context, await exchange(context, { text: words.join(' '), waitMs: DEFAULT_WAIT_MS }));
}

/** As one word for the chat's tokenizer. */
export function quote(word: string): string {
  return /^[^\s"'\\]+$/.test(word) ? word : `"${oneLine(word).replace(/["\\]/g, '\\$&')}"`;
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

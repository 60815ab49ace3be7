// `openclaw freeze` and `thaw`: the kill switch. Said to the daemon where one runs, else written here, so that
// it holds from the daemon's first moment.
import type { Command } from 'commander';
import { authorize } from '../domain/authorize.ts';
import { asKnown } from '../domain/called.ts';
import { refused } from '../domain/errors.ts';
import { principalKey } from '../domain/principal.ts';
import type { Tables } from '../store/tables.ts';
import type { Context } from './context.ts';
import { oneLine, say } from './decide.ts';
import { daemonRuns } from './exchange.ts';
import { localPerson } from './local-person.ts';
import { printJson, success } from './output.ts';

export function defineFreeze(command: Command, context: Context): void {
  command
    .argument('[reason...]', 'why; everybody sees it')
    .addHelpText(
      'after',
      '\nNo new step starts, waiting approvals are voided, auto-fixes only notify; alerts, reads, pages and ' +
        'escalation go on.\n\nExample:\n  $ openclaw freeze database migration until noon',
    )
    .action((reason: string[]) => freeze(context, oneLine(reason.join(' '))));
}

export function defineThaw(command: Command, context: Context): void {
  command.action(() => thaw(context));
}

async function freeze(context: Context, reason: string): Promise<void> {
  if (await daemonRuns(context.stateDir))
    return say(context, ['/freeze', ...(reason === '' ? [] : [reason])]);
  await decide(context, 'freeze', async (tx, { by, byName, at }) => {
    const before = await tx.settings.get('freeze');
    if (before) return `already frozen by ${before.byName}: ${before.reason}`;
    await tx.settings.set('freeze', { reason: reason || 'no reason given', by, byName, at });
    for (const approval of await tx.approvals.pending()) {
      await tx.approvals.move(approval.id, ['waiting', 'confirming'], 'void', { decided: by });
      await tx.plans.move(approval.planId, ['waiting'], 'void', 'frozen meanwhile');
    }
    await tx.timeline.add({
      incidentId: null,
      kind: 'system',
      actor: by,
      text: `@${byName} froze all changes: ${reason || 'no reason given'}`,
    });
    return 'frozen: no change starts until thaw';
  });
}

async function thaw(context: Context): Promise<void> {
  if (await daemonRuns(context.stateDir)) return say(context, ['/thaw']);
  await decide(context, 'thaw', async (tx, { by, byName }) => {
    if (!(await tx.settings.get('freeze'))) return 'it was not frozen';
    await tx.settings.set('freeze', null);
    await tx.timeline.add({
      incidentId: null,
      kind: 'system',
      actor: by,
      text: `@${byName} allowed changes again`,
    });
    return 'thawed: changes may start again';
  });
}

interface Decision {
  by: string;
  byName: string;
  at: number;
}

/** Rights are read in the transaction that acts on them. */
async function decide(
  context: Context,
  action: 'freeze' | 'thaw',
  work: (tx: Tables, decision: Decision) => Promise<string>,
): Promise<void> {
  const { io } = context;
  const principal = localPerson();
  const store = await context.store();
  const said = await store.write(async (tx) => {
    const contacts = (await tx.resources.list('contact'))
      .filter(({ enabled }) => enabled)
      .map(({ spec }) => spec);
    const refusal = authorize(action, { principal, bot: false, unattended: !io.attended }, { contacts });
    if (refusal) throw refused(refusal.detail, refusal.instead);
    return work(tx, {
      by: principalKey(principal),
      byName: asKnown(principal, contacts).displayName,
      at: io.now(),
    });
  });
  if (io.json) printJson(io, { ok: true, text: said, freeze: await store.read.settings.get('freeze') });
  else success(io, said, action === 'freeze' ? 'openclaw thaw' : undefined);
}

// The verbs of people on call, as they are typed. What they do is loaded when one is run: calendars take time to load.
import type { Command } from 'commander';
import type { Context } from './context.ts';
import type { SimulateFlags } from './escalation-simulate.ts';
import type { RotationShowFlags } from './rotation-show.ts';

export function defineSimulate(command: Command, context: Context): void {
  command
    .argument('<name>', 'its name or id')
    .description('who would be told when, and how, if nobody acknowledged')
    .option('--at <time>', 'when the incident opens: 2026-12-24T03:14, 03:14 (default: now)')
    .option('--zone <zone>', 'of --at and of what is printed (default: $OPENCLAW_ZONE, else UTC)')
    .option('--for <duration>', 'how far it looks ahead', '2h')
    .option('--severity <severity>', 'quiet hours do not apply to critical', 'critical')
    .addHelpText(
      'after',
      '\nExamples:\n  $ openclaw escalation simulate Default --at 2026-12-24T03:14 --zone Europe/Berlin\n' +
        '  $ openclaw escalation simulate Default --for 8h --json\n' +
        '\nIt needs no daemon and tells nobody. Ends with 1 when at some time nobody would be told.',
    )
    .action(async (name: string, flags: SimulateFlags) =>
      (await import('./escalation-simulate.ts')).simulate(context, name, flags),
    );
}

/** Adds to what every noun's `show` has. */
export function defineRotationShow(command: Command, context: Context): void {
  command
    .description('show a rotation as it is stored, and who is on call')
    .option('--at <time>', 'who is on call then: 2026-12-24T09:00, 09:00 (default: now)')
    .option('--zone <zone>', "of --at and of what is printed (default: the rotation's own)")
    .addHelpText(
      'after',
      '\nExamples:\n  $ openclaw rotation show on-call --at 2026-12-24T09:00\n  $ openclaw rotation show pagerduty:PABC123',
    )
    .action(async (name: string, flags: RotationShowFlags) =>
      (await import('./rotation-show.ts')).showRotation(context, name, flags),
    );
}

export function defineContactTest(command: Command, context: Context): void {
  command
    .argument('<name>', 'its name or id')
    .description('page them for real, marked as a test, and say what became of it')
    .addHelpText(
      'after',
      '\nExample:\n  $ openclaw contact test sarah\n' +
        '\nEnds with 0 when a channel took it, with 1 when none did, or nobody knows within 30 seconds.',
    )
    .action(async (name: string) => (await import('./contact-test.ts')).testContact(context, name));
}

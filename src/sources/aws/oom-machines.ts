// `service_oom_killed` of what runs on machines of EC2: their kernels are asked by Systems Manager, all in one command.
import { z } from 'zod';
import { ToolError } from '../../domain/errors.ts';
import type { Call } from '../../domain/tool.ts';
import { LATELY_MS } from './oom.ts';
import type { AwsSession } from './session.ts';
import { documentHash, OOM_KILLS } from './ssm-documents.ts';
import { printedBy } from './ssm-run.ts';

const kills = z.object({ kills: z.number().int().min(0) });

/** SendCommand takes no more names. */
const MOST_MACHINES = 50;
const LOOKS = 12;
const LOOK_MS = 500;
const PENDING: ReadonlySet<string> = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

/**
 * Whether the kernel of one of these machines killed something in the last ten minutes. What serves a service is its:
 * a machine that was replaced since is asked no more. Errors: ToolError where none of them answered.
 */
export async function machineOomKilled(
  session: AwsSession,
  machines: readonly string[],
  call: Call,
): Promise<boolean> {
  if (machines.length === 0) return false;
  const ssm = await session.ssm();
  const what = `kills for memory on ${machines.length === 1 ? machines[0] : `${machines.length} machines`}`;
  const { Command } = await session.ask(
    what,
    (options) =>
      ssm.sendCommand(
        {
          DocumentName: OOM_KILLS.name,
          DocumentHash: documentHash(OOM_KILLS),
          DocumentHashType: 'Sha256',
          InstanceIds: machines.slice(0, MOST_MACHINES),
          Parameters: { minutes: [String(LATELY_MS / 60_000)] },
          TimeoutSeconds: 30,
        },
        options,
      ),
    call,
  );
  const CommandId = Command?.CommandId;
  if (CommandId === undefined) throw new ToolError('retry', `${session.source} gave no id for ${what}`);
  let answered: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    await session.wait(LOOK_MS, call.signal);
    if (call.signal.aborted) break;
    const { CommandInvocations = [] } = await session.ask(
      what,
      (options) => ssm.listCommandInvocations({ CommandId, Details: true, MaxResults: 50 }, options),
      call,
    );
    answered = CommandInvocations.flatMap(({ Status, CommandPlugins = [] }) => {
      const printed =
        Status === 'Success' ? kills.safeParse(printedBy(CommandPlugins[0]?.Output ?? '')) : null;
      return printed?.success ? [printed.data.kills] : [];
    });
    if (answered.some((count) => count > 0)) return true;
    const open = CommandInvocations.filter(({ Status = 'Pending' }) => PENDING.has(Status)).length;
    if (CommandInvocations.length > 0 && open === 0) break;
  }
  if (answered.length > 0) return false;
  throw new ToolError('retry', `${what} are not known: none of them answered`);
}

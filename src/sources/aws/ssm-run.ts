// Runs one of our documents on one machine through Systems Manager, and reads what it printed.
import type { GetCommandInvocationResult } from '@aws-sdk/client-ssm';
import type { z } from 'zod';
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call, Reconciliation } from '../../domain/tool.ts';
import { isMissing } from './ask.ts';
import type { AwsSession } from './session.ts';
import { documentHash, type SsmDocument } from './ssm-documents.ts';

export interface SsmCall {
  machine: string;
  document: SsmDocument;
  parameters: Readonly<Record<string, string>>;
  /** Set: it changes something, and this names the execution. */
  key?: string;
}

const LOOKS_MS = [500, 500, 1_000, 1_000, 2_000];
const MOST_LOOKS = 200;
/** A machine that does not take a command within this is not reached by it later either. */
const DELIVERY_SECONDS = 60;
/** As long as Systems Manager keeps them: the daemon may have been down for long. */
const KEPT_MS = 30 * 86_400_000;
/** Fifty commands each. */
const MOST_PAGES = 20;

/** Errors: ToolError 'failed' where it surely was not begun, 'unknown' where a change may have been. */
export async function runDocument<T>(
  session: AwsSession,
  asked: SsmCall,
  schema: z.ZodType<T>,
  call: Call,
): Promise<T> {
  const { document, machine, key } = asked;
  const what = `${document.name} on ${machine}`;
  const changes = key !== undefined;
  const commandId = await begin(session, asked, call);
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    await session.wait(LOOKS_MS[look] ?? 5_000, call.signal);
    if (call.signal.aborted) break;
    const end = await lookAt(session, { commandId, machine, what }, call);
    if (end === null) continue;
    if (end.Status === 'Success') return parse(end.StandardOutputContent ?? '', schema, what, changes);
    throw endError(end, what, changes);
  }
  throw new ToolError(changes ? 'unknown' : 'retry', `${what} had not ended when its time was over`);
}

async function begin(
  session: AwsSession,
  { machine, document, parameters, key }: SsmCall,
  call: Call,
): Promise<string> {
  const ssm = await session.ssm();
  const what = `${document.name} on ${machine}`;
  try {
    const { Command } = await session.ask(
      what,
      (options) =>
        ssm.sendCommand(
          {
            DocumentName: document.name,
            DocumentHash: documentHash(document),
            DocumentHashType: 'Sha256',
            InstanceIds: [machine],
            Parameters: Object.fromEntries(
              Object.entries(parameters).map(([name, value]) => [name, [value]]),
            ),
            TimeoutSeconds: DELIVERY_SECONDS,
            ...(key === undefined ? {} : { Comment: commentFor(key) }),
          },
          options,
        ),
      call,
      { changes: key !== undefined },
    );
    if (Command?.CommandId !== undefined) return Command.CommandId;
    throw new ToolError(key === undefined ? 'retry' : 'unknown', `${session.source} gave no id for ${what}`);
  } catch (error) {
    if (key === undefined || !(error instanceof ToolError) || error.outcome !== 'unknown') throw error;
    // The answer was lost; the command carries our key where it was taken.
    const found = await findCommand(session, { machine, document, key }, call).catch(() => null);
    if (found === null) throw error;
    return found.id;
  }
}

/** Null: it goes on. A command that is not shown yet goes on as well. */
async function lookAt(
  session: AwsSession,
  { commandId, machine, what }: { commandId: string; machine: string; what: string },
  call: Call,
): Promise<GetCommandInvocationResult | null> {
  const ssm = await session.ssm();
  try {
    const answer = await session.ask(
      what,
      (options) => ssm.getCommandInvocation({ CommandId: commandId, InstanceId: machine }, options),
      call,
    );
    return ['Pending', 'InProgress', 'Delayed', 'Cancelling'].includes(answer.Status ?? 'Pending')
      ? null
      : answer;
  } catch (error) {
    if (isMissing(error) || (error instanceof ToolError && error.outcome === 'retry')) return null;
    throw error;
  }
}

/** After a crash: what became of the command that carries this key. */
export async function reconcileDocument(
  session: AwsSession,
  asked: { machine: string; document: SsmDocument; key: string },
  call: Call,
): Promise<Reconciliation> {
  const found = await findCommand(session, asked, call);
  if (found === null) return 'not-started';
  switch (found.status) {
    case 'Success':
      return 'succeeded';
    case 'Pending':
    case 'InProgress':
    case 'Cancelling':
      return 'running';
    default:
      return 'unknown';
  }
}

/** Errors: ToolError 'failed' also where there are more commands than are looked through. */
async function findCommand(
  session: AwsSession,
  { machine, document, key }: { machine: string; document: SsmDocument; key: string },
  call: Call,
): Promise<{ id: string; status: string } | null> {
  const ssm = await session.ssm();
  const since = new Date(session.clock.now() - KEPT_MS).toISOString().replace(/\.\d+Z$/, 'Z');
  const what = `the commands of ${machine}`;
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await session.ask(
      what,
      (options) =>
        ssm.listCommands(
          {
            InstanceId: machine,
            MaxResults: 50,
            Filters: [
              { key: 'DocumentName', value: document.name },
              { key: 'InvokedAfter', value: since },
            ],
            ...(NextToken === undefined ? {} : { NextToken }),
          },
          options,
        ),
      call,
    );
    const found = answer.Commands?.find(({ Comment }) => Comment === commentFor(key));
    if (found?.CommandId !== undefined) return { id: found.CommandId, status: found.Status ?? 'Pending' };
    NextToken = answer.NextToken;
    if (NextToken === undefined || NextToken === '') return null;
  }
  throw new ToolError('failed', `${what} are too many to find ours among them`);
}

/** At most 100 characters. */
function commentFor(key: string): string {
  return `openclaw ${key}`.slice(0, 100);
}

function endError(
  { Status, StatusDetails, StandardErrorContent = '' }: GetCommandInvocationResult,
  what: string,
  changes: boolean,
): ToolError {
  const details = StatusDetails ?? Status ?? 'unknown';
  // It never reached the machine.
  const undelivered = /^(Undeliverable|DeliveryTimedOut|Terminated|InvalidPlatform|AccessDenied)$/.test(
    details.replaceAll(' ', ''),
  );
  const said = clipped(StandardErrorContent.trim().split('\n').at(-1) ?? '', 160);
  return new ToolError(
    undelivered || !changes ? 'failed' : 'unknown',
    `${what} ended with ${clipped(details, 40)}${said === '' ? '' : `: ${said}`}${undelivered ? ': is the agent of Systems Manager running there?' : ''}`,
  );
}

/** The last line of ours; what else a machine prints is of no use. */
function parse<T>(stdout: string, schema: z.ZodType<T>, what: string, changes: boolean): T {
  const parsed = schema.safeParse(printedBy(stdout));
  if (parsed.success) return parsed.data;
  throw new ToolError(changes ? 'unknown' : 'failed', `${what} ended, and what it printed cannot be read`);
}

/** The line of ours as JSON; undefined: there is none. */
export function printedBy(stdout: string): unknown {
  const line = stdout.split('\n').findLast((text) => text.startsWith('openclaw '));
  try {
    return JSON.parse(line?.slice('openclaw '.length) ?? '');
  } catch {
    return undefined;
  }
}

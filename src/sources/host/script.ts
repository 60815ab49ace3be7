// Runs one list of a binding and says, in the words tools use, what became of it.
import type { z } from 'zod';
import { ToolError } from '../../domain/errors.ts';
import { quoted } from '../../domain/excerpt.ts';
import type { HostCommand } from '../../domain/host-binding.ts';
import { redact } from '../../domain/redact.ts';
import type { Call } from '../../domain/tool.ts';
import { fillArguments } from './arguments.ts';
import type { BoundService, Host } from './binding.ts';
import { type RunEnd, runProcess } from './run.ts';

const READ_LIMIT_MS = 20_000;
const CHANGE_LIMIT_MS = 15 * 60_000;

type Values = Record<string, string | number>;

/** The checked JSON a reading list prints. Errors: ToolError 'failed' or 'retry'. */
export async function readScript<T>(
  host: Host,
  bound: BoundService,
  command: HostCommand,
  schema: z.ZodType<T>,
  call: Call,
  values: Values = {},
): Promise<T> {
  const what = labelOf(bound, command);
  const stdout = outcomeOf(await start(host, bound, command, values, call, 'read'), what, 'read');
  return parseOutput(stdout, schema, what);
}

/** Runs a changing list to its end. Errors: ToolError; 'unknown' once it had started and was stopped. */
export async function runScript(
  host: Host,
  bound: BoundService,
  command: HostCommand,
  call: Call,
  values: Values,
): Promise<void> {
  outcomeOf(await start(host, bound, command, values, call, 'change'), labelOf(bound, command), 'change');
}

function start(
  host: Host,
  { binding, service }: BoundService,
  command: HostCommand,
  values: Values,
  call: Call,
  kind: 'read' | 'change',
): Promise<RunEnd> {
  const list = binding[command];
  if (list === undefined)
    throw new ToolError('failed', `${service.name} has no \`${command}\` on ${host.name}`);
  return runProcess({
    words: fillArguments(list, values),
    cwd: binding.dir,
    env: host.env,
    signal: call.signal,
    timeoutMs: kind === 'read' ? READ_LIMIT_MS : CHANGE_LIMIT_MS,
    onFlood: kind === 'read' ? 'end' : 'drop',
  });
}

/** Standard output of a program that exited with 0; anything else as the ToolError it stands for. */
export function outcomeOf(end: RunEnd, what: string, kind: 'read' | 'change'): string {
  switch (end.kind) {
    case 'not-started':
      throw new ToolError(end.aborted ? 'retry' : 'failed', `${what} was not started: ${end.why}`);
    case 'killed': {
      const why = `${what} ${REASONS[end.by]}${saying(end.stderrTail)}`;
      if (kind === 'change')
        throw new ToolError('unknown', `${why}; it had started, so it may have taken effect`);
      throw new ToolError(end.by === 'flood' ? 'failed' : 'retry', why);
    }
    case 'exited':
      if (end.code !== 0) {
        throw new ToolError('failed', `${what} ended with exit code ${end.code}${saying(end.stderrTail)}`);
      }
      return end.stdout;
    default:
      return end satisfies never;
  }
}

const REASONS = {
  timeout: 'did not end in time and was stopped',
  abort: 'was stopped before it ended',
  flood: 'printed more than 4 MB and was stopped',
  other: 'was ended by a signal that was not ours',
} as const;

/** Errors: ToolError 'failed' that names the field. */
export function parseOutput<T>(stdout: string, schema: z.ZodType<T>, what: string): T {
  let json: unknown;
  try {
    json = JSON.parse(stdout);
  } catch {
    const printed = stdout.trim() === '' ? 'nothing' : quoted(redact(stdout.trim().slice(0, 4_000)));
    throw new ToolError('failed', `${what} printed ${printed} where JSON was expected`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map((part) => String(part)).join('.') || 'the whole';
  throw new ToolError(
    'failed',
    `${what} printed JSON of another shape: ${field}: ${issue?.message ?? 'not valid'}`,
  );
}

/** The end of what a program said on stderr, redacted, on one line. */
function saying(stderrTail: string): string {
  // A tail that was cut may begin inside a secret, where no pattern knows it.
  const whole = stderrTail.length < 4_000 ? stderrTail : stderrTail.slice(stderrTail.indexOf('\n') + 1);
  const lines = redact(whole)
    .split('\n')
    .map((text) => text.trim());
  const last = lines
    .filter((text) => text !== '')
    .slice(-3)
    .join(' / ');
  return last === '' ? '' : `: ${quoted(last.slice(-400), 400)}`;
}

function labelOf({ binding, service }: BoundService, command: HostCommand): string {
  return `\`${command}\` of ${service.name} (${binding[command]?.[0] ?? 'no program'})`;
}

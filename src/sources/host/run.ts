// Runs one program with an argument list: no shell, a process group of its own that ends as a whole,
// bounded output, and an honest word about how it ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';

export interface RunRequest {
  /** A first word with a slash is looked up below `cwd`, else on the PATH of `env`. */
  words: readonly string[];
  cwd?: string | undefined;
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
  timeoutMs: number;
  /** Beyond 4 MB of output: end it (a read), or let it finish and drop the rest (a change). */
  onFlood: 'end' | 'drop';
}

export type RunEnd =
  | { kind: 'not-started'; why: string; aborted: boolean }
  | { kind: 'exited'; code: number; stdout: string; stderrTail: string; flooded: boolean }
  /** `by`: our deadline, our caller, our cap on output, or a signal that was not ours. */
  | { kind: 'killed'; by: 'timeout' | 'abort' | 'flood' | 'other'; stderrTail: string };

const MAX_STDOUT = 4 * 1024 * 1024;
const MAX_STDERR_TAIL = 4 * 1024;
const KILL_AFTER_MS = 2_000;
/** How long to read on after the program ended, when something it left behind holds its output open. */
const DRAIN_MS = 300;

/** Never throws for what the program does; resolves when it has ended. */
export async function runProcess(request: RunRequest): Promise<RunEnd> {
  if (request.signal.aborted)
    return { kind: 'not-started', why: 'it was called off before it started', aborted: true };
  const [program, ...args] = request.words;
  if (program === undefined)
    return { kind: 'not-started', why: 'there is no program to start', aborted: false };
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd: request.cwd,
      env: { ...request.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      shell: false,
    });
  } catch (error) {
    return { kind: 'not-started', why: reasonOf(error), aborted: false };
  }
  return follow(child, request);
}

async function follow(child: ChildProcess, request: RunRequest): Promise<RunEnd> {
  const killer = createKiller(child);
  const output = collect(child, () => request.onFlood === 'end' && killer.stop('flood'));
  const onAbort = (): void => killer.stop('abort');
  request.signal.addEventListener('abort', onAbort, { once: true });
  const deadline = setTimeout(() => killer.stop('timeout'), request.timeoutMs);
  try {
    const ended = await exitOf(child);
    clearTimeout(deadline);
    if (ended.kind === 'error') {
      return { kind: 'not-started', why: await startError(ended.error, request), aborted: false };
    }
    const killedBy = killer.stoppedBy();
    // A program that exited may have left a server behind on purpose; one that was stopped leaves nothing.
    if (killedBy !== null) await killer.groupEnded();
    await output.drained(DRAIN_MS);
    if (killedBy !== null) return { kind: 'killed', by: killedBy, stderrTail: output.stderrTail() };
    if (ended.code === null) return { kind: 'killed', by: 'other', stderrTail: output.stderrTail() };
    return {
      kind: 'exited',
      code: ended.code,
      stdout: output.stdout(),
      stderrTail: output.stderrTail(),
      flooded: output.flooded(),
    };
  } finally {
    clearTimeout(deadline);
    killer.done();
    request.signal.removeEventListener('abort', onAbort);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

type StopReason = 'timeout' | 'abort' | 'flood';

/** SIGTERM to the group at once, SIGKILL two seconds later; the first reason counts. */
function createKiller(child: ChildProcess) {
  let reason: StopReason | null = null;
  let forced = false;
  let force: NodeJS.Timeout | undefined;
  return {
    stop: (why: StopReason): void => {
      const { pid } = child;
      if (reason !== null || pid === undefined) return;
      reason = why;
      signalGroup(pid, 'SIGTERM');
      force = setTimeout(() => {
        forced = true;
        signalGroup(pid, 'SIGKILL');
      }, KILL_AFTER_MS);
    },
    stoppedBy: (): StopReason | null => reason,
    /** What the leader left in its group has the rest of the two seconds. */
    groupEnded: async (): Promise<void> => {
      while (!forced && child.pid !== undefined && signalGroup(child.pid, 0)) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    done: (): void => clearTimeout(force),
  };
}

function collect(child: ChildProcess, onFlood: () => void) {
  const kept: Buffer[] = [];
  let size = 0;
  let flooded = false;
  let tail = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    const room = MAX_STDOUT - size;
    if (room > 0) kept.push(chunk.subarray(0, room));
    size += Math.min(room, chunk.length);
    if (chunk.length > room && !flooded) {
      flooded = true;
      onFlood();
    }
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk.subarray(-MAX_STDERR_TAIL)]).subarray(-MAX_STDERR_TAIL);
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    stdout: () => Buffer.concat(kept).toString('utf8'),
    stderrTail: () => tail.toString('utf8'),
    flooded: () => flooded,
    drained: async (withinMs: number): Promise<void> => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMs);
      });
      await Promise.race([closed, late]);
      clearTimeout(timer);
    },
  };
}

type Ended = { kind: 'exit'; code: number | null } | { kind: 'error'; error: unknown };

function exitOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      // Errors after the start (a signal that could not be sent) are not the end of it.
      if (child.pid === undefined) resolve({ kind: 'error', error });
    });
    child.once('exit', (code) => resolve({ kind: 'exit', code }));
  });
}

/** False: the group is gone, or not ours to signal. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

async function startError(error: unknown, request: RunRequest): Promise<string> {
  const program = request.words[0] ?? '';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // The kernel reports a missing working folder as a missing program.
  if (code === 'ENOENT' && request.cwd !== undefined && !(await isFolder(request.cwd))) {
    return `its folder ${request.cwd} does not exist`;
  }
  if (code === 'ENOENT') return `${program} was not found`;
  if (code === 'EACCES') return `${program} may not be executed by this user`;
  if (code === 'E2BIG') return 'its arguments are too long for the system';
  return reasonOf(error);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

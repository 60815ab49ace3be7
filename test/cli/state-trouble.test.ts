// Files, disks and rights that are not as they should be, met by the real program.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Ran, type RunOptions, runOpenclaw } from '../support/openclaw.ts';
import { runHere } from '../support/run-here.ts';

const ADD = ['command', 'add', '--name', 'scale', '--trigger', '/scale', '--message', 'Scale it.'];
const LIST = ['command', 'list'];
const RUN = ['run', '--no-chat', '--listen', '127.0.0.1:0'];
/** A short read, a short write, and the daemon. */
const WAYS: [string, string[]][] = [
  ['command list', LIST],
  ['command add', ADD],
  ['run', RUN],
];

/**
 * For people and with --json: the same words, in the right place, and nothing else. For people by the real program, one
 * short command and the daemon; what needs no process of its own beside them has one only in a long run.
 */
async function expectTrouble(
  args: string[],
  options: RunOptions,
  { says, hint, code = 1 }: { says: RegExp; hint: RegExp; code?: number },
): Promise<void> {
  const alone = options.uid !== undefined || options.stdin !== undefined;
  const plain = await (alone || args !== LIST ? runOpenclaw : runHere)(args, options);
  expect(plain).toMatchObject({ code, stdout: '' });
  expect(plain.stderr).toMatch(/^error: .*\nhint: .*\n$/);
  expect(plain.stderr).toMatch(says);
  expect(plain.stderr.slice(plain.stderr.indexOf('\nhint:'))).toMatch(hint);
  const machine = await (alone ? runOpenclaw : runHere)([...args, '--json'], options);
  expect(machine).toMatchObject({ code, stderr: '' });
  expect(machine.json()).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(says), hint: expect.stringMatching(hint) },
  });
}

describe.each(WAYS)('%s', (_name, args) => {
  test('a file where the state folder should be', async () => {
    const stateDir = join(folder(), 'ops');
    writeFileSync(stateDir, 'notes');
    const trouble = { says: /cannot be made there/, hint: /set OPENCLAW_STATE_DIR/ };
    await expectTrouble(args, { stateDir }, trouble);
    await expectTrouble(args, { stateDir: join(stateDir, 'deeper'), cwd: '/' }, trouble);
    expect(readFileSync(stateDir, 'utf8')).toBe('notes');
  });

  test('a parent that takes no folders', async () => {
    const trouble = { says: /cannot be made there|cannot be opened/, hint: /OPENCLAW_STATE_DIR/ };
    await expectTrouble(args, { stateDir: '/proc/openclaw/ops', cwd: '/' }, trouble);
  });

  test('a state file that is damaged', async () => {
    const stateDir = folder();
    const bytes = Buffer.from('this was a database once\n'.repeat(500));
    writeFileSync(join(stateDir, 'openclaw.db'), bytes);
    await expectTrouble(args, { stateDir }, { says: /is damaged/, hint: /newest backup/ });
    expect(readFileSync(join(stateDir, 'openclaw.db')).equals(bytes)).toBe(true);
  });

  test('a state file of a newer version', async () => {
    const stateDir = await stateWithCommand();
    const database = new Sqlite(join(stateDir, 'openclaw.db'));
    database.pragma('user_version = 999');
    database.close();
    await expectTrouble(
      args,
      { stateDir },
      { says: /newer openclaw \(format 999/, hint: /nothing was changed/ },
    );
  });

  test('a state file that belongs to somebody else (skipped without root)', async (context) => {
    const stateDir = await stateWithCommand();
    if (process.getuid?.() !== 0) return context.skip('only root can run it as somebody else');
    chmodSync(stateDir, 0o755);
    chmodSync(join(stateDir, 'openclaw.db'), 0o600);
    const nobody = { stateDir, uid: 65_534 };
    if (!(await nobodyRunsIt(nobody))) return context.skip('somebody else cannot read the program here');
    await expectTrouble(args, nobody, { says: /cannot be opened/, hint: /give this user write access/ });
  });

  test('a folder that cannot be written (skipped without root)', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('only root can run it as somebody else');
    const parent = folder();
    chmodSync(parent, 0o755);
    const nobody = { stateDir: join(parent, 'ops'), uid: 65_534 };
    if (!(await nobodyRunsIt(nobody))) return context.skip('somebody else cannot read the program here');
    await expectTrouble(args, nobody, {
      says: /cannot be opened|cannot be made/,
      hint: /OPENCLAW_STATE_DIR/,
    });
    expect(readdirSync(parent)).toEqual([]);
  });

  test('a full disk (skipped where this user may not mount one)', async (context) => {
    const disk = smallDisk();
    if (disk === null) return context.skip('mounting is not permitted here');
    fill(disk);
    await expectTrouble(
      args,
      { stateDir: join(disk, 'ops'), cwd: '/' },
      {
        says: /did not take the write|cannot be opened|cannot be made/,
        hint: /./,
      },
    );
  });
});

test('a full disk refuses a command whole; with room again it is taken', async (context) => {
  const disk = smallDisk();
  if (disk === null) return context.skip('mounting is not permitted here');
  const options = { stateDir: join(disk, 'ops'), cwd: '/' };
  expect((await runOpenclaw(['command', 'list'], options)).code).toBe(0);
  const makeRoom = fill(disk);
  const long = [...ADD.slice(0, -1), 'x'.repeat(100_000)];
  await expectTrouble(long, options, { says: /did not take the write/, hint: /free some space/ });
  makeRoom();
  expect((await runOpenclaw(['command', 'list', '--json'], options)).json()).toEqual([]);
  expect((await runOpenclaw(long, options)).code).toBe(0);
});

test('a state file that may only be read is read, and refuses what would change it (skipped without root)', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('only root can run it as somebody else');
  const stateDir = await stateWithCommand();
  const file = join(stateDir, 'openclaw.db');
  chmodSync(stateDir, 0o777);
  chmodSync(file, 0o444);
  const nobody = { stateDir, uid: 65_534 };
  if (!(await nobodyRunsIt(nobody))) return context.skip('somebody else cannot read the program here');
  const list = await runOpenclaw(['command', 'list'], nobody);
  expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining('/rollback') });
  await expectTrouble(ADD, nobody, { says: /cannot be opened for writing/, hint: /write access/ });
});

test('a Slack manifest is printed also where the state may only be read, and is not remembered (skipped without root)', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('only root can run it as somebody else');
  const stateDir = await stateWithCommand();
  await runHere(['channel', 'add', '--name', 'slack', '--type', 'slack'], { stateDir });
  chmodSync(stateDir, 0o777);
  chmodSync(join(stateDir, 'openclaw.db'), 0o444);
  const nobody = { stateDir, uid: 65_534 };
  if ((await runOpenclaw(['--version'], nobody)).code !== 0)
    return context.skip('somebody else cannot read the program here');
  const printed = await runOpenclaw(['channel', 'manifest', 'slack'], nobody);
  expect(printed).toMatchObject({ code: 0, stderr: expect.stringContaining('is not remembered') });
  expect(printed.stdout).toContain('/rollback');
  chmodSync(join(stateDir, 'openclaw.db'), 0o600);
  expect((await runHere(ADD, { stateDir })).stderr).not.toContain('manifest');
});

describe('a message of 10 MB', () => {
  const big = 'Rolling back, step by step.\n'.repeat(400_000);
  const add = (...message: string[]) => ['command', 'add', '--name', 'x', '--trigger', '/x', ...message];

  test('from a file and from standard input is refused, and nothing is made', async () => {
    const cwd = folder();
    const stateDir = join(cwd, 'ops');
    writeFileSync(join(cwd, 'big.txt'), big);
    await expectTrouble(
      add('--message-file', 'big.txt'),
      { stateDir, cwd },
      { says: /--message-file: .*big\.txt is 10\.7 MB, and at most 1 MB/, hint: /shorten/, code: 2 },
    );
    await expectTrouble(
      add('--message-file', '-'),
      { stateDir, cwd, stdin: big },
      { says: /--message: is 10\.7 MB, and at most 1 MB/, hint: /shorten/, code: 2 },
    );
    expect(existsSync(stateDir)).toBe(false);
  });

  test('from the command line: as much as the system passes on is refused by size, the rest by the system', async () => {
    const stateDir = join(folder(), 'ops');
    let ran: Ran;
    try {
      ran = await runOpenclaw(add('--message', big), { stateDir });
    } catch (error) {
      expect(error).toMatchObject({ code: 'E2BIG' });
      return;
    }
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('at most 1 MB');
  });
});

test('a long answer arrives whole through a pipe', async () => {
  const stateDir = folder();
  const message = `${'a line of instructions\n'.repeat(40_000)}the end`;
  const args = ['command', 'add', '--name', 'long', '--trigger', '/long', '--message-file', '-'];
  expect((await runOpenclaw(args, { stateDir, stdin: message })).code).toBe(0);
  const shown = await runOpenclaw(['command', 'show', 'long'], { stateDir });
  expect(shown.stdout.endsWith(`${message}\n`)).toBe(true);
  const exported = await runOpenclaw(['export', '--json'], { stateDir });
  expect(JSON.stringify(exported.json())).toContain('the end');
});

test('a secret on the command line is refused before anything is made, and printed nowhere', async () => {
  const stateDir = join(folder(), 'ops');
  const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
  const args = ['source', 'add', '--name', 'GitHub', '--type', 'github', '--secret', `token=${secret}`];
  await expectTrouble(
    args,
    { stateDir },
    { says: /the value of token was given itself/, hint: /env:TOKEN/, code: 2 },
  );
  const { stdout, stderr } = await runOpenclaw([...args, '--json'], { stateDir });
  expect(stdout + stderr).not.toContain(secret);
  expect(existsSync(stateDir)).toBe(false);
});

let nobodyRuns: Promise<Ran> | undefined;

/** Asked once: it is about the program, not about the state. */
async function nobodyRunsIt(nobody: RunOptions): Promise<boolean> {
  nobodyRuns ??= runOpenclaw(['--version'], nobody);
  return (await nobodyRuns).code === 0;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'openclaw-trouble-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function stateWithCommand(): Promise<string> {
  const stateDir = folder();
  const args = ['command', 'add', '--name', 'rollback', '--trigger', '/rollback', '--message', 'Roll back.'];
  expect((await runHere(args, { stateDir })).code).toBe(0);
  // Everything into the one file, and no log beside it.
  const database = new Sqlite(join(stateDir, 'openclaw.db'));
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return stateDir;
}

/** Of one megabyte. Null: this user may not mount. */
function smallDisk(): string | null {
  const path = folder();
  mkdirSync(join(path, 'disk'));
  const disk = join(path, 'disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', disk], { stdio: 'pipe' });
  } catch {
    return null;
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', disk], { stdio: 'pipe' });
  });
  return disk;
}

/** Takes all the space there is. Gives how to give it back. */
function fill(disk: string): () => void {
  const filler = join(disk, 'filler');
  for (const size of [65_536, 4096, 512]) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size, 1), { flag: 'a' });
    } catch {
      // Full for this size.
    }
  }
  expect(statSync(filler).size).toBeGreaterThan(0);
  return () => rmSync(filler);
}

// Loaded before a program by `node --import`: SIGKILL, from the inside, at the point with the number KILL_AT. Points are
// before and after each call that changes the folder it runs in, and each call of SQLite. Those passed go to POINTS_TO.
import fs, { type PathLike } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

type Call = (this: unknown, ...args: unknown[]) => unknown;

const FILE_CALLS = [
  'openSync',
  'fsyncSync',
  'renameSync',
  'rmSync',
  'chmodSync',
  'copyFileSync',
  'mkdirSync',
];
const DATABASE_CALLS = ['pragma', 'exec', 'close'];
const { KILL_AT = '0', POINTS_TO = '' } = process.env;
// As `src/store/sqlite.ts` chooses.
const sqlite = Number.parseInt(process.versions.node, 10) >= 22 ? 'better-sqlite3-13' : 'better-sqlite3';

const writeFile = fs.writeFileSync;
const passed: string[] = [];

function point(at: string): void {
  passed.push(at);
  if (passed.length === Number(KILL_AT)) process.kill(process.pid, 'SIGKILL');
}

function around(of: Record<string, unknown>, name: string): void {
  const call = of[name] as Call;
  of[name] = function (this: unknown, ...args: unknown[]) {
    const [path] = args;
    // Node's own cache of compiled code, say.
    if (typeof path === 'string' && path.startsWith('/') && !path.startsWith(process.cwd()))
      return call.apply(this, args);
    const where = `${name} ${args.map((each) => (typeof each === 'string' ? basename(each) : '')).join(' ')}`;
    point(`before ${where}`);
    const value = call.apply(this, args);
    point(`after ${where}`);
    return value;
  };
}

for (const name of FILE_CALLS) around(fs as unknown as Record<string, unknown>, name);
syncBuiltinESMExports();

const Database = createRequire(import.meta.url)(sqlite) as { prototype: Record<string, unknown> };
for (const name of DATABASE_CALLS) around(Database.prototype, name);

type Progress = { totalPages: number; remainingPages: number };
const backup = Database.prototype.backup as (
  this: unknown,
  to: PathLike,
  options: { progress(at: Progress): number | undefined },
) => Promise<unknown>;
Database.prototype.backup = async function (
  this: unknown,
  to: string,
  options: { progress?(at: Progress): number | undefined } = {},
) {
  let left = -1;
  point(`before backup ${basename(to)}`);
  const value = await backup.call(this, to, {
    progress(at) {
      // A step that only waits is none: how many there are is chance.
      if (at.remainingPages !== left) point(`${at.remainingPages} pages of ${basename(to)} left`);
      left = at.remainingPages;
      return options.progress?.(at);
    },
  });
  point(`after backup ${basename(to)}`);
  return value;
};

if (POINTS_TO) process.on('exit', () => writeFile(POINTS_TO, JSON.stringify(passed)));

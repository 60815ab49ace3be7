// Is the process with this pid the one we started? Pids are reused; a stranger must never get our signal.
import { readFileSync } from 'node:fs';

/** The kernel's start time of a process, in clock ticks since boot (proc(5), stat field 22); null without /proc. */
export const processStart = (pid) => statFields(pid)?.[19] ?? null;

/** True only when /proc proves it: same start time, and a command line that names our supervisor. */
export function isOurSupervisor({ pid, processStart: recorded }) {
  if (typeof recorded !== 'string' || processStart(pid) !== recorded) return false;
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.some((word) => word.endsWith('supervisor.mjs'));
  } catch {
    return false;
  }
}

/** A process that ended and was not yet collected by its parent (state Z) is not alive. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return statFields(pid)?.[0] !== 'Z';
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The fields of stat from the third on. */
function statFields(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

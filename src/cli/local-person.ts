import { readFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import type { Principal } from '../domain/principal.ts';
import { safeLine } from '../domain/text/safe-text.ts';

/** `local:<host>:<uid>`: who the kernel says is typing. */
export function localPerson(): Principal {
  const { uid, username } = account();
  return {
    platform: 'local',
    workspace: hostname(),
    userId: String(uid),
    displayName: safeLine(username),
  };
}

/** In a container a user may have a number alone. */
function account(): { uid: number; username: string } {
  try {
    return userInfo();
  } catch {
    const uid = process.getuid?.() ?? -1;
    return { uid, username: String(uid) };
  }
}

/** What texts call a user of this machine: whoever types now, and those of `/etc/passwd` (passwd(5)). By user id. */
export async function localNames(): Promise<ReadonlyMap<string, string>> {
  const known = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const names = new Map<string, string>();
  for (const line of known.split('\n')) {
    const [name = '', , uid = ''] = line.split(':');
    if (uid !== '' && !names.has(uid)) names.set(uid, safeLine(name));
  }
  const me = localPerson();
  return names.set(me.userId, me.displayName);
}

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

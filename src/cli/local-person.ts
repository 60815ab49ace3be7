import { hostname, userInfo } from 'node:os';
import type { Principal } from '../domain/principal.ts';
import { safeLine } from '../domain/text/safe-text.ts';

/** `local:<host>:<uid>`: who the kernel says is typing. */
export function localPerson(): Principal {
  const { uid, username } = userInfo();
  return {
    platform: 'local',
    workspace: hostname(),
    userId: String(uid),
    displayName: safeLine(username),
  };
}

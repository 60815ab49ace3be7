import { hostname, userInfo } from 'node:os';
import type { Principal } from '../domain/principal.ts';

/** Who the kernel says sits at this terminal. */
export function localPerson(): Principal {
  const { uid, username } = userInfo();
  return { platform: 'local', workspace: hostname(), userId: String(uid), displayName: username };
}

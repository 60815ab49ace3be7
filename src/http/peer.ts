// Who is on the other side of a connection.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from '../domain/loopback.ts';

/** Behind a proxy the last address of X-Forwarded-For: the proxy wrote it, those before it are hearsay. */
export function peerAddress(request: IncomingMessage, behindProxy: boolean): string {
  const own = request.socket.remoteAddress ?? 'unknown';
  if (!behindProxy) return own;
  const last = [request.headers['x-forwarded-for'] ?? ''].flat().join(',').split(',').at(-1)?.trim() ?? '';
  return isIP(last) === 0 ? own : last;
}

/** Behind a proxy everybody seems to come from this machine, so there nobody does. */
export function isLocal(request: IncomingMessage, behindProxy: boolean): boolean {
  const forwarded = ['x-forwarded-for', 'forwarded', 'x-real-ip'].some((name) => name in request.headers);
  return !behindProxy && !forwarded && isLoopback(request.socket.remoteAddress ?? '');
}

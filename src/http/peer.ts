// Who is on the other side of a connection.
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** True for addresses only this machine can reach. A name other than `localhost` may mean anything: false. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  const address = host.replace(/^\[(.*)\]$/, '$1').replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(address);
  return family !== 0 && LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

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

// Where the server may listen, and what to say when it cannot.
import type { Server } from 'node:http';
import { createSecureContext } from 'node:tls';
import { refused, UserError } from '../domain/errors.ts';
import { isLoopback } from '../domain/loopback.ts';
import type { HttpOptions } from './options.ts';

/** @throws UserError for an address that others reach in plain text, and for keys that are none */
export function checkListen({ listen, tls, behindProxy }: HttpOptions): void {
  const { host } = listen;
  if (!tls && !behindProxy && !isLoopback(host))
    throw refused(
      `${host === '' ? 'an empty address' : host} can be reached from other machines, and secrets would go there in plain text`,
      'add --tls-cert and --tls-key, or --behind-proxy when a reverse proxy ends TLS, or listen on 127.0.0.1',
    );
  if (!tls) return;
  try {
    createSecureContext(tls);
  } catch (error) {
    throw new UserError(
      `the TLS certificate or its key cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      'both must be PEM files that belong together: --tls-cert, --tls-key',
    );
  }
}

export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<{ address: string; port: number }> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: host.replace(/^\[(.*)\]$/, '$1'), port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, host, port);
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server listens on no port');
  return { address: bound.address, port: bound.port };
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const place = `${host}:${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new UserError(
        `another program listens on ${place} already`,
        'choose another: --listen 127.0.0.1:8321',
      );
    case 'EACCES':
      return new UserError(
        `listening on ${place} is not permitted`,
        'choose a port above 1023: --listen 127.0.0.1:8321',
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new UserError(
        `${host} is not an address of this machine`,
        'choose one that is: --listen 127.0.0.1:8321',
      );
    default:
      return error;
  }
}

// Which port to ask for: the one that is written everywhere, if nobody has it.
import { createServer } from 'node:net';

/** The wanted port where it and the `more` that follow it are free on 127.0.0.1, else 0: any. */
export async function freePort(wanted, { more = 0 } = {}) {
  for (let port = wanted; port <= wanted + more; port += 1) {
    if (!(await isFree(port))) return 0;
  }
  return wanted;
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

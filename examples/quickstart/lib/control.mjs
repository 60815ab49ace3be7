// The control port: POST /<verb> with a JSON body, on loopback, for whoever can read the state file.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { errorDocument, ShopError } from './errors.mjs';
import { listenOn } from './wire.mjs';

const bodyLimit = 64 * 1024;

/** verbs: name -> async (args) => document. */
export async function startControl({ token, verbs, log }) {
  const server = createServer(async (request, response) => {
    const answer = await handle(request).catch((error) => {
      if (!(error instanceof ShopError)) log.error(`control ${request.url}: ${error.stack}`);
      return errorDocument(error);
    });
    const text = JSON.stringify(answer);
    response.writeHead(200, { 'content-type': 'application/json', 'x-shop': 'supervisor' });
    response.end(text);
  });

  async function handle(request) {
    if (!sameSecret(request.headers.authorization ?? '', `Bearer ${token}`)) {
      throw new ShopError('refused', 'the control port needs the token of the state file');
    }
    const verb = request.url.slice(1);
    if (request.method !== 'POST' || !Object.hasOwn(verbs, verb))
      throw new ShopError('usage', 'no such verb');
    const chunks = [];
    let size = 0;
    for await (const chunk of request) {
      size += chunk.length;
      if (size > bodyLimit) throw new ShopError('usage', 'the request is too long');
      chunks.push(chunk);
    }
    let args;
    try {
      args = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    } catch {
      throw new ShopError('usage', 'the request is not JSON');
    }
    return verbs[verb](args);
  }

  // A rolling change of twelve busy instances takes longer than the default limits of a server allow.
  server.requestTimeout = 0;
  const port = await listenOn(server, 0);
  return {
    port,
    stop: () => {
      server.close();
      server.closeIdleConnections();
    },
  };
}

function sameSecret(given, wanted) {
  const digest = (text) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

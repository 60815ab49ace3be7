// One instance of the shop: serves /products/<id> with the code and settings of its release.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createCacheClient } from './cache-client.mjs';
import { runChild } from './child-runtime.mjs';
import { closeServer } from './close-server.mjs';
import { createPool, PoolExhausted } from './pool.mjs';
import { connectWire, listenOn } from './wire.mjs';

const queryLimitMs = 8_000;

runChild(async ({ name, release, releaseFolder, port, addresses, products, poolSize, poolWaitMs }, log) => {
  const { productPage } = await import(pathToFileURL(join(releaseFolder, 'catalog.mjs')).href);
  const settings = JSON.parse(readFileSync(join(releaseFolder, 'settings.json'), 'utf8'));
  let where = addresses;
  const cache = createCacheClient({ port: () => where.cache, log });
  const pool = createPool({ connect: () => connectWire(where.database), size: poolSize, waitMs: poolWaitMs });
  const database = {
    /** work(query) has one connection to itself; query(table, key) answers the row. */
    withConnection: (work) =>
      pool.withConnection((connection) =>
        work(async (table, key) => (await connection.ask({ table, key }, { timeoutMs: queryLimitMs })).row),
      ),
  };

  async function answer(request) {
    const { pathname } = new URL(request.url, 'http://shop');
    if (request.method !== 'GET') return { status: 405, body: { error: 'only GET' } };
    if (pathname === '/health') {
      const connections = { inUse: pool.inUse(), size: pool.size, waiting: pool.waiting() };
      return { status: 200, body: { ok: true, instance: name, release, pool: connections } };
    }
    const id = productOf(pathname);
    if (id === null) return { status: 404, body: { error: 'no such page' } };
    const { page, cached } = await productPage(id, { cache, database, release, settings });
    return { status: 200, body: page, cached };
  }

  /** /products/17, or /products/any for whichever, as visitors look around and as a probe should. */
  function productOf(pathname) {
    if (pathname === '/products/any') return 1 + Math.floor(Math.random() * products);
    const [, digits] = /^\/products\/(\d{1,6})$/.exec(pathname) ?? [];
    const id = Number(digits);
    return id >= 1 && id <= products ? id : null;
  }

  const server = createServer(async (request, response) => {
    const since = performance.now();
    const requestId = readRequestId(request);
    const path = request.url.slice(0, 100);
    const { status, body, cached } = await answer(request).catch((error) => failure(error, path, requestId));
    const text = JSON.stringify(body);
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'x-instance': name,
      'x-release': String(release),
      'x-request-id': requestId,
    });
    response.end(request.method === 'HEAD' ? undefined : text);
    if (path === '/health') return;
    const took = Math.round(performance.now() - since);
    const source = cached === undefined ? '' : ` cache=${cached ? 'hit' : 'miss'}`;
    log.info(`${request.method} ${path} ${status} ${took}ms${source}`, requestId);
  });

  function failure(error, path, requestId) {
    const source = error instanceof PoolExhausted ? 'pool' : 'database';
    log.error(`${source}: ${error.message} path=${path}`, requestId);
    return { status: 503, body: { error: error.message } };
  }

  // The balancer closes its own idle connections first, so it never sends on one that just closed.
  server.keepAliveTimeout = 65_000;
  const taken = await listenOn(server, port);
  log.info(`release ${release} ready on ${taken}, settings ${JSON.stringify(settings)}`);
  return {
    port: taken,
    onMessage: (message) => {
      if (message.type === 'addresses') where = message.addresses;
    },
    stop: () => closeServer(server, { limitMs: 5_000 }),
  };
});

function readRequestId(request) {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{1,40}$/.test(given)
    ? given
    : Math.random().toString(36).slice(2, 10);
}

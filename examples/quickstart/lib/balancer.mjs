// The public port: hands each request to the next healthy instance, and counts what the visitors got.
import { randomBytes } from 'node:crypto';
import { Agent, createServer, request as send } from 'node:http';
import { closeServer } from './close-server.mjs';
import { listenOn } from './wire.mjs';

const answerLimitMs = 12_000;

/** fleet: see fleet.mjs. meter: see meter.mjs. A port other than 0 is taken or the start fails. */
export async function startBalancer({ port, fleet, meter, log }) {
  const agent = new Agent({ keepAlive: true });

  const server = createServer((request, response) => {
    const requestId = randomBytes(4).toString('hex');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      request.resume();
      return refuse(response, 405, 'only GET', requestId);
    }
    if (request.url === '/health') return health(response, requestId);
    const since = performance.now();
    response.once('close', () => {
      // A visitor who went away got no answer from us; that is his doing, not an error of the shop.
      if (response.writableFinished) meter.count(response.statusCode, performance.now() - since);
    });
    forward({ request, response, requestId, tried: null });
  });

  function health(response, requestId) {
    const healthy = fleet.describe().filter((one) => one.state === 'healthy').length;
    const text = JSON.stringify({ ok: healthy > 0, healthy });
    response.writeHead(healthy > 0 ? 200 : 503, {
      'content-type': 'application/json',
      'x-request-id': requestId,
    });
    response.end(text);
  }

  function forward({ request, response, requestId, tried }) {
    const instance = fleet.pick(tried);
    if (instance === null) {
      log.error(`no healthy instance path=${request.url.slice(0, 100)}`, requestId);
      return refuse(response, 503, 'no healthy instance', requestId);
    }
    instance.inFlight += 1;
    const headers = { 'x-request-id': requestId };
    const options = {
      host: '127.0.0.1',
      port: instance.port,
      path: request.url,
      method: request.method,
      agent,
      headers,
    };
    const upstream = send(options);
    let answered = false;
    upstream.once('close', () => {
      instance.inFlight -= 1;
    });
    upstream.once('response', (incoming) => {
      answered = true;
      const { connection: _, 'keep-alive': __, ...kept } = incoming.headers;
      response.writeHead(incoming.statusCode, kept);
      incoming.pipe(response);
      incoming.once('error', () => response.destroy());
    });
    upstream.once('error', (error) => {
      if (answered || response.destroyed) return response.destroy();
      log.warn(`${instance.name}: ${error.message} path=${request.url.slice(0, 100)}`, requestId);
      // Reading twice does no harm; an instance that just died must not cost a visitor his page.
      if (tried === null) return forward({ request, response, requestId, tried: instance });
      refuse(response, 502, 'bad gateway', requestId);
    });
    upstream.setTimeout(answerLimitMs, () => upstream.destroy(new Error('no answer in time')));
    response.once('close', () => upstream.destroy());
    upstream.end();
  }

  function refuse(response, status, error, requestId) {
    const text = JSON.stringify({ error });
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': requestId });
    response.end(text);
  }

  const taken = await listenOn(server, port, { strict: true });
  const report = setInterval(() => {
    const { requests, errors, p95Ms } = meter.read();
    if (requests > 0)
      log.info(`last ${meter.windowSeconds}s: ${requests} requests, ${errors} errors, p95 ${p95Ms}ms`);
  }, meter.windowSeconds * 1_000);

  return {
    port: taken,
    /** Visitors who are in get their page, for two seconds at most. */
    stop: async () => {
      clearInterval(report);
      await closeServer(server, { limitMs: 2_000 });
      agent.destroy();
    },
  };
}

// The HTTP server: where it may listen, its paths, and how it stops. Plain node:http, because bodies are read
// as they come and every refusal is an answer of ours.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { createBatcher } from './accept.ts';
import { isAuthorized } from './auth.ts';
import { drain } from './body.ts';
import { handleChannelHook } from './channel-hook.ts';
import { handleEnqueue } from './enqueue.ts';
import { createFailures } from './failures.ts';
import { createCertificates } from './formats/sns-signature.ts';
import { type HookParts, handleHook } from './hook.ts';
import { checkListen, listen } from './listen.ts';
import { createMetrics } from './metrics.ts';
import { DEFAULT_LIMITS, type HttpLimits, type HttpOptions } from './options.ts';
import { isLocal, peerAddress } from './peer.ts';
import { HttpProblem, type Reply, replyOf } from './problem.ts';
import { createUnproven } from './unproven.ts';

export interface HttpServer {
  address: string;
  port: number;
  /** Takes no more, finishes what is in flight within the grace, then cuts. */
  close(): Promise<void>;
}

/** Of a body that will not be read: enough for a known sender to finish and see the answer, and for others. */
const DRAIN_ALL = { maxBytes: 512 * 1024 * 1024, maxMs: 30_000 };
const DRAIN_LITTLE = { maxBytes: 1024 * 1024, maxMs: 1_000 };
/** Refused requests that wait for their late answer. More are answered at once: a queue is no place for attackers. */
const DELAYED_MAX = 64;

/** @throws UserError when the address may not or cannot be listened on */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  checkListen(options);
  const limits: HttpLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const parts: HookParts = {
    options,
    limits,
    batcher: createBatcher(options.accept),
    metrics: createMetrics(),
    budget: { used: 0, max: limits.heldBytes },
    certificates: createCertificates(options.httpsGet, () => options.clock.now()),
    busy: { inFlight: 0, unverified: 0, chat: 0 },
    unproven: createUnproven(options.clock),
  };
  const failures = createFailures(options.clock);
  const delayed = new Set<() => void>();
  const server = create(options, limits);
  let closing = false;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await answer(request);
    if (reply === null || response.destroyed) return;
    if (!request.complete) {
      if (reply.drain !== 'no') await drain(request, reply.drain === 'all' ? DRAIN_ALL : DRAIN_LITTLE);
      response.setHeader('Connection', 'close');
    }
    if (closing) response.setHeader('Connection', 'close');
    write(response, reply);
  }

  /** Null: the sender is gone. */
  async function answer(request: IncomingMessage): Promise<Reply | null> {
    try {
      return await route(request, parts);
    } catch (error) {
      if (request.destroyed && !request.complete) return null;
      const problem = error instanceof HttpProblem ? error : bug(error);
      parts.metrics.rejected(problem.reason);
      if (problem.reason === 'unauthorized') await noteFailure(request, problem.cause);
      if (problem.reason === 'not-stored')
        options.log({ level: 'error', message: `${problem.message}: ${causeText(problem.cause)}` });
      return { ...replyOf(problem), drain: drainFor(problem) };
    }
  }

  async function noteFailure(request: IncomingMessage, cause: unknown): Promise<void> {
    const address = peerAddress(request, options.behindProxy);
    const { limited, first } = failures.note(address);
    if (!limited || first)
      options.log({
        level: 'warn',
        address,
        message: limited
          ? 'more than 20 requests with a wrong secret within a minute; further ones are not logged'
          : typeof cause === 'string'
            ? cause
            : 'a request with a wrong secret or an unknown source was refused',
      });
    if (limited && delayed.size < DELAYED_MAX) await delay(limits.failureDelayMs);
  }

  function delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        delayed.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      delayed.add(done);
    });
  }

  function bug(error: unknown): HttpProblem {
    options.log({
      level: 'error',
      message: `bug in the HTTP server: ${error instanceof Error ? error.message : String(error)}`,
      ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
    });
    return new HttpProblem(500, 'bug', 'something unforeseen went wrong here; it is in the log');
  }

  server.on('request', (request, response) => {
    // A socket that breaks is the sender's affair; without a listener it would end the process.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    void respond(request, response);
  });
  server.on('checkExpectation', (_request, response) => {
    write(response, replyOf(new HttpProblem(417, 'bad-body', 'this Expect header is not understood')));
  });
  server.on('connect', (_request, socket) => {
    refuse(socket, 405, 'method', 'CONNECT is not for this server');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else if (error.code === 'HPE_HEADER_OVERFLOW')
      refuse(socket, 431, 'too-large', 'the headers are too long');
    else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
      refuse(socket, 408, 'stalled', 'the request took too long');
    else refuse(socket, 400, 'bad-body', 'this is not HTTP as this server understands it');
  });
  const { address, port } = await listen(server, options.listen);

  async function close(): Promise<void> {
    closing = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    for (const done of [...delayed]) done();
    const cut = setTimeout(() => server.closeAllConnections(), limits.graceMs);
    await closed;
    clearTimeout(cut);
    await parts.batcher.idle();
  }

  return { address, port, close };
}

function create(options: HttpOptions, limits: HttpLimits): Server {
  const settings = {
    // A request without Host gets an answer of ours, not an empty one of Node's.
    requireHostHeader: false,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
  };
  const server = options.tls ? createTlsServer({ ...settings, ...options.tls }) : createServer(settings);
  server.maxConnections = 2_000;
  return server;
}

async function route(request: IncomingMessage, parts: HookParts): Promise<Reply> {
  const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
  const hook = /^\/hooks\/([^/]+)(\/api\/v2\/alerts)?$/.exec(path);
  if (hook) {
    // Grafana lets its operator choose between the two.
    allow(request, ['POST', 'PUT']);
    const where = { name: decodeName(hook[1] ?? ''), path: hook[2] ?? '' };
    return handleHook(request, where, new URLSearchParams(query), parts);
  }
  const channel = /^\/channels\/([^/]+)$/.exec(path);
  if (channel) {
    allow(request, ['POST']);
    return handleChannelHook(request, decodeName(channel[1] ?? ''), parts);
  }
  switch (path) {
    case '/v2/enqueue':
    case '/v2/change/enqueue':
      allow(request, ['POST']);
      return handleEnqueue(request, path === '/v2/enqueue' ? 'event' : 'change', parts);
    case '/healthz':
      allow(request, ['GET', 'HEAD']);
      return { status: 200, body: { ok: true } };
    case '/readyz':
      allow(request, ['GET', 'HEAD']);
      return ready(request, parts);
    case '/metrics':
      allow(request, ['GET', 'HEAD']);
      return metrics(request, parts);
    default:
      throw new HttpProblem(404, 'path', 'nothing is here', { hint: 'webhooks go to POST /hooks/<source>' });
  }
}

async function ready(request: IncomingMessage, parts: HookParts): Promise<Reply> {
  const health = await parts.options.health();
  const problems = mayLookInside(request, parts.options) ? { problems: health.problems } : {};
  return { status: health.ready ? 200 : 503, body: { ok: health.ready, ...problems } };
}

async function metrics(request: IncomingMessage, parts: HookParts): Promise<Reply> {
  if (!mayLookInside(request, parts.options))
    throw new HttpProblem(401, 'unauthorized', 'metrics are for this machine, or for a bearer token', {
      headers: { 'WWW-Authenticate': 'Bearer realm="openclaw"' },
    });
  const { gauges } = await parts.options.health();
  return {
    status: 200,
    headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
    body: parts.metrics.text({ ...gauges, http_in_flight: parts.busy.inFlight + parts.busy.chat }),
  };
}

function mayLookInside(request: IncomingMessage, options: HttpOptions): boolean {
  return (
    isLocal(request, options.behindProxy) ||
    (options.metricsToken !== undefined && isAuthorized(request.headers, [options.metricsToken]))
  );
}

/** A 503 may be cut short: a sender takes a broken connection as it takes a 503, and tries again. */
function drainFor({ reason }: HttpProblem): 'all' | 'little' | 'no' {
  if (reason === 'stalled') return 'no';
  return reason === 'too-large' || reason === 'bad-body' ? 'all' : 'little';
}

function allow(request: IncomingMessage, methods: string[]): void {
  if (methods.includes(request.method ?? '')) return;
  const only = methods.length === 1 ? `only ${methods[0]} is` : `only ${methods.join(' and ')} are`;
  throw new HttpProblem(405, 'method', `${only} understood here`, {
    headers: { Allow: methods.join(', ') },
  });
}

/** Null for what no source can be called. */
function decodeName(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

function write(response: ServerResponse, reply: Reply): void {
  const isText = typeof reply.body === 'string';
  const text = isText ? (reply.body as string) : `${JSON.stringify(reply.body)}\n`;
  response.writeHead(reply.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...reply.headers,
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** The answer to what never became a request. */
function refuse(socket: Duplex, status: number, reason: HttpProblem['reason'], message: string): void {
  const text = `${JSON.stringify(replyOf(new HttpProblem(status, reason, message)).body)}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

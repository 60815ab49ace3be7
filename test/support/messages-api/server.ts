// A Messages API of ours on loopback: no model, but the wire as it is (headers, refusals, JSON, events, prompt cache,
// errors), and every way in which it can go wrong. It says what a test scripts. By the API's reference, version 2026-10-21.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCache } from './cache.ts';
import { asEvents, asMessage, event, type Said } from './events.ts';
import { type RequestBody, whatIsWrong } from './validate.ts';

export type ApiReply =
  | {
      kind: 'says';
      blocks: readonly Said[];
      /** Default: `tool_use` where a tool is used, else `end_turn`. */
      stop?: string;
      /** In the middle of the stream, after so many of its events. */
      trouble?: { after: number; does: 'cuts' | 'cuts in the middle of an event' | 'hangs' | 'ends' };
      /** An `error` event in place of the rest. */
      error?: { after: number; type: string };
    }
  | { kind: 'fails'; status: number; type?: string; message?: string; headers?: Record<string, string> }
  /** Takes the request and never answers. */
  | { kind: 'hangs' }
  /** Closes the connection in place of an answer. */
  | { kind: 'cuts' }
  | {
      kind: 'raw';
      body: string | Buffer;
      status?: number;
      headers?: Record<string, string>;
      end?: 'ends' | 'cuts' | 'hangs';
    };

export interface ApiRequest {
  headers: IncomingMessage['headers'];
  body: RequestBody;
  /** As it came. */
  raw: string;
  /** Whether the other side closed the connection before the answer was whole. */
  closedEarly: boolean;
  /** Whether its connection is free again, or closed. */
  done: boolean;
}

export interface MessagesApi {
  url: string;
  key: string;
  requests: ApiRequest[];
  /** What was wrong with requests that were not taken, as they were told. */
  refused: string[];
  /** Taken from the front, one for each request that is valid. Empty: 500. */
  replies: ApiReply[];
  /** In place of `replies`. */
  answer: ((request: ApiRequest, index: number) => ApiReply | Promise<ApiReply>) | null;
  /** Others are not found. */
  models: RegExp;
  /** Bytes of one write of a stream: small ones fall into the middle of lines and characters. */
  chunkBytes: number;
  /** Between two writes of a stream, as somebody who writes slowly; 0 in every test. */
  chunkPauseMs: number;
  /** Connections that are open now. */
  connections(): Promise<number>;
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export const says = (...blocks: (Said | string)[]): ApiReply & { kind: 'says' } => ({
  kind: 'says',
  blocks: blocks.map((block) => (typeof block === 'string' ? { type: 'text', text: block } : block)),
});
export const calls = (name: string, input: unknown, id?: string): Said => ({
  type: 'tool_use',
  name,
  input,
  ...(id === undefined ? {} : { id }),
});
export const fails = (status: number, headers: Record<string, string> = {}): ApiReply => ({
  kind: 'fails',
  status,
  headers,
});

/** Closed when the test ends, with all its connections. */
export async function startMessagesApi(replies: readonly ApiReply[] = []): Promise<MessagesApi> {
  // Asked for here alone: a person's hand drives the same server, without a test around it.
  const { onTestFinished } = await import('vitest');
  const { api, close } = await listenMessagesApi(0, replies);
  onTestFinished(close);
  return api;
}

/** `port` 0: any. */
export async function listenMessagesApi(
  port: number,
  replies: readonly ApiReply[] = [],
): Promise<{ api: MessagesApi; close(): Promise<void> }> {
  const self: MessagesApi = {
    url: '',
    key: 'sk-ant-api03-of-ours-0123456789abcdefghijklmnopqrstuv',
    requests: [],
    refused: [],
    replies: [...replies],
    answer: null,
    models: /^claude-/,
    chunkBytes: 11,
    chunkPauseMs: 0,
    connections: () =>
      new Promise((found, failed) =>
        server.getConnections((error, count) => (error ? failed(error) : found(count))),
      ),
  };
  const cache = createCache();
  const server = createServer((request, response) => {
    void take(self, cache, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  self.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { api: self, close };
}

async function take(
  self: MessagesApi,
  cache: ReturnType<typeof createCache>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks).toString('utf8');
  response.on('error', () => {});
  response.setHeader('request-id', `req_of_ours_${self.requests.length + 1}`);
  if (request.method !== 'POST' || request.url !== '/v1/messages')
    return refuse(response, 404, 'not_found_error', 'Not Found');
  const body = parse(raw);
  const invalid = whatIsWrong(body);
  const wrong =
    wrongHeaders(request.headers, self.key) ?? (invalid === null ? null : { status: 400, message: invalid });
  if (wrong) {
    self.refused.push(wrong.message);
    return refuse(response, wrong.status, ERROR_TYPES[wrong.status] ?? '', wrong.message);
  }
  const asked: ApiRequest = {
    headers: request.headers,
    body: body as RequestBody,
    raw,
    closedEarly: false,
    done: false,
  };
  response.on('close', () => {
    asked.closedEarly = !response.writableFinished;
    asked.done = true;
  });
  self.requests.push(asked);
  if (!self.models.test(asked.body.model))
    return refuse(response, 404, 'not_found_error', `model: ${asked.body.model}`);
  const reply = self.answer ? await self.answer(asked, self.requests.length - 1) : self.replies.shift();
  await send(self, cache, asked, reply ?? { kind: 'fails', status: 500 }, response);
}

function wrongHeaders(
  headers: IncomingMessage['headers'],
  key: string,
): { status: number; message: string } | null {
  const shown = headers['x-api-key'] ?? headers.authorization?.replace(/^Bearer /, '');
  if (shown === undefined) return { status: 401, message: 'x-api-key header is required' };
  if (shown !== key) return { status: 401, message: 'invalid x-api-key' };
  if (headers['anthropic-version'] === undefined)
    return { status: 400, message: 'anthropic-version: header is required' };
  if (!/^application\/json\b/.test(headers['content-type'] ?? ''))
    return { status: 400, message: 'content-type: must be application/json' };
  return null;
}

async function send(
  self: MessagesApi,
  cache: ReturnType<typeof createCache>,
  { body }: ApiRequest,
  reply: ApiReply,
  response: ServerResponse,
): Promise<void> {
  switch (reply.kind) {
    case 'hangs':
      return;
    case 'cuts':
      response.destroy();
      return;
    case 'fails': {
      for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
      const type = reply.type ?? ERROR_TYPES[reply.status] ?? 'api_error';
      return refuse(response, reply.status, type, reply.message ?? type.replaceAll('_', ' '));
    }
    case 'raw':
      response.writeHead(reply.status ?? 200, { 'content-type': 'text/event-stream', ...reply.headers });
      return stream(response, [Buffer.from(reply.body)], self, reply.end ?? 'ends');
    case 'says': {
      const id = `msg_ours${self.requests.length}`;
      const stop =
        reply.stop ?? (reply.blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn');
      const answer = { id, model: body.model, blocks: reply.blocks, stop, input: cache(body) };
      if (body.stream !== true) {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(asMessage(answer)));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      const events = asEvents(answer);
      const { trouble, error } = reply;
      if (error) {
        const told = event('error', { error: { type: error.type, message: error.type }, request_id: id });
        return stream(response, [...events.slice(0, error.after), told].map(Buffer.from), self, 'ends');
      }
      if (!trouble) return stream(response, events.map(Buffer.from), self, 'ends');
      const sent = events.slice(0, trouble.after);
      const next = events[trouble.after] ?? '';
      if (trouble.does === 'cuts in the middle of an event') sent.push(next.slice(0, next.length / 2));
      const end = trouble.does.startsWith('cuts') ? 'cuts' : (trouble.does as 'hangs' | 'ends');
      return stream(response, sent.map(Buffer.from), self, end);
    }
    default:
      return reply satisfies never;
  }
}

/** Each write is a chunk of its own, wherever it falls. */
async function stream(
  response: ServerResponse,
  parts: readonly Buffer[],
  { chunkBytes, chunkPauseMs }: Pick<MessagesApi, 'chunkBytes' | 'chunkPauseMs'>,
  end: 'ends' | 'cuts' | 'hangs',
): Promise<void> {
  const bytes = Buffer.concat(parts);
  const step = Math.max(chunkBytes, Math.ceil(bytes.length / 400));
  response.flushHeaders();
  for (let at = 0; at < bytes.length && !response.destroyed; at += step) {
    if (chunkPauseMs > 0) await new Promise((over) => setTimeout(over, chunkPauseMs));
    await new Promise<void>((written) => {
      response.once('close', written);
      response.write(bytes.subarray(at, at + step), () => {
        response.off('close', written);
        written();
      });
    });
  }
  if (end === 'ends') response.end();
  if (end === 'cuts') response.destroy();
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  const request_id = String(response.getHeader('request-id'));
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ type: 'error', error: { type, message, details: null }, request_id }));
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return null;
  }
}

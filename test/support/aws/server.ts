// Ours: a scripted AWS on loopback in the true wire protocols. A test says what each action answers; every request is
// kept with its parsed input. Actions are named as IAM names them: `autoscaling:DescribeAutoScalingGroups`.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { jsonAnswer, queryAnswer, queryError, readForm } from './wire.ts';

export interface AwsRequest {
  /** `ecs:DescribeServices` */
  action: string;
  input: Record<string, unknown>;
  headers: IncomingMessage['headers'];
  accessKeyId: string;
}

/** What a handler may give beside a plain output value. */
export type Special =
  | { special: 'fail'; code: string; message: string; status: number; headers: Record<string, string> }
  | { special: 'raw'; status: number; headers: Record<string, string>; body: string | Buffer }
  | { special: 'hang' }
  | { special: 'cut'; status: number; headers: Record<string, string>; body: string };

/** `count`: how often this action was asked, from 1. */
export type Handler = (
  input: Record<string, unknown>,
  count: number,
  request: AwsRequest,
) => object | Special;

export interface AwsServer {
  endpoint: string;
  requests: AwsRequest[];
  /** The later one counts. A plain object answers always. */
  on(action: string, answer: Handler | object): void;
  /** What answers it now. */
  handlerOf(action: string): Handler | undefined;
  inputs(action: string): Record<string, unknown>[];
  /** Actions nobody scripted: they were answered with an error. */
  unscripted: string[];
  /**
   * Goes before what is scripted; null: the usual answer. `usual` lets the request take effect all the same, whatever
   * is answered then.
   */
  trouble: ((request: AwsRequest, usual: () => object) => object | null) | null;
  close(): Promise<void>;
}

export function fail(
  code: string,
  {
    status = 400,
    message = `${code} of the test`,
    headers = {},
  }: { status?: number; message?: string; headers?: Record<string, string> } = {},
): Special {
  return { special: 'fail', code, message, status, headers };
}

export function throttle(headers: Record<string, string> = {}): Special {
  return fail('ThrottlingException', { message: 'Rate exceeded', headers });
}

export function raw(status: number, body: string | Buffer, contentType = 'text/html'): Special {
  return { special: 'raw', status, headers: { 'content-type': contentType }, body };
}

/** Never answered. */
export const hang: Special = { special: 'hang' };

/** Ends in the middle of its body. */
export const cut: Special = {
  special: 'cut',
  status: 200,
  headers: { 'content-type': 'text/xml', 'content-length': '10000' },
  body: '<DescribeAutoScalingGroupsResponse><DescribeAuto',
};

export async function startAwsServer(): Promise<AwsServer> {
  const handlers = new Map<string, Handler>();
  const requests: AwsRequest[] = [];
  const unscripted: string[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const read = readRequest(incoming, Buffer.concat(chunks).toString('utf8'));
      requests.push(read.request);
      const { action, input } = read.request;
      const handler = handlers.get(action);
      if (!handler) unscripted.push(action);
      const count = requests.filter((request) => request.action === action).length;
      const usual = () =>
        handler
          ? handler(input, count, read.request)
          : fail('InvalidAction', { message: `${action} is not scripted` });
      send(response, read, self.trouble?.(read.request, usual) ?? usual());
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const self: AwsServer = {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    unscripted,
    trouble: null,
    on: (action, answer) => {
      handlers.set(action, typeof answer === 'function' ? (answer as Handler) : () => answer);
    },
    handlerOf: (action) => handlers.get(action),
    inputs: (action) => requests.filter((request) => request.action === action).map(({ input }) => input),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return self;
}

interface Read {
  request: AwsRequest;
  service: string;
  /** Of AWS JSON: its content type. Null: Query. */
  json: string | null;
  name: string;
}

/** The service as IAM names it, by the name in the signature. */
const SERVICES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };

function readRequest({ headers }: IncomingMessage, body: string): Read {
  const [, accessKeyId = '', signed = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const service = SERVICES[signed] ?? signed;
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const name = target.split('.').at(-1) ?? '';
    const input = (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>;
    const request = { action: `${service}:${name}`, input, headers, accessKeyId };
    return { request, service, name, json: headers['content-type'] ?? 'application/x-amz-json-1.1' };
  }
  const { Action, Version: _, ...input } = readForm(body);
  const name = String(Action ?? '');
  return {
    request: { action: `${service}:${name}`, input, headers, accessKeyId },
    service,
    name,
    json: null,
  };
}

function send(response: ServerResponse, { service, name, json }: Read, answer: object | Special): void {
  if (!('special' in answer)) {
    const body = json === null ? queryAnswer(service, name, answer) : jsonAnswer(answer);
    response.writeHead(200, { 'content-type': json ?? 'text/xml' }).end(body);
    return;
  }
  switch (answer.special) {
    case 'hang':
      return;
    case 'cut':
      response.writeHead(answer.status, answer.headers);
      response.write(answer.body, () => response.destroy());
      return;
    case 'raw':
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    case 'fail': {
      const body =
        json === null
          ? queryError(service, answer.code, answer.message)
          : JSON.stringify({ __type: answer.code, message: answer.message });
      response.writeHead(answer.status, { 'content-type': json ?? 'text/xml', ...answer.headers }).end(body);
      return;
    }
    default:
      answer satisfies never;
  }
}

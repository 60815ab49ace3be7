// GitHub's own description of its API, cut down to some requests, and Prism to hold what was sent against it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInstance, getHttpOperationsFromSpec, ProblemJsonError } from '@stoplight/prism-http';

interface Sent {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, unknown>;
  body: unknown;
}

type Json = Record<string, unknown>;

/** What is wrong with a request, in Prism's words; empty: nothing. The file is large: make one for a test file. */
export async function githubContract(routes: readonly string[]): Promise<(sent: Sent) => Promise<string[]>> {
  const operations = await getHttpOperationsFromSpec(cutDown(routes));
  const prism = createInstance(
    {
      isProxy: false,
      upstreamProxy: undefined,
      mock: { dynamic: false },
      checkSecurity: false,
      validateRequest: true,
      validateResponse: false,
      errors: false,
    },
    { logger: QUIET },
  );
  return async ({ method, path, query, headers, body }) => {
    const result = await prism.request(
      {
        method: method.toLowerCase() as 'get',
        url: { path, query },
        headers: { 'content-type': String(headers['content-type'] ?? 'application/json') },
        ...(body === null ? {} : { body }),
      },
      operations,
    )();
    if (result._tag === 'Left') return [wordsOf(result.left)];
    return result.right.validations.input.map(
      ({ message, path: where }) => `${(where ?? []).join('.')} ${message}`,
    );
  };
}

function wordsOf(error: Error): string {
  return error instanceof ProblemJsonError
    ? `${error.detail} ${JSON.stringify(error.additional ?? {})}`
    : String(error);
}

/** `POST /repos/{owner}/{repo}/deployments`, with all that its request refers to; what is answered is left out. */
function cutDown(routes: readonly string[]): Json {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  const whole = JSON.parse(readFileSync(file, 'utf8')) as Json & {
    paths: Record<string, Record<string, Json>>;
    components: Record<string, Json>;
  };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    const operation = whole.paths[path]?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`GitHub has no ${route}`);
    const { parameters, requestBody, operationId } = operation;
    const responses = { 200: { description: 'done' }, 422: { description: 'refused' } };
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: { operationId, parameters, requestBody, responses },
    };
  }
  const components: Record<string, Json> = {};
  const waiting: unknown[] = [paths];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, value] of Object.entries(next)) {
      if (key !== '$ref' || typeof value !== 'string') {
        if (key !== 'examples') waiting.push(value);
        continue;
      }
      const [, , kind = '', name = ''] = value.split('/');
      if (components[kind]?.[name] !== undefined) continue;
      const found = whole.components[kind]?.[name];
      components[kind] = { ...components[kind], [name]: found };
      waiting.push(found);
    }
  }
  const { openapi, info } = whole;
  return JSON.parse(
    JSON.stringify({ openapi, info, servers: [{ url: '/' }], paths, components }, (key, value) =>
      key === 'examples' ? undefined : value,
    ),
  );
}

type Logger = Parameters<typeof createInstance>[1]['logger'];

const quiet = () => {};
const QUIET = {
  info: quiet,
  success: quiet,
  error: quiet,
  debug: quiet,
  warn: quiet,
  trace: quiet,
  fatal: quiet,
  child: () => QUIET,
} as unknown as Logger;

// Marks of incidents and actions on Grafana's graphs. Each has a tag of its own, and is looked for before it is sent.
// https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
import { ToolError } from '../../domain/errors.ts';
import type { Call, Mark } from '../../domain/tool.ts';
import { type JsonClient, theirWords } from '../json-client.ts';
import { isRecord } from '../promql-api.ts';

const PATH = '/api/annotations';
const OURS = 'openclaw';
const REFUSED = 'may its service account write annotations (annotations:create)? Else: --set annotations=no';

/** The same key is the same mark, however often it is sent; an end that comes later is added to it. Errors: ToolError. */
export async function annotate(name: string, client: JsonClient, mark: Mark, call: Call): Promise<void> {
  const known = await find(name, client, mark.key, call);
  const end = mark.endAt === null ? {} : { timeEnd: mark.endAt };
  if (known === null) {
    const tags = [OURS, mark.key, ...mark.tags];
    await change(
      name,
      client,
      { method: 'POST', path: PATH },
      { time: mark.at, ...end, tags, text: mark.text },
      call,
    );
    return;
  }
  if (mark.endAt === null || known.timeEnd === mark.endAt) return;
  // Its tags and its start stay as they are.
  await change(
    name,
    client,
    { method: 'PATCH', path: `${PATH}/${known.id}` },
    { ...end, text: mark.text },
    call,
  );
}

async function find(
  name: string,
  client: JsonClient,
  key: string,
  call: Call,
): Promise<{ id: number; timeEnd: unknown } | null> {
  const query = new URLSearchParams([
    ['tags', OURS],
    ['tags', key],
    ['type', 'annotation'],
    ['limit', '1'],
  ]);
  const { status, json } = await client.ask({ method: 'GET', path: PATH, query }, call);
  if (status !== 200 || !Array.isArray(json))
    throw new ToolError('failed', `${name} does not list its annotations (${status})`);
  const first = json.find(
    (one) => isRecord(one) && Array.isArray(one.tags) && one.tags.includes(key) && typeof one.id === 'number',
  ) as { id: number; timeEnd?: unknown } | undefined;
  return first === undefined ? null : { id: first.id, timeEnd: first.timeEnd };
}

async function change(
  name: string,
  client: JsonClient,
  where: { method: 'POST' | 'PATCH'; path: string },
  body: object,
  call: Call,
): Promise<void> {
  const { status, json } = await client.ask({ ...where, body, changes: true, refusedHint: REFUSED }, call);
  if (status < 300) return;
  const words = theirWords(isRecord(json) ? json.message : '');
  throw new ToolError(
    'failed',
    `${name} does not take an annotation (${status})${words === '' ? '' : `: ${words}`}`,
  );
}

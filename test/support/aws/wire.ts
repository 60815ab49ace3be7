// Ours: the forms in which AWS sends answers, from plain values. Query (XML), EC2's own XML, and AWS JSON.

/** A list in XML whose elements are not called `member`: `DBCluster` of RDS, `item` of EC2. */
export interface NamedList {
  element: string;
  items: readonly unknown[];
}

export function list(element: string, items: readonly unknown[]): NamedList {
  return { element, items };
}

const XMLNS = 'http://aws.amazon.com/doc/';

export function queryAnswer(service: string, action: string, output: object): string {
  const inner = xml(output);
  if (service === 'ec2')
    return `<${action}Response xmlns="${XMLNS}"><requestId>r-1</requestId>${inner}</${action}Response>`;
  return `<${action}Response xmlns="${XMLNS}"><${action}Result>${inner}</${action}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></${action}Response>`;
}

export function queryError(service: string, code: string, message: string): string {
  const error = `<Code>${escaped(code)}</Code><Message>${escaped(message)}</Message>`;
  if (service === 'ec2')
    return `<Response><Errors><Error>${error}</Error></Errors><RequestID>r-1</RequestID></Response>`;
  return `<ErrorResponse xmlns="${XMLNS}"><Error><Type>Sender</Type>${error}</Error><RequestId>r-1</RequestId></ErrorResponse>`;
}

function xml(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return escaped(String(value));
  return Object.entries(value)
    .filter(([, each]) => each !== undefined && each !== null)
    .map(([name, each]) => `<${name}>${children(each)}</${name}>`)
    .join('');
}

function children(value: unknown): string {
  const named = Array.isArray(value) ? list('member', value) : value;
  if (!isNamedList(named)) return xml(named);
  return named.items.map((item) => `<${named.element}>${xml(item)}</${named.element}>`).join('');
}

function isNamedList(value: unknown): value is NamedList {
  return typeof value === 'object' && value !== null && 'element' in value && 'items' in value;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** AWS JSON has instants as seconds. */
export function jsonAnswer(output: unknown): string {
  return JSON.stringify(output, function (key, value) {
    const original: unknown = (this as Record<string, unknown>)[key];
    return original instanceof Date ? original.getTime() / 1000 : value;
  });
}

/**
 * A form body as a value: `A.member.1.B=x` is `{A: [{B: 'x'}]}`, `Filter.1.Value.1=x` is `{Filter: [{Value: ['x']}]}`,
 * `Filters.Filter.1.Name=x` is `{Filters: {Filter: [{Name: 'x'}]}}`. All texts.
 */
export function readForm(body: string): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(body)) {
    const path = key.split('.');
    const last = path.pop() ?? key;
    let at = root;
    for (const part of path) {
      const next = (at[part] ?? {}) as Record<string, unknown>;
      at[part] = next;
      at = next;
    }
    at[last] = value;
  }
  return tidy(root) as Record<string, unknown>;
}

function tidy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]): [string, unknown] => [name, tidy(each)]);
  if (entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name)))
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, each]) => each);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === 'member') return only[1];
  return Object.fromEntries(entries);
}

// The body of a small webhook as an object of fields: JSON whatever its content type says, or a form.
import { isObject } from './formats/clean.ts';
import { findJsonError } from './json-error.ts';
import { HttpProblem } from './problem.ts';

/** Taken from the address where the body lacks them. Never a secret: addresses end up in logs. */
const QUERY_FIELDS = [
  'title',
  'summary',
  'description',
  'details',
  'status',
  'action',
  'severity',
  'service',
  'dedup_key',
  'dedup',
  'starts_at',
  'value',
  'threshold',
  'unit',
];
/** Sent as `meta=name=value`, once for each. */
const PAIRS = ['meta', 'labels'];

/** @throws HttpProblem 400 that names line and column */
export function readFields(raw: Buffer, contentType: string | undefined, query: URLSearchParams): unknown {
  const text = raw.toString().replace(/^\ufeff/, '');
  const defaults = formFields(query, QUERY_FIELDS);
  // curl's -d calls everything a form, JSON too.
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType ?? '') && !/^\s*[[{]/.test(text);
  const body: unknown = isForm ? formFields(new URLSearchParams(text)) : parseJson(text, defaults);
  return isObject(body) ? { ...defaults, ...body } : body;
}

function parseJson(text: string, defaults: Record<string, unknown>): unknown {
  if (text.trim() === '') {
    if (Object.keys(defaults).length > 0) return {};
    throw new HttpProblem(400, 'bad-body', 'the body is empty', { hint: 'send JSON such as {"title": "…"}' });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const error = findJsonError(text);
    const where = error === null ? 'body' : `line ${error.line}, column ${error.column}`;
    throw new HttpProblem(
      400,
      'bad-body',
      `the body is not valid JSON: ${where}${error === null ? '' : `: ${error.what}`}`,
      { more: { where } },
    );
  }
}

function formFields(form: URLSearchParams, only?: readonly string[]): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of form) {
    if (only && !only.includes(name)) continue;
    const equals = value.indexOf('=');
    if (!PAIRS.includes(name)) fields.set(name, value);
    else if (equals > 0)
      fields.set(name, {
        ...(fields.get(name) as Record<string, string> | undefined),
        [value.slice(0, equals)]: value.slice(equals + 1),
      });
  }
  return Object.fromEntries(fields);
}

// A dead letter, read by the format its source has today.
import type { DeadLetter } from '../domain/dead-letter.ts';
import { readFields } from './fields.ts';
import { type FormatContext, isProblem, type ReadAlerts } from './formats/format.ts';
import { formatOf, PUSH_PATH, webhookTypes } from './formats/table.ts';
import { HttpProblem } from './problem.ts';

/** Without those alerts of it that were taken in when it came. `problems` says why the rest still cannot be read. */
export function readAgain(type: string, letter: DeadLetter, context: FormatContext): ReadAlerts {
  const nothing: ReadAlerts = { alerts: [], problems: [], derivedKeys: [] };
  const format = formatOf(type) ?? formatOf(type, PUSH_PATH);
  if (!format) {
    const what = `is from a source of type ${type}, which takes no webhooks (${webhookTypes().join(', ')} do)`;
    return { ...nothing, problems: [{ where: 'body', what }] };
  }
  try {
    const query = new URLSearchParams(letter.query ?? '');
    const fields = readFields(Buffer.from(letter.raw), letter.contentType, query);
    if (format.kind === 'stream' && letter.where.startsWith(`${format.array}[`)) {
      const where = /^[^\]]*\]/.exec(letter.where)?.[0] ?? letter.where;
      const alert = format.toAlert(fields, where, new Map(), context);
      return isProblem(alert) ? { ...nothing, problems: [alert] } : { ...nothing, alerts: [alert] };
    }
    // A list is what the push API takes; it came to a path that is not kept.
    const pushed = Array.isArray(fields) ? formatOf(type, PUSH_PATH) : null;
    const read = (pushed ?? format).toAlerts(fields, context);
    const kept = new Set(letter.kept ?? []);
    return { ...read, alerts: read.alerts.filter(({ fingerprint }) => !kept.has(fingerprint)) };
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return { ...nothing, problems: [{ where: 'body', what: error.message }] };
  }
}

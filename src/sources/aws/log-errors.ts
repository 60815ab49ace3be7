// Errors in the two pattern languages of CloudWatch Logs: every event that is one fits, and others may.
import { ERROR_TEXTS } from '../../diagnosis/error-lines.ts';
import { filterPattern, insightsPattern } from './log-pattern.ts';

/** `"level":50` of Pino and bunyan; `"severity"`, `"lvl"`, `"levelname"` end in these letters as well. */
const NUMBERED = String.raw`[lye]\x22\s*:\s*[5-9]\d`;
/** `" 503 `, the state of a request in the log of a web server. */
const STATUS = String.raw`\x22\s5\d\d`;

/** Of FilterLogEvents. */
export const ERROR_FILTER = `${filterPattern(ERROR_TEXTS)?.slice(0, -1)}|${NUMBERED}|${STATUS}%`;

/** Of Logs Insights, behind `like`. */
export const ERROR_INSIGHTS = `${insightsPattern(ERROR_TEXTS).slice(0, -1)}|${NUMBERED}|${STATUS}/`;

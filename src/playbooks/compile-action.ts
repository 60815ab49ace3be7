// An auto-fix's prose as typed steps. Each line either is one of the few things below or is a problem with its reason;
// no text is ever executed or kept for execution. Deterministic: the same words give the same steps.
import { AFFECTED_SERVICE } from '../domain/affected-service.ts';
import { CHANGE_ARGS, type ChangeCapability } from '../domain/capability.ts';
import { type Condition, metricsOf } from '../domain/condition.ts';
import { parseDuration } from '../domain/duration.ts';
import { quoted } from '../domain/excerpt.ts';
import type { CompiledStep } from '../domain/resource.ts';
import { toBase, unitNamed } from '../domain/unit.ts';

export interface Compiled {
  steps: CompiledStep[];
  /** `refused`: for what it is, not because nobody understands it. */
  problems: { line: string; why: string; refused?: true }[];
}

type Read = { capability: ChangeCapability; args: Record<string, unknown> } | { why: string };
interface Pattern {
  says: RegExp;
  read(match: RegExpExecArray, condition: Condition | null): Read;
}

const maxLines = 50;
const maxLine = 1_000;
const possible =
  'what can be compiled: "docker system prune -f", "journalctl --vacuum-size=500M", ' +
  '"remove files in /tmp older than 7 days", "rolling restart of SERVICE"';
const NO_NAME =
  /^(?:all|any|each|every|everything|it|them|this|that|the|service|services|server|host|machine)$/i;
/** Measured of a host or a mount: it names no service that could be the affected one. */
const hostMetrics = new Set(['disk_usage', 'memory_usage', 'cpu_usage']);
const service = '(?:the )?(?:service )?"?([\\p{L}\\p{N}][\\p{L}\\p{N}_.:-]{0,199})"?(?: service)?';

/** Looked for in the line as it stands, comments and headings too: what someone wished for is never left out in silence. */
const REFUSED: readonly { says: RegExp; why: string }[] = [
  {
    says: /\brm\b|\bunlink\b|\bshred\b|\bmkfs|\bdd if=/i,
    why: 'deleting is done by bounded steps only: "remove files in /tmp older than 7 days"',
  },
  { says: /\bdrop\b|\btruncate\b|\bdelete from\b|\bsql\b/i, why: 'database operations are never automatic' },
  {
    says: /\bfail ?-?over\b|\bpromote\b/i,
    why: 'a database failover is never automatic: people type /db-failover',
  },
  {
    says: /\broll(?:ing)? ?-?back\b|\brevert\b/i,
    why: 'a rollback is never automatic: people type /rollback',
  },
  { says: /\bscal(?:e|ing)\b|\bresize\b/i, why: 'scaling is never automatic: people type /scale' },
  {
    says: /\bflush\b|\bclear (?:the )?cache\b/i,
    why: 'a cache flush is never automatic: people type /flush-cache',
  },
  {
    says: /\bfull restart\b|\breboot\b|\bshutdown\b|\bkill\b/i,
    why: 'only a rolling restart can be automatic: "rolling restart of SERVICE"',
  },
  // What a shell would read as more than one command, or as text put in from elsewhere.
  {
    says: /[;&|<>`$\\]/,
    why: 'a line is one step in words, and no shell reads it: leave out ; & | < > ` $ and \\',
  },
];

const PATTERNS: readonly Pattern[] = [
  {
    says: /^(?:run )?docker (?:system|image) prune((?: -\S+)*)$/,
    read: ([, flags = '']) => {
      const others = flags.split(' ').filter((flag) => flag !== '' && !/^(?:-f|--force)$/.test(flag));
      return others.length > 0
        ? {
            why: `${quoted(others.join(' '))} removes more than unused images: only "docker system prune -f" can be compiled`,
          }
        : { capability: 'disk.prune-docker', args: {} };
    },
  },
  {
    says: /^(?:remove|delete|clean(?: up)?|prune) (?:all )?(?:unused|dangling|old) docker images$|^(?:prune|clean(?: up)?) docker(?: images)?$/,
    read: () => ({ capability: 'disk.prune-docker', args: {} }),
  },
  {
    says: /^(?:run )?journalctl --vacuum-size[= ](\S+)$|^(?:trim|vacuum|limit) (?:the )?(?:system |systemd )?(?:journal|logs) to (\S+(?: \S+)?)$/,
    read: ([, flag, prose]) => vacuum(flag ?? prose ?? ''),
  },
  {
    says: /^(?:find and )?(?:remove|delete|clean(?: up)?) (?:all )?(?:the )?(?:old )?files (?:in|under|from) (\S+?)\/? (?:that are )?older than (\d+) ?([a-z]+)$/,
    read: ([, path = '', amount = '', unit = '']) => removeFiles(path, amount, unit),
  },
  {
    says: /^find (\/\S*?)\/? (?:-type f )?-mtime \+(\d+) (?:-type f )?-delete$/,
    read: ([, path = '', days = '']) => removeFiles(path, days, 'days'),
  },
  {
    says: /^(?:do )?(?:a )?(?:rolling )?restart (?:of )?(?:the )?(?:affected|failing|alerting|same|killed) service$/,
    read: (_, condition) => restartAffected(condition),
  },
  {
    says: new RegExp(`^(?:do )?(?:a )?(?:rolling )?restart (?:of )?${service}$`, 'u'),
    read: ([, name = '']) =>
      NO_NAME.test(name)
        ? { why: `${quoted(name)} is not one service: "rolling restart of api" names it` }
        : { capability: 'services.restart', args: { service: name, mode: 'rolling' } },
  },
];

/** Reads `action` line by line. Both lists empty: there was nothing but headings and blank lines. */
export function compileAction(action: string, condition: Condition | null): Compiled {
  const compiled: Compiled = { steps: [], problems: [] };
  const lines = action.split(/\r?\n/).map((line) => line.trim());
  let read = 0;
  for (const line of lines) {
    if (line === '') continue;
    const danger = REFUSED.find(({ says }) => says.test(line.slice(0, maxLine)));
    if (!danger && isHeading(line)) continue;
    read += 1;
    if (read > maxLines) {
      compiled.problems.push({ line: shown(line), why: `an action has at most ${maxLines} lines` });
      return compiled;
    }
    const result = danger ?? readLine(line, condition);
    if ('why' in result)
      compiled.problems.push({ line: shown(line), why: result.why, ...(danger ? { refused: true } : {}) });
    else compiled.steps.push({ ...result, from: line });
  }
  return compiled;
}

function readLine(line: string, condition: Condition | null): Read {
  if (line.length > maxLine) return { why: `a line has at most ${maxLine} characters` };
  const words = withoutDress(line);
  const lower = words.toLowerCase();
  for (const { says, read } of PATTERNS) {
    // Names keep their case; everything else of the prose is compared without it.
    const match = says.exec(lower);
    if (!match) continue;
    const result = read(inCaseOf(words, lower, match), condition);
    if ('why' in result) return result;
    const parsed = CHANGE_ARGS[result.capability].safeParse(result.args);
    return parsed.success ? result : { why: `that is outside of what ${result.capability} may do` };
  }
  return { why: `not understood; ${possible}` };
}

/** Numbering, bullets, a comment in brackets at the end, a full stop, typographic dashes. */
function withoutDress(line: string): string {
  return line
    .replace(/^(?:\d{1,3}[.)]|[-*•–])\s+/, '')
    .replace(/\s*\([^()]*\)\s*\.?$/, '')
    .replace(/\s*\.$/, '')
    .replace(/(^|\s)[—–]/g, '$1--')
    .replace(/\s+/g, ' ')
    .trim();
}

function isHeading(line: string): boolean {
  return line.endsWith(':');
}

function inCaseOf(words: string, lower: string, match: RegExpExecArray): RegExpExecArray {
  // Lower-casing may change lengths in rare scripts; then the lower-cased text is all there is.
  if (words.length !== lower.length) return match;
  const name = match[1];
  if (name === undefined) return match;
  const at = lower.lastIndexOf(name);
  const copy: RegExpExecArray = Object.assign([...match], match) as RegExpExecArray;
  copy[1] = words.slice(at, at + name.length);
  return copy;
}

function vacuum(text: string): Read {
  const size = /^(\d{1,9}(?:\.\d{1,3})?) ?([a-z]{1,3})$/i.exec(text);
  const letters = size?.[2]?.toUpperCase() ?? '';
  const unit = size && unitNamed(letters.length === 1 && letters !== 'B' ? `${letters}B` : letters);
  if (!size || !unit) return { why: `${quoted(text)} is not a size: write --vacuum-size=500M` };
  const keepBytes = Math.round(toBase(Number(size[1]), unit));
  if (!(keepBytes >= 1_000_000)) return { why: 'at least 1 MB of the journal is kept' };
  return { capability: 'disk.vacuum-journal', args: { keepBytes } };
}

function removeFiles(path: string, amount: string, unit: string): Read {
  if (path !== '/tmp' && path !== '/var/tmp') {
    return { why: `files are removed from /tmp and /var/tmp only, not from ${quoted(path)}` };
  }
  // Without a known unit the bare number is left, which is no duration.
  const short = /^(?:day|hour|week)s?$|^[hdw]$/.exec(unit)?.[0].charAt(0) ?? '';
  try {
    const olderThanMs = parseDuration(`${amount}${short}`);
    if (olderThanMs < 3_600_000) return { why: 'files of the last hour are never removed' };
    return { capability: 'disk.remove-old-files', args: { path, olderThanMs } };
  } catch {
    return { why: `${quoted(`${amount} ${unit}`)} is not an age: write "older than 7 days"` };
  }
}

function restartAffected(condition: Condition | null): Read {
  const metrics = condition ? metricsOf(condition) : [];
  if (metrics.length > 0 && metrics.every((metric) => hostMetrics.has(metric))) {
    return {
      why: `${metrics.join(' and ')} is measured of a host and affects no one service: name it, "rolling restart of api"`,
    };
  }
  return { capability: 'services.restart', args: { service: AFFECTED_SERVICE, mode: 'rolling' } };
}

function shown(line: string): string {
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

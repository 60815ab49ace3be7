// Which services, instances and metrics a text names.
import type { Service } from '../../../domain/resource.ts';

/** What a line of the evidence tells of. Empty: nobody knows, and so it fits everything. */
export interface Subject {
  services: ReadonlySet<string>;
  hosts: ReadonlySet<string>;
  metrics: ReadonlySet<string>;
  /** The text of an answer that is read as data too: what belongs together is lost in it. */
  isRaw: boolean;
}

type Named = Pick<Service, 'name' | 'instances'>;

/** Which of `services` a text names, itself or by an instance; each with its places. */
export function servicesIn(
  text: string,
  services: readonly Named[],
): { name: string; at: number; end: number }[] {
  return [...text.toLowerCase().matchAll(WORD)].flatMap((match) => {
    const [word] = match;
    const named = services.find(
      ({ name, instances }) =>
        name.toLowerCase() === word || instances.some((each) => isInstance(word, each)),
    );
    return named ? [{ name: named.name, at: match.index, end: match.index + word.length }] : [];
  });
}

const WORD = /[a-z\d](?:[a-z\d_-]{0,80}[a-z\d])?/g;

function isInstance(word: string, pattern: string): boolean {
  const [start = '', ...rest] = pattern.toLowerCase().split('*');
  if (rest.length === 0) return word === start;
  return start.length > 1 && word.length > start.length && word.startsWith(start);
}

/** Instances by their names: a service's own name is none. */
export function hostsIn(text: string, services: readonly Named[]): Set<string> {
  const words = [...text.toLowerCase().matchAll(WORD)].map(([word]) => word);
  return new Set(
    words.filter((word) =>
      services.some(({ instances }) => instances.some((each) => isInstance(word, each))),
    ),
  );
}

/** `cpu` of `cpu: 41% now`: how a reading begins a metric's line. */
export function metricOfLine(line: string): string | null {
  return /^\s*([a-z][a-z\d_.]{1,60}):\s*\d/.exec(line)?.[1] ?? null;
}

export function metricsIn(
  text: string,
  metrics: ReadonlySet<string>,
): { name: string; at: number; end: number }[] {
  const lower = text.toLowerCase();
  return [...metrics].flatMap((name) => {
    const at = [...lower.matchAll(spoken(name))];
    return at.map((match) => ({ name, at: match.index, end: match.index + match[0].length }));
  });
}

const PATTERNS = new Map<string, RegExp>();
const MOST_PATTERNS = 500;

/** `latency_p99` is spoken of as latency and as p99, `error_rate` as "error rate". */
function spoken(name: string): RegExp {
  const known = PATTERNS.get(name);
  if (known) return known;
  const words = name
    .toLowerCase()
    .split(/[_.]/)
    .filter((word) => word !== '');
  const plain = words.filter((word) => !/^p\d+$/.test(word)).map((word) => word.replace(/\W/g, '\\$&'));
  const forms = [plain.join('[ _.-]'), ...words.filter((word) => /^p\d+$/.test(word))].filter(
    (form) => form !== '',
  );
  const pattern = new RegExp(`(?<![a-z\\d])(?:${forms.join('|')})(?![a-z\\d])`, 'g');
  if (PATTERNS.size >= MOST_PATTERNS) PATTERNS.clear();
  PATTERNS.set(name, pattern);
  return pattern;
}

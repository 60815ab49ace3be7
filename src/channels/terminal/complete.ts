// What Tab offers.
import { SEVERITIES } from '../../domain/severity.ts';
import { INCIDENT_VERBS } from '../../domain/verbs.ts';

export interface Known {
  /** With their slash: everything the daemon answers to. */
  triggers: readonly string[];
  services: readonly string[];
  /** Open ones. */
  incidents: readonly number[];
  /** Waiting ones. */
  approvals: readonly number[];
  /** With their `#`. */
  rooms: readonly string[];
}

/** Handled by the terminal itself. */
const LOCAL_TRIGGERS = ['/join', '/rooms', '/focus', '/clear', '/quit'] as const;

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  '/scale': ['--reason'],
  '/restart': ['--full'],
  '/logs': ['--since', '--grep'],
};

/** Entire lines that could be meant, the last word completed; a space follows where more can. In order, no doubles. */
export function completeLine(line: string, known: Known): string[] {
  if (!line.startsWith('/')) return [];
  const [trigger = '', ...rest] = line.split(/ +/u);
  if (rest.length === 0) {
    return matching(line, [...known.triggers, ...LOCAL_TRIGGERS]).map((found) => `${found} `);
  }
  const word = rest.at(-1) ?? '';
  const head = line.slice(0, line.length - word.length);
  const earlier = rest.slice(0, -1);
  return matching(word, candidates(trigger.toLowerCase(), earlier, word, known)).map(
    (found) => `${head}${found} `,
  );
}

function candidates(
  trigger: string,
  earlier: readonly string[],
  word: string,
  known: Known,
): readonly string[] {
  if (word.startsWith('-')) return FLAGS[trigger] ?? [];
  const incidents = known.incidents.map(String);
  const first = earlier.length === 0;
  switch (trigger) {
    case '/approve':
    case '/deny':
      return first ? known.approvals.map(String) : [];
    case '/join':
      return first ? known.rooms : [];
    case '/focus':
      return first ? [...incidents, 'none'] : [];
    case '/ack':
      return first ? incidents : [];
    case '/incident':
      return incidentCandidates(earlier, incidents);
    default:
      return known.services.filter((service) => !earlier.includes(service));
  }
}

function incidentCandidates(earlier: readonly string[], incidents: readonly string[]): readonly string[] {
  const [verb] = earlier;
  if (verb === undefined) return [...INCIDENT_VERBS, ...incidents];
  if (verb === 'severity' && earlier.length === 1) return SEVERITIES;
  return (verb === 'merge' || verb === 'close') && earlier.length === 1 ? incidents : [];
}

/** `#43` and `43` are the same number; letters match in either case. */
function matching(word: string, options: readonly string[]): string[] {
  const wanted = word.toLowerCase();
  const bare = wanted.replace(/^#/u, '');
  const found = options.filter((option) => {
    const name = option.toLowerCase();
    return (
      name.startsWith(wanted) || (wanted.startsWith('#') && /^\d+$/u.test(name) && name.startsWith(bare))
    );
  });
  return [...new Set(found)].sort();
}

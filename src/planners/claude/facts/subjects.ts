// Whose a number is: a reading tells its numbers of a service, an instance or a metric, and a sentence has to tell them of the
// same. Only where both say whose they are, and nothing in the sentence fits, is a number taken for somebody else's.
import type { Known } from './evidence.ts';
import type { Found, Name, Quantity } from './found.ts';
import { hostsIn, metricsIn, servicesIn } from './named.ts';
import { countsTheSame, saysValue } from './occurs.ts';

const CLAUSE_ENDS =
  /[,;:()—–]\s|\b(?:because|so|while|but|since|when|which|and|where|after|before|than|against)\b/gi;

function clauseOf(sentence: string, at: number): { start: number; end: number } {
  let [start, end] = [0, sentence.length];
  // A quotation is one thing, whatever words are in it.
  const plain = sentence.replace(/"[^"]*"|`[^`]*`|“[^”]*”/g, (quote) => '_'.repeat(quote.length));
  for (const match of plain.matchAll(CLAUSE_ENDS)) {
    if (match.index >= at) {
      end = match.index;
      break;
    }
    start = match.index + match[0].length;
  }
  return { start, end };
}

const LEADS =
  /^[\s*_`"'>-]*(?:(?:the|service|only|both|now|meanwhile|also|instance|host|on|for|at|in|today) ){0,3}[`*_]*$/i;
const OF = /\b(?:of|on|for|in|at|within) (?:the |service )?[`*_]*$/i;

/** The services and instances that a clause tells its numbers of: not those it calls, waits for or overloads. */
function ownersIn(sentence: string, at: number, known: Known): { name: string; at: number; end: number }[] {
  const { start, end } = clauseOf(sentence, at);
  return servicesIn(sentence.slice(start, end), known.services)
    .map((each) => ({ ...each, at: each.at + start, end: each.end + start }))
    .filter(({ at: from, end: to }) => {
      const before = sentence.slice(start, from);
      const after = sentence.slice(to, end);
      const isMeasured = metricsIn(after.slice(0, 40), known.metrics).some((metric) => metric.at <= 3);
      return LEADS.test(before) || OF.test(before) || /^[`*_]*['’]s?\b/.test(after) || isMeasured;
    });
}

const IS =
  /^[`*_]* ?(?:(?:usage|utili[sz]ation|load|level) )?(?:(?:of|on|for|in|at) (?:the )?[\w`-]{1,80} )?(?:is|are|was|were|stands|sits|runs|=|:|reached|hit)(?: (?:now|currently|still|only|up|down|at|to))*(?: (?:about|around|roughly|nearly|almost|over|just))? ?[`*_]*$/i;

/** The metrics that a claim may be of. Null: the sentence does not say. */
function metricsOfClaim(claim: Quantity, sentence: string, at: number, known: Known): Set<string> | null {
  const named = metricsIn(sentence, known.metrics);
  if (named.length === 0) return null;
  const direct = named.filter(
    (each) =>
      each.end <= at &&
      IS.test(sentence.slice(each.end, at)) &&
      !/\b(?:and|or)\s+(?:the\s+)?$|,\s*$/i.test(sentence.slice(0, each.at)),
  );
  if (direct.length > 0) return new Set(direct.map(({ name }) => name));
  const names = new Set(named.map(({ name }) => name));
  const measured = known.quantities.some(
    ({ measure, line }) => measure === claim.measure && meets(known.subjects[line]?.metrics, names),
  );
  return measured ? names : null;
}

function meets(some: ReadonlySet<string> | undefined, others: ReadonlySet<string>): boolean {
  return some !== undefined && [...some].some((each) => others.has(each));
}

/** Whether what is known of it fits: of nobody it fits all. */
function fits(some: ReadonlySet<string>, wanted: ReadonlySet<string> | null): boolean {
  return wanted === null || some.size === 0 || meets(some, wanted);
}

/** "api has 3 errors and db 70": the one service that the clause tells its numbers of; null: none, or several. */
function onlyOwner(sentence: string, at: number, known: Known): string | null {
  const { start, end } = clauseOf(sentence, at);
  const names = new Set(servicesIn(sentence.slice(start, end), known.services).map(({ name }) => name));
  const owners = new Set(ownersIn(sentence, at, known).map(({ name }) => name));
  const [only] = owners;
  return only !== undefined && owners.size === 1 && names.size === 1 ? only : null;
}

/**
 * The service a claim is of where the sentence tells two of them side by side, a number of the same kind for each in a clause of its
 * own. Null: it does not, and its number may be of any service that the sentence names.
 */
function ownerBeside(
  claim: Quantity,
  beside: readonly Found[],
  sentence: string,
  begins: number,
  known: Known,
): string | null {
  const own = onlyOwner(sentence, claim.start - begins, known);
  if (own === null) return null;
  const isSideBySide = beside.some((other) => {
    if (other.kind !== 'quantity' || other.measure !== claim.measure) return false;
    const owner = onlyOwner(sentence, other.start - begins, known);
    return owner !== null && owner !== own;
  });
  return isSideBySide ? own : null;
}

/** Whether every reading that has this number has it of another service, instance or metric. `beside`: the facts of the sentence. */
export function isOfAnother(
  claim: Quantity | Name,
  beside: readonly Found[],
  sentence: string,
  begins: number,
  known: Known,
): boolean {
  const at = claim.start - begins;
  if (claim.kind === 'name')
    return claim.of === 'deploy' && isDeployOfAnother(claim, sentence, begins, known);
  const owners = ownersIn(sentence, at, known);
  const own = ownerBeside(claim, beside, sentence, begins, known);
  const named = own === null ? servicesIn(sentence, known.services).map(({ name }) => name) : [own];
  const services = owners.length === 0 ? null : new Set(named);
  const clause = clauseOf(sentence, at);
  const inClause = hostsIn(sentence.slice(clause.start, clause.end), known.services);
  const hosts = owners.length > 0 && inClause.size > 0 ? hostsIn(sentence, known.services) : null;
  const metrics = metricsOfClaim(claim, sentence, at, known);
  if (services === null && hosts === null && metrics === null) return false;
  let seen = false;
  for (const each of known.quantities) {
    if (each.measure !== claim.measure && !(claim.measure === 'times' && each.measure === 'count')) continue;
    if (!saysValue(claim, each.value) || !countsTheSame(claim, each)) continue;
    const subject = known.subjects[each.line];
    if (subject === undefined) return false;
    if (subject.isRaw) continue;
    seen = true;
    // What somebody's line quotes may be of anybody.
    if (isQuoted(known.lines[each.line] ?? '', each.start)) return false;
    if (fits(subject.services, services) && fits(subject.hosts, hosts) && fits(subject.metrics, metrics))
      return false;
  }
  return seen;
}

function isDeployOfAnother(claim: Name, sentence: string, begins: number, known: Known): boolean {
  const [start, end] = [claim.start - begins, claim.end - begins];
  const beside = servicesIn(sentence, known.services).filter(
    ({ at, end: to }) =>
      (at > end && /^ (?:of|to|for|on) (?:the )?[`*_]*$/i.test(sentence.slice(end, at))) ||
      (to < start && /^(?:['’]s?)? (?:deploy|deployment|release|build) $/i.test(sentence.slice(to, start))),
  );
  if (beside.length === 0) return false;
  const wanted = new Set(beside.map(({ name }) => name));
  const lines = known.byWord.get(`#${claim.name}`) ?? [];
  const told = lines.flatMap((line) => known.subjects[line] ?? []).filter(({ isRaw }) => !isRaw);
  return told.length > 0 && told.every(({ services }) => !fits(services, wanted));
}

function isQuoted(line: string, at: number): boolean {
  return (line.slice(0, at).split('"').length - 1) % 2 === 1 && line.indexOf('"', at) !== -1;
}

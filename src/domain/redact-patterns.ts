// Secrets that are known by how they look: providers' prefixes, JWTs, crypt hashes.
// Each expression either starts at a literal and consumes what it scanned, or scans a bounded stretch.
import { type Cut, cutsOf, traceSteps } from './redact-cuts.ts';
import { marker } from './redact-names.ts';
import { PREFIXED, PREFIXES } from './redact-providers.ts';

/** The shortest of them (`xoxb-` and ten more) has no space within so many characters, and most texts have no such word. */
const LONG_WORD = /\S{15}/;

export function patternCuts(text: string): Cut[] {
  if (!LONG_WORD.test(text)) return [];
  const known = PREFIXES.test(text);
  if (!text.includes('eyJ')) return known ? traceSteps(text, providerSteps) : [];
  // JWTs first, because chance puts any short prefix into so long a token; and last, for those glued to a word.
  return traceSteps(text, [leadingJwtCuts, ...(known ? providerSteps : []), anyJwtCuts]);
}

const providerSteps = PREFIXED.map(({ kind, hint, find, from }) => {
  const hinted = new RegExp(hint);
  return (text: string) => (hinted.test(text) ? cutsOf(text, find, marker(kind), from) : []);
});

function leadingJwtCuts(text: string): Cut[] {
  return jwtCuts(text, /^(?:.{0,40}[^A-Za-z0-9])?eyJ/);
}

function anyJwtCuts(text: string): Cut[] {
  return jwtCuts(text, /eyJ/);
}

function jwtCuts(text: string, begins: RegExp): Cut[] {
  return cutsOf(text, /[\w.-]+/g, marker('jwt'), ([run]) => (begins.test(run) ? startOfJwt(run) : null));
}

// `run` is letters, digits, dots, dashes. Three or five base64url parts whose first is a JSON object.
function startOfJwt(run: string): number | null {
  for (let start = run.indexOf('eyJ'); start !== -1; ) {
    const dot = run.indexOf('.', start);
    const first = run.slice(start, dot === -1 ? undefined : dot);
    const second = dot === -1 ? '' : (/^[\w-]*/.exec(run.slice(dot + 1, dot + 20))?.[0] ?? '');
    const isToken =
      (first.length >= 12 && second.length >= 10) ||
      /^eyJ(?:hbGci|0eXAi|raWQi|lbmMi|jdHki|6aXAi|rIjoi)[\w-]{8,}/.test(first);
    if (isToken) return start;
    if (dot === -1) return null;
    start = run.indexOf('eyJ', dot);
  }
  return null;
}

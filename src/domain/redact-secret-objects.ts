// Values of Kubernetes Secrets in YAML or JSON, whatever their keys are called: a file, a certificate, `config`
// (kubernetes.io/docs/concepts/configuration/secret).
import type { Cut } from './redact-cuts.ts';
import { isExemptValue, marker } from './redact-names.ts';

/** How far from its `kind` the data of an object is looked for: most are small. */
const FARTHEST = 16_000;

const KIND = /\bkind\\{0,8}["']?[ \t]{0,4}:[ \t]{0,4}\\{0,8}["']?Secret\b(?![\w-])/g;
const DATA = /\b(?:data|stringData)(?=\\{0,8}["']?[ \t]{0,4}:)/g;
const MEMBER =
  /[\s,{]{0,64}\\{0,8}"[^"\\\n]{1,253}\\{0,8}"\s{0,8}:\s{0,8}(\\{0,8})"((?:[^"\\]|\\(?!\1"))*?)\1"/y;

export function secretObjectCuts(text: string): Cut[] {
  const cuts: Cut[] = [];
  KIND.lastIndex = 0;
  // Text that was looked at for one object is not looked at again for the next.
  let done = 0;
  for (let kind = KIND.exec(text); kind !== null; kind = KIND.exec(text)) {
    const { start, end } = objectAround(text, kind.index);
    const from = Math.max(done, start);
    const object = text.slice(from, Math.max(from, end));
    DATA.lastIndex = 0;
    for (let data = DATA.exec(object); data !== null; data = DATA.exec(object)) {
      done = valuesFrom(text, from + data.index, from + DATA.lastIndex, cuts);
      DATA.lastIndex = Math.max(done - from, DATA.lastIndex);
    }
    done = Math.max(done, end);
    KIND.lastIndex = Math.max(KIND.lastIndex, end);
  }
  return cuts;
}

/** JSON in one line ends with it, all else where the next document begins. */
function objectAround(text: string, at: number): { start: number; end: number } {
  const head = text.slice(Math.max(0, at - FARTHEST), at);
  const tail = text.slice(at, at + FARTHEST);
  const line = head.slice(head.lastIndexOf('\n') + 1);
  const [start, end] = line.includes('{')
    ? [head.length - line.length, tail.indexOf('\n')]
    : [Math.max(0, head.lastIndexOf('\n---')), tail.indexOf('\n---')];
  return { start: at - head.length + start, end: at + (end === -1 ? tail.length : end) };
}

/** Answers where the data ends. */
function valuesFrom(text: string, start: number, end: number, cuts: Cut[]): number {
  const opened = /^\\{0,8}["']?\s{0,8}:\s{0,64}\{/.exec(text.slice(end, end + 96));
  return opened === null
    ? linesFrom(text, start, end, cuts)
    : membersFrom(text, end + opened[0].length, cuts);
}

function membersFrom(text: string, from: number, cuts: Cut[]): number {
  let at = from;
  MEMBER.lastIndex = at;
  for (let member = MEMBER.exec(text); member !== null; member = MEMBER.exec(text)) {
    at = MEMBER.lastIndex;
    const [, quote = '', value = ''] = member;
    take(value, at - quote.length - 1 - value.length, cuts);
  }
  return at;
}

// Lines that begin farther to the right than `data` does; before it each may have a mark of a diff, a mail or a log.
function linesFrom(text: string, start: number, end: number, cuts: Cut[]): number {
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  let line = endOfLine(text, end);
  while (line < text.length) {
    const next = endOfLine(text, line + 1);
    const content = line + 1 + column;
    const found = /^[ \t]+(?:["']?[\w.-]{1,253}["']?:(?:[ \t]+["']?|$)(?:[|>][+-]?\d?[ \t]*$)?)?/.exec(
      text.slice(content, Math.min(next, content + 400)),
    );
    if (found === null) break;
    take(
      text.slice(content + found[0].length, next).replace(/["']?\s*$/, ''),
      content + found[0].length,
      cuts,
    );
    line = next;
  }
  return line;
}

function take(value: string, start: number, cuts: Cut[]): void {
  if (!isExemptValue(value)) cuts.push({ start, end: start + value.length, put: marker('secret') });
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

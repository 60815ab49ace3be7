// The strict redaction, for all that leaves to a model or in an export. Beyond what `redact` knows by name and look it takes
// keys that only look random, looks into base64 and hex, and reads the text a second time plainly spelled.

import { knownSecrets, redactData } from './redact.ts';
import { applyCuts, type Cut, type Step, traceSteps, uniteCuts } from './redact-cuts.ts';
import { encodedCuts } from './redact-decoded.ts';
import { marker } from './redact-names.ts';
import { plainCuts } from './redact-plain.ts';
import { punctuatedCuts } from './redact-punctuated.ts';
import { randomCuts } from './redact-random.ts';

const unreadable = marker('unreadable');

/**
 * `text` with each secret replaced by `[redacted:<kind>]`; nothing else of it changes. Linear in its length. What cannot
 * be read becomes `[redacted:unreadable]`.
 */
export function redactForModel(text: string): string {
  return redactParts([text])[0] ?? unreadable;
}

/**
 * Parts of one text as they came: deltas of a stream, chunks of a body. A secret that two or more of them share is taken
 * from each: its first part gets the mark. As many parts come back.
 */
export function redactParts(parts: readonly string[]): string[] {
  return redactJoined(parts, '');
}

/**
 * Texts that stand side by side: elements of a list, results of tools, lines. Each for itself, and a token that goes on
 * from the end of one to the beginning of the next.
 */
export function redactList(texts: readonly string[]): string[] {
  return redactJoined(texts, '\n');
}

/** As `redactJson`, strictly: every text by `redactForModel`, neighbours in a list by `redactList`. */
export function redactJsonForModel<T>(value: T): T {
  return redactData(value, { text: redactForModel, list: redactList });
}

function redactJoined(parts: readonly string[], between: string): string[] {
  try {
    if (!parts.every((part) => typeof part === 'string')) return parts.map(() => unreadable);
    const cuts = secretsOf(parts.join(between));
    if (parts.length === 1) return [applyCuts(parts[0] ?? '', cuts)];
    let offset = 0;
    // What is a secret alone is one among others too: a neighbour must not hide where it begins.
    const alone = parts.flatMap((part) => {
      const start = offset;
      offset += part.length + between.length;
      return secretsOf(part).map((cut) => ({ ...cut, start: cut.start + start, end: cut.end + start }));
    });
    return splitBack(parts, between.length, uniteCuts(cuts, alone));
  } catch {
    return parts.map(() => unreadable);
  }
}

function splitBack(parts: readonly string[], gap: number, cuts: readonly Cut[]): string[] {
  let offset = 0;
  let next = 0;
  return parts.map((part) => {
    const end = offset + part.length;
    const own: Cut[] = [];
    while (next < cuts.length && (cuts[next] as Cut).end <= offset) next += 1;
    for (let at = next; at < cuts.length && (cuts[at] as Cut).start < end; at += 1) {
      const cut = cuts[at] as Cut;
      own.push({
        start: Math.max(0, cut.start - offset),
        end: Math.min(part.length, cut.end - offset),
        put: cut.start >= offset ? cut.put : '',
      });
    }
    offset = end + gap;
    return applyCuts(part, own);
  });
}

function secretsOf(text: string): Cut[] {
  const asWritten = traceSteps(text, strictSteps);
  const plainly = windowsOf(text, plainCuts(text)).flatMap(({ start, end, spelled }) =>
    // Of the plain reading only what it took, not what it spelled otherwise.
    traceSteps(text.slice(start, end), [() => spelled, ...strictSteps])
      .filter(({ put }) => put.startsWith('[redacted:'))
      .map((cut) => ({ ...cut, start: cut.start + start, end: cut.end + start })),
  );
  return plainly.length === 0 ? asWritten : uniteCuts(asWritten, plainly);
}

interface Window {
  start: number;
  end: number;
  /** Counted from `start`. */
  spelled: Cut[];
}

/** The lines that are spelled otherwise, with one more at either side: most of a text need not be read twice. */
function windowsOf(text: string, spelled: readonly Cut[]): Window[] {
  const windows: Window[] = [];
  // Where the line of the last cut ends: within it nothing has to be looked for, however long it is.
  let line = -1;
  for (const cut of spelled) {
    let last = windows.at(-1);
    if (last === undefined || cut.start > last.end) {
      const before = text.lastIndexOf('\n', Math.max(0, cut.start - 1));
      const start = before <= 0 ? 0 : text.lastIndexOf('\n', before - 1) + 1;
      last = { start: Math.max(start, last?.end ?? 0), end: 0, spelled: [] };
      windows.push(last);
    }
    last.spelled.push({ ...cut, start: cut.start - last.start, end: cut.end - last.start });
    if (cut.end <= line) continue;
    line = endOfLine(text, cut.end);
    last.end = endOfLine(text, line + 1);
  }
  return windows;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

const strictSteps: readonly Step[] = [
  (text) => encodedCuts(text, holdsSecret),
  ...knownSecrets,
  randomCuts,
  punctuatedCuts,
];

const plainSteps: readonly Step[] = [...knownSecrets, randomCuts, punctuatedCuts];

/** In what was decoded once. A file of docker's or npm's that somebody encoded has more base64 in it, so once again. */
function holdsSecret(text: string): boolean {
  return plainSteps.some((step) => step(text).length > 0) || encodedCuts(text, holdsPlain).length > 0;
}

/** In what was decoded twice; nothing is decoded a third time. */
function holdsPlain(text: string): boolean {
  return plainSteps.some((step) => step(text).length > 0);
}

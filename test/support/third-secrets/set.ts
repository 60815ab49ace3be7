// The third set of secrets, written from the providers' public formats without a look at the rules or at the other two
// sets: what a rule was not made for shows here.

import { type Chance, chanceOf } from './chance.ts';
import { NAMED, RANDOM } from './named.ts';
import { NAMED_PLACES, PLAIN_PLACES, WHOLE_PLACES } from './places.ts';
import { type Key, type KeyKind, TOKENS } from './tokens.ts';
import { WHOLE } from './whole.ts';

export type Case = { kind: string; place: string; parts: string[]; secrets: readonly string[] };

/** 2,000 is the size the figures are given for. One seed gives one set. */
export function thirdSet(seed: number, count = 2000): Case[] {
  const chance = chanceOf(seed);
  return Array.from({ length: count }, (_, index) => {
    // Half from keys in places, a fifth random ones, the rest with a form of their own.
    const turn = index % 20;
    if (turn < 6) return keyCase(chance, chance.of(TOKENS));
    if (turn < 11) return keyCase(chance, chance.of(NAMED));
    if (turn < 14) return bareCase(chance, chance.of(RANDOM));
    return wholeCase(chance);
  });
}

function keyCase(chance: Chance, kind: KeyKind): Case {
  if (kind.plain && chance.below(2) === 0) return bareCase(chance, kind);
  const key = keyOf(chance, kind);
  const { place, write } = chance.of(NAMED_PLACES);
  return {
    kind: kind.kind,
    place,
    parts: write(key, chance.of(key.names), chance),
    secrets: [secretPartOf(key.value)],
  };
}

function bareCase(chance: Chance, kind: KeyKind): Case {
  const { value } = keyOf(chance, kind);
  const { place, write } = chance.of(PLAIN_PLACES);
  return { kind: kind.kind, place, parts: write(value, chance), secrets: [secretPartOf(value)] };
}

function wholeCase(chance: Chance): Case {
  const { kind, make } = chance.of(WHOLE);
  const { text, secrets } = make(chance);
  const { place, write } = chance.of(WHOLE_PLACES);
  return { kind, place, parts: write(text, chance), secrets };
}

/** Of an address, what makes it a secret: its public start may be read. */
function secretPartOf(value: string): string {
  const part = /^https:\/\/(?:([0-9a-f]{32})@|.*\/IncomingWebhook\/([0-9a-f]+)|.*\/([^/]+)$)/.exec(value);
  return part?.[1] ?? part?.[2] ?? part?.[3] ?? value;
}

function keyOf(chance: Chance, { kind, names, plain, make }: KeyKind): Key {
  return { kind, names, plain, value: make(chance) };
}

/**
 * Whether somebody who reads `text` gets half of a secret or more, as it stands or after undoing one layer: percent
 * signs, backslashes, line ends, base64. Long ones count as read from 24 characters on.
 */
export function isReadable(text: string, { secrets }: Pick<Case, 'secrets'>): boolean {
  const views = viewsOf(text);
  return secrets.some((secret) => {
    const run = Math.min(24, Math.max(Math.min(8, secret.length), Math.ceil(secret.length / 2)));
    return views.some((view) => {
      for (let at = 0; at + run <= secret.length; at += 1)
        if (view.includes(secret.slice(at, at + run))) return true;
      return false;
    });
  });
}

function viewsOf(text: string): string[] {
  const views = [text, percentDecoded(text), unescaped(text), unescaped(unescaped(text)), joined(text)];
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{12,}={0,2}/g))
    views.push(Buffer.from(run, 'base64').toString('latin1'));
  return views;
}

function percentDecoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, sign) => (sign === 'n' ? '\n' : sign));
}

function joined(text: string): string {
  return text.replace(/\\?\n[>+ ]*/g, '');
}

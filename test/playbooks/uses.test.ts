import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isChangeCapability, isReadCapability } from '../../src/domain/capability.ts';
import { PLAYBOOKS } from '../../src/playbooks/all.ts';
import { ALWAYS_USED, USES } from '../../src/playbooks/uses.ts';

const FOLDER = join(import.meta.dirname, '../../src/playbooks');

/** The capabilities a playbook's text names, with those of the helpers of its folder that it imports. */
function namedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const names = [...text.matchAll(/'([a-z]+\.[a-z-]+)'/g)].map(([, name = '']) => name);
  const found = new Set<string>(names.filter((name) => isReadCapability(name) || isChangeCapability(name)));
  for (const [, helper = ''] of text.matchAll(/from '\.\/([\w-]+\.ts)'/g))
    for (const name of namedBy(helper, seen)) found.add(name);
  return found;
}

test.each(PLAYBOOKS.map(({ name }) => name))('what %s uses is in the table', (name) => {
  expect([...(USES[name] ?? [])].sort()).toEqual([...namedBy(`${name}.ts`)].sort());
});

test('the table has no other', () => {
  expect(Object.keys(USES).sort()).toEqual(PLAYBOOKS.map(({ name }) => name).sort());
});

test('what incidents ask for by themselves is asked for whatever the commands are', () => {
  const engine = join(import.meta.dirname, '../../src/engine');
  const texts = readdirSync(engine, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(engine, file), 'utf8'));
  const read = texts.flatMap((text) => [...text.matchAll(/\.read\('([a-z]+\.[a-z-]+)'/g)]);
  expect([...new Set(read.map(([, name]) => name))].sort()).toEqual([...ALWAYS_USED].sort());
});

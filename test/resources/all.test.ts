import { describe, expect, test } from 'vitest';
import { KINDS } from '../../src/domain/resource.ts';
import { PLAYBOOKS } from '../../src/playbooks/all.ts';
import { DEFINITIONS, definitionOf, KINDS_IN_ORDER } from '../../src/resources/all.ts';
import { PLAYBOOK_NAMES } from '../../src/resources/command.ts';
import { documentKey, fieldsOf } from '../../src/resources/definition.ts';
import { flagsOf } from '../../src/resources/from-flags.ts';

test('every kind has a definition of its own kind', async () => {
  expect([...KINDS_IN_ORDER].sort()).toEqual([...KINDS].sort());
  for (const kind of KINDS) expect((await DEFINITIONS[kind]()).kind).toBe(kind);
});

test('the playbooks a command may name are those there are', () => {
  expect([...PLAYBOOK_NAMES].sort()).toEqual(PLAYBOOKS.map(({ name }) => name).sort());
});

describe.each(KINDS)('%s', (kind) => {
  test('has each flag and each YAML key once, and none is a common one', async () => {
    const definition = await definitionOf(kind);
    for (const verb of ['add', 'edit'] as const) {
      const flags = flagsOf(definition, verb).map(({ flag }) => flag);
      expect(new Set(flags).size).toBe(flags.length);
      for (const common of ['name', 'json', 'help', 'color', 'no-color', 'version'])
        expect(flags).not.toContain(common);
    }
    const keys = fieldsOf(definition).map(([key, field]) => documentKey(key, field));
    expect(new Set([...keys, 'kind', 'name', 'enabled']).size).toBe(keys.length + 3);
  });

  test('says what every flag is for, and shows how it is used', async () => {
    const definition = await definitionOf(kind);
    for (const verb of ['add', 'edit'] as const) {
      for (const { help } of flagsOf(definition, verb)) expect(help).not.toBe('');
    }
    expect(definition.examples.length).toBeGreaterThanOrEqual(2);
  });
});

import { expect, test } from 'vitest';
import { definitionOf, KINDS_IN_ORDER } from '../../../src/resources/all.ts';
import { freshCli } from './fresh-cli.ts';

const { run } = freshCli();

test.each(KINDS_IN_ORDER)('every example that %s shows in its help runs as it stands', async (kind) => {
  const { examples } = await definitionOf(kind);
  for (const example of examples) {
    const words = Array.from(
      example.matchAll(/"([^"]*)"|(\S+)/g),
      ([, quoted, bare]) => quoted ?? bare ?? '',
    );
    const { stderr, code } = await run(words.slice(1));
    expect(stderr).not.toContain('error:');
    expect(code).toBe(0);
  }
});

test.each(KINDS_IN_ORDER)('%s add --help and edit --help say what each flag is for', async (kind) => {
  for (const verb of ['add', 'edit']) {
    const { stdout, code } = await run([kind, verb, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--name <name>');
    expect(stdout).toContain('Examples:');
  }
});

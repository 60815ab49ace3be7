import { describe, expect, test } from 'vitest';
import { readGlobalFlags } from '../../src/cli/global-flags.ts';
import { freshCli } from './resource/fresh-cli.ts';

describe('flags of every command', () => {
  const cases: [string[], { args: string[]; json: boolean; noColor: boolean }][] = [
    [['status', '--json'], { args: ['status'], json: true, noColor: false }],
    [['--no-color', 'status'], { args: ['status'], json: false, noColor: true }],
    [['chat', '--', '--json'], { args: ['chat', '--', '--json'], json: false, noColor: false }],
    [['help', 'status', '--json'], { args: ['status', '--help'], json: true, noColor: false }],
  ];
  test.each(cases)('%j', (argv, expected) => {
    expect(readGlobalFlags(argv)).toEqual(expected);
  });
});

describe('a value that looks like one of them', () => {
  const { ok, run } = freshCli();
  const add = ['agent', 'add', '--name', 'a'];

  test('is stored when it is written behind an equals sign, as every value with a dash is', async () => {
    await ok([...add, '--message=--json']);
    expect((await ok(['agent', 'show', 'a', '--json'])).json()).toMatchObject({
      spec: { message: '--json' },
    });
  });

  test('is never taken for it in silence: the flag before it has no value, and the hint says how', async () => {
    const { code, json } = await run([...add, '--message', '--json', '--name', 'b']);
    expect(code).toBe(2);
    expect(json()).toMatchObject({
      ok: false,
      error: {
        message: expect.stringContaining('--message'),
        hint: expect.stringContaining('--flag=-value'),
      },
    });
  });
});

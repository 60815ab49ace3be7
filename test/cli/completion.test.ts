// The scripts in the shells they are for; those that are not installed are skipped.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { freshCli } from './resource/fresh-cli.ts';

const { ok, run } = freshCli();
const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

async function script(shell: string): Promise<string> {
  return (await ok(['completion', shell])).stdout;
}

describe.skipIf(!has('bash'))('in bash', () => {
  const lines: [string[], string[]][] = [
    [['openclaw', 'inc'], ['incident']],
    [
      ['openclaw', 'incident', ''],
      ['list', 'show', 'ack', 'close', 'followup', 'verify', 'export', '--help'],
    ],
    [['openclaw', 'command', 'add', '--tri'], ['--trigger']],
    [['openclaw', 'escalation', 'add', '--level-1', 'sarah', '--ti'], ['--timeout']],
    [['openclaw', '--json', 'rotat'], ['rotation']],
    [['openclaw', 'nonsense', 'sho'], []],
  ];
  test.each(lines)('%j offers %j', async (words, offered) => {
    const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _openclaw; printf "%s\\n" "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync(
      'bash',
      ['--norc', '-c', `${await script('bash')}\n${ask}`, 'x', ...words],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual(offered.length === 0 ? [''] : offered);
  });
});

test.skipIf(!has('zsh'))('zsh reads its script', async () => {
  const { status, stderr } = spawnSync('zsh', ['-n'], { input: await script('zsh'), encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.skipIf(!has('fish'))('fish reads its script', async () => {
  const { status, stderr } = spawnSync('fish', ['-n'], { input: await script('fish'), encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('with --json it is refused as one document: a script is none', async () => {
  const refused = await run(['completion', 'bash', '--json']);
  expect(refused.code).toBe(2);
  expect(refused.json()).toMatchObject({ ok: false, error: { hint: 'openclaw completion bash' } });
});

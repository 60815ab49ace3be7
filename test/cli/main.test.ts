import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { reportError } from '../../src/cli/errors.ts';
import { type CliRun, runCli, temporaryStateDir } from './run-cli.ts';

let folder: ReturnType<typeof temporaryStateDir>;
beforeEach(() => {
  folder = temporaryStateDir();
});
afterEach(() => folder.remove());

const run = (...args: string[]): Promise<CliRun> => runCli(args, { stateDir: folder.stateDir });

describe('help and version', () => {
  test('help names every command in its group, and touches no state', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const { name, group } of COMMANDS) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
      expect(stdout).toContain(`${group}:`);
    }
    expect(stdout).toContain('Examples:');
    expect(readdirSync(folder.stateDir)).toEqual([]);
  });

  const same: [string, string[], string[]][] = [
    ['no words at all are the help', [], ['--help']],
    ['help of a command by the word', ['help', 'incident'], ['incident', '--help']],
    ['help of a verb by the word', ['help', 'incident', 'show'], ['incident', 'show', '--help']],
  ];
  test.each(same)('%s', async (_name, one, other) => {
    const [first, second] = [await run(...one), await run(...other)];
    expect(first).toMatchObject({ code: 0, stdout: second.stdout });
    expect(first.stdout).not.toBe('');
  });

  test('the version is one line', async () => {
    expect(await run('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('a mistyped command line', () => {
  const mistakes: [string, string[], string, string][] = [
    ['unknown command', ['incidnt', 'list'], 'unknown command "incidnt"', 'did you mean openclaw incident?'],
    ['unknown verb', ['incident', 'lsit'], 'unknown command "lsit"', 'did you mean list?'],
    ['unknown flag', ['run', '--listn', 'x'], 'unknown option "--listn"', 'did you mean --listen?'],
    ['unknown flag, nothing near', ['status', '--zzzzzz'], 'unknown option "--zzzzzz"', 'add --help'],
    ['a noun alone', ['command'], 'openclaw command needs one more word', 'add|list|show|edit|remove|enable'],
    [
      'a command of verbs alone',
      ['incident'],
      'needs one more word',
      'openclaw incident list|show|ack|close',
    ],
    ['missing argument', ['approve'], 'missing required argument "number"', '--help'],
    ['too many arguments', ['status', 'now'], 'too many arguments', 'quotes'],
    ['no number', ['approve', 'seven'], '"seven" is not the number of an approval', 'such as 7'],
    ['a number with more behind it', ['deny', '7; rm'], '"7; rm" is not the number', 'such as 7'],
    ['a flag without its value', ['run', '--listen'], 'argument missing', '--flag=-value'],
    ['a bad address', ['run', '--listen', 'nowhere'], '--listen takes host:port', '127.0.0.1:7353'],
    ['a port that is none', ['run', '--listen', 'localhost:70000'], '--listen takes host:port', '127.0.0.1'],
    [
      'open to the network',
      ['run', '--listen', '0.0.0.0:80'],
      'can be reached from other machines',
      '--behind-proxy',
    ],
    ['half a certificate', ['run', '--tls-cert', 'c.pem'], 'go together', '--tls-key'],
    ['a duration without unit', ['chat', 'hi', '--wait', '5'], '"5" is not a duration', '5m'],
    ['nothing to say', ['chat', '  '], 'the message is empty', '/status'],
    ['no terminal to chat on', ['chat'], 'there is no terminal', '/status'],
    ['a log as a message', ['chat', 'x'.repeat(20_000)], 'has 20000 characters', 'less'],
    ['an unknown shell', ['completion', 'tcsh'], 'no completion for the shell "tcsh"', 'bash, zsh, fish'],
  ];
  test.each(mistakes)('%s: says what, and what to type, and exits 2', async (_name, args, message, hint) => {
    const { code, stdout, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: .*\nhint: .*\n$/s);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });

  test.each(mistakes)('%s: with --json one document says the same', async (_name, args, message, hint) => {
    for (const place of [
      ['--json', ...args],
      [...args, '--json'],
    ]) {
      // A flag that waits for its value would take the next one; --json is never a value.
      const { code, stdout, stderr, json } = await run(...place);
      expect(code).toBe(2);
      expect(stderr).toBe('');
      expect(stdout.endsWith('}\n')).toBe(true);
      expect(json()).toEqual({
        ok: false,
        error: {
          type: 'usage',
          message: expect.stringContaining(message),
          hint: expect.stringContaining(hint),
        },
      });
    }
  });

  test('nothing of it is written', async () => {
    await run('approve', 'seven');
    await run('nonsense');
    expect(readdirSync(folder.stateDir)).toEqual([]);
  });

  test('control characters of a mistyped word do not reach the terminal', async () => {
    const { stderr } = await run('\u001b[2Jx');
    expect(stderr).not.toContain('\u001b');
  });
});

describe('errors that are not the typist’s', () => {
  const report = async (thrown: unknown, json: boolean) => {
    let stdout = '';
    let stderr = '';
    const { processIo } = await import('../../src/cli/io.ts');
    const code = reportError(
      {
        ...processIo(),
        colour: false,
        json,
        stdout: (text) => {
          stdout += text;
        },
        stderr: (text) => {
          stderr += text;
        },
      },
      thrown,
    );
    return { code, stdout, stderr };
  };

  test('a bug prints its stack and says that it is one', async () => {
    const { code, stdout, stderr } = await report(new TypeError('x is not a function'), false);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('TypeError: x is not a function\n    at ');
    expect(stderr).toContain('this is a bug in openclaw');
  });

  test('a bug with --json is a document of type bug, its stack is talk', async () => {
    const { stdout, stderr } = await report('thrown text', true);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { type: 'bug', message: 'thrown text' } });
    expect(stderr).toContain('    at ');
  });

  test('an error for people is one whichever copy of the class it was made from', async () => {
    const thrown = Object.assign(new Error('in use'), {
      name: 'UserError',
      type: 'locked',
      hint: 'stop that one',
    });
    expect(await report(thrown, false)).toEqual({
      code: 78,
      stdout: '',
      stderr: 'error: in use\nhint: stop that one\n',
    });
  });

  const bindings: [string, Error][] = [
    ['not compiled', new Error('Could not locate the bindings file. Tried:\n → build/better_sqlite3.node')],
    [
      'another Node',
      new Error('was compiled against a different Node.js version using\nNODE_MODULE_VERSION 115.'),
    ],
    ['not loadable', Object.assign(new Error('wrong ELF class'), { code: 'ERR_DLOPEN_FAILED' })],
  ];
  test.each(bindings)('a SQLite binary that is %s gets the way out', async (_name, error) => {
    const { code, stderr } = await report(error, false);
    expect(code).toBe(1);
    expect(stderr).toContain('npm rebuild better-sqlite3');
    expect(stderr).toContain('install script');
    expect(stderr).not.toContain('bug');
  });
});

describe('a state folder', () => {
  test('is made private, with its file', async () => {
    const stateDir = join(folder.stateDir, 'new', 'ops');
    expect(await runCli(['status'], { stateDir })).toMatchObject({ code: 0 });
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(stateDir)) expect(statSync(join(stateDir, name)).mode & 0o077).toBe(0);
  });

  test('by default is a folder of our own below the home, and nothing else there is touched', async () => {
    const home = folder.stateDir;
    mkdirSync(join(home, '.openclaw'));
    writeFileSync(join(home, '.openclaw', 'openclaw.json'), '{}');
    await runCli(['status'], { stateDir: home, env: { OPENCLAW_STATE_DIR: '', HOME: home } });
    expect(readdirSync(join(home, '.openclaw')).sort()).toEqual(['openclaw.json', 'ops']);
  });

  test('with a file that is no database is refused with a way out, and left as it is', async () => {
    const file = join(folder.stateDir, 'openclaw.db');
    writeFileSync(file, 'this is not a database, and it is long enough to be read as one'.repeat(100));
    const { code, stderr } = await run('status');
    expect(code).toBe(1);
    expect(stderr).toContain('damaged');
    expect(statSync(file).size).toBe(6300);
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('of %s knows commands, verbs and flags', async (shell) => {
    const { code, stdout } = await run('completion', shell);
    expect(code).toBe(0);
    for (const word of ['incident', 'approve', 'listen', 'markdown']) expect(stdout).toContain(word);
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshCli } from './fresh-cli.ts';

const { ok, run, stateDir, stored } = freshCli();

const OPS = `# What we run
resources:
  - kind: source
    name: This host
    type: host
  - kind: service
    name: shop
    bindings:
      This host:
        dir: ./shop
        probe: { url: "http://127.0.0.1:8080/health", every: 2s }
        health: [./shopctl, health]
        scale: [./shopctl, scale, "{count}"]
  - kind: command
    name: rollback
    trigger: /rollback
    sources: [This host]
    watch: 10m
    message: |
      Roll back.
      Show a diff.
  - kind: escalation
    name: Default
    levels:
      - { target: on-call, timeout: 5m }
      - { target: team-lead, timeout: 1h30m }
`;

const write = (text: string, name = 'ops.yaml') => {
  writeFileSync(join(stateDir(), name), text);
  return name;
};
const command = (name: string, rest = '') =>
  `  - kind: command\n    name: ${name}\n    trigger: /${name}\n    message: x\n${rest}`;

describe('apply', () => {
  test('adds, then changes nothing, then changes what is different', async () => {
    const first = await ok(['apply', '-f', write(OPS)]);
    expect(first.stdout).toContain('+ service "shop"');
    expect(first.stdout).toContain('4 added, 0 changed, 0 unchanged');
    expect((await ok(['apply', '-f', 'ops.yaml'])).stdout).toBe('= 4 unchanged\n✓ no change\n');

    write(OPS.replace('watch: 10m', 'watch: 20m').replace('Show a diff.', 'Show the diff.'));
    const { stdout } = await ok(['apply', '-f', 'ops.yaml']);
    expect(stdout).toBe(
      [
        '~ command "rollback"',
        '    watch: 10m → 20m',
        '    message:',
        '      - Show a diff.',
        '      + Show the diff.',
        '= 3 unchanged',
        '✓ 0 added, 1 changed, 3 unchanged',
        '',
      ].join('\n'),
    );
    expect((await stored('command', 'rollback')).spec).toMatchObject({ watchMs: 1_200_000 });
    expect((await stored('escalation', 'Default')).spec).toMatchObject({
      levels: [{ timeoutMs: 300_000 }, { timeoutMs: 5_400_000 }],
    });
  });

  test('with --dry-run shows the same and writes nothing', async () => {
    const { stdout, json } = await ok(['apply', '-f', write(OPS), '--dry-run', '--json']);
    expect(json()).toMatchObject({
      ok: true,
      dryRun: true,
      added: [{ kind: 'source', name: 'This host' }, {}, {}, {}],
      unchanged: 0,
    });
    expect(stdout).toContain('rollback');
    expect((await ok(['command', 'list', '--json'])).json()).toEqual([]);
  });

  test('reads standard input, and several files as one', async () => {
    await ok(['apply', '-f', '-'], { stdin: OPS });
    const one = write(`resources:\n${command('a')}`, 'a.yaml');
    const two = write(`resources:\n${command('b')}`, 'b.yaml');
    expect((await ok(['apply', '-f', one, two])).stdout).toContain('2 added');
  });

  test('resolves a relative folder where the file stands, not where the command was typed', async () => {
    mkdirSync(join(stateDir(), 'conf'));
    await ok(['apply', '-f', write(OPS, 'conf/ops.yaml')]);
    expect((await stored('service', 'shop')).spec).toMatchObject({
      bindings: {
        'This host': { dir: join(stateDir(), 'conf', 'shop'), probe: { every: '2s', window: '30s' } },
      },
    });
  });

  test('compiles an action, and takes typed steps as they are', async () => {
    const text = `resources:
  - { kind: auto-fix, name: a, condition: disk_usage > 90%, action: docker system prune -f, approval: auto, notify: "#ops", maxRuns: 3/day }
  - { kind: auto-fix, name: b, condition: up = false, action: in words, steps: [services.restart service=api mode=rolling] }
`;
    await ok(['apply', '-f', write(text)]);
    expect((await stored('auto-fix', 'a')).spec).toMatchObject({
      steps: [{ capability: 'disk.prune-docker' }],
      maxRuns: '3 per day',
    });
    expect((await stored('auto-fix', 'b')).spec).toMatchObject({
      steps: [{ capability: 'services.restart', args: { service: 'api', mode: 'rolling' } }],
    });
    const exported = (await ok(['export', 'auto-fix'])).stdout;
    expect(exported.match(/steps:/g)).toHaveLength(1);
    expect((await ok(['apply', '-f', '-'], { stdin: exported })).stdout).toContain('no change');
  });

  test('does not wake what an operator disabled, unless the file says so', async () => {
    await ok(['apply', '-f', write(OPS)]);
    await ok(['command', 'disable', 'rollback']);
    expect((await ok(['apply', '-f', 'ops.yaml'])).stdout).toContain('no change');
    expect(await stored('command', 'rollback')).toMatchObject({ enabled: false });
    write(OPS.replace('watch: 10m', 'enabled: true'));
    await ok(['apply', '-f', 'ops.yaml']);
    expect(await stored('command', 'rollback')).toMatchObject({ enabled: true });
  });

  test('lets two commands swap their triggers', async () => {
    await ok(['apply', '-f', write(`resources:\n${command('a')}${command('b')}`)]);
    const swapped = `resources:\n${command('a').replace('/a', '/b')}${command('b').replace('/b', '/a')}`;
    expect((await ok(['apply', '-f', write(swapped)])).stdout).toContain('2 changed');
  });

  test('warns where a text ends before what YAML takes for a comment', async () => {
    const file = write(
      [
        'resources:',
        '  - kind: escalation',
        '    name: Default',
        '    levels:',
        '      - { target: on-call, timeout: 5m }',
        '    message: Nobody took #{id}, telling {next_level}',
        '  - kind: command',
        '    name: runbook # for people',
        '    trigger: /runbook',
        '    message: "Look at #{id}" #quoted',
        '',
      ].join('\n'),
    );
    const { stderr } = await ok(['apply', '-f', file, '--dry-run']);
    expect(stderr).toContain(
      'escalation "Default": ops.yaml:6 ends before "#{id}, telling {next_level}", which is a comment in YAML: put the text in quotes',
    );
    expect(stderr.match(/comment in YAML/g)).toHaveLength(1);
  });

  test('warns of what is missing, and not of what the same file brings', async () => {
    const { stderr } = await ok(['apply', '-f', write(OPS), '--dry-run']);
    expect(stderr).toContain('"on-call" is configured yet');
    expect(stderr).not.toContain('"This host"');
  });

  test('tells every problem with its line, and writes nothing of the rest', async () => {
    await ok(['command', 'add', '--name', 'there', '--trigger', '/there', '--message', 'x']);
    const text = `resources:
  - kind: command
    name: good
    trigger: /good
    message: x
  - kind: comand
    name: a
  - kind: command
    name: b
    trigger: b
    mesage: x
    watch: 5
  - kind: source
    name: c
    type: github
    secrets: { token: ghp_abcdefghijklmnopqrstuvwxyz0123456789 }
  - kind: command
    name: d
    trigger: /there
    message: x
  - kind: rotation
    name: e
    members: [sarah]
  - just text
`;
    const { code, stderr, stdout } = await run(['apply', '-f', write(text)]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    const said = stderr.split('\n').map((line) => line.trim());
    for (const [line, words] of [
      [6, 'there is no kind "comand" (did you mean command?)'],
      [10, 'command "b": trigger: "b" does not begin with a slash'],
      [11, '"mesage" is not a key of command (did you mean message?)'],
      [12, 'watch: is the number 5, and a text belongs here'],
      [8, 'command "b": message is missing'],
      [16, 'the value of token was given itself'],
      [17, '/there is the trigger of the command "there" already'],
      [21, 'start is missing'],
      [24, 'is not a resource'],
    ] as const) {
      expect(said).toContainEqual(expect.stringMatching(new RegExp(`^ops\\.yaml:${line}: `)));
      expect(said.filter((one) => one.startsWith(`ops.yaml:${line}: `)).join('\n')).toContain(words);
    }
    expect(stderr).not.toContain('ghp_');
    expect((await ok(['command', 'list', '--json'])).json()).toHaveLength(1);
  });

  test('refuses an auto-fix that may not run by itself, with exit code 4', async () => {
    const text =
      'resources:\n  - { kind: auto-fix, name: a, condition: up = false, action: scale it up, approval: auto, notify: "#x" }\n';
    const { code, stderr } = await run(['apply', '-f', write(text)]);
    expect(code).toBe(4);
    expect(stderr).toContain('ops.yaml:2: auto-fix "a": "a" cannot run by itself');
  });
});

describe('a hostile or broken file is refused', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
    .split('')
    .map(
      (letter, index) =>
        `${letter}: &${letter} [${Array(9)
          .fill(`*${'abcdefghi'[index] ?? 'a'}`)
          .join(', ')}]`,
    )
    .join('\n')}\nresources: *i\n`;
  const cases: [string, string, RegExp][] = [
    ['nothing', '', /holds nothing/],
    ['a list at the top', '- a\n', /must begin with resources/],
    ['another key at the top', 'resources: []\nother: 1\n', /holds "other" beside resources/],
    ['broken YAML', 'resources:\n  - kind: command\n   name: x\n', /ops\.yaml:\d+: /],
    ['a key that stands twice', `resources:\n${command('a')}    message: y\n`, /ops\.yaml:6: .*unique/],
    ['a tag that would make code', 'resources:\n  - !!js/function "x"\n', /ops\.yaml:2: /],
    ['an alias bomb', bomb, /too many aliases|beside resources/],
    ['a nesting no person writes', `resources: ${'['.repeat(100_000)}`, /ops\.yaml/],
    [
      'a prototype',
      'resources:\n  - { kind: agent, name: a, message: x, __proto__: { x: 1 } }\n',
      /"__proto__" is not a key/,
    ],
    [
      'a null where a text belongs',
      'resources:\n  - { kind: agent, name: a, message: }\n',
      /message: is empty/,
    ],
    [
      'a list where a text belongs',
      'resources:\n  - { kind: agent, name: a, message: [x] }\n',
      /message: holds a list/,
    ],
    ['a number as name', 'resources:\n  - { kind: agent, name: 5, message: x }\n', /quote it: name: "5"/],
    [
      'two with one name',
      `resources:\n${command('a')}${command('A').replace('/A', '/b')}`,
      /another command is named "a" \(ops.yaml:2\)/,
    ],
    [
      'two with one trigger',
      `resources:\n${command('a')}${command('b').replace('/b', '/a')}`,
      /\/a is the trigger of the command "a" already/,
    ],
    [
      'an enabled that is no yes or no',
      `resources:\n${command('a', '    enabled: maybe\n')}`,
      /enabled: must be true or false/,
    ],
    [
      'an unknown key of a host binding',
      'resources:\n  - { kind: service, name: s, bindings: { This host: { sacle: [x] } } }\n',
      /bindings\["This host"\]: .*sacle/,
    ],
    [
      'a program that is a placeholder',
      'resources:\n  - { kind: service, name: s, bindings: { This host: { scale: ["{count}"] } } }\n',
      /scale: the program "\{count\}" may not hold a placeholder/,
    ],
    [
      'a probe window that is no duration',
      'resources:\n  - { kind: service, name: s, bindings: { This host: { probe: { url: "http://x", window: 5 } } } }\n',
      /probe\.window/,
    ],
    [
      'a probe of a file',
      'resources:\n  - { kind: service, name: s, bindings: { This host: { probe: { url: "file:///etc/passwd" } } } }\n',
      /probe: "file:.*" is no http:.* address/,
    ],
    [
      'a host setting nobody knows',
      'resources:\n  - { kind: source, name: h, type: host, settings: { dsik: / } }\n',
      /"dsik" is no setting of a host source: did you mean disk\?/,
    ],
    [
      'a scale that nothing says the present number for, and a restart nobody can ask about',
      'resources:\n  - { kind: service, name: s, bindings: { h: { scale: [x, "{count}"], restart: [x], operation: [x, "{key}"] } } }\n',
      /scale: add `health` too[\s\S]*restart: `operation`/,
    ],
    [
      'a number as a binding',
      'resources:\n  - { kind: service, name: s, bindings: { GitHub: 5 } }\n',
      /bindings\.GitHub: is the number 5/,
    ],
    [
      'an overlong list',
      `resources:\n  - { kind: rotation, name: r, start: 2026-01-01, members: [${Array.from({ length: 1001 }, (_, index) => `m${index}`).join(', ')}] }\n`,
      /at most 1000/,
    ],
    [
      'an unknown key of a level',
      'resources:\n  - { kind: escalation, name: e, levels: [{ target: a, timeout: 5m, who: b }] }\n',
      /"who" is not known here/,
    ],
    ['no levels', 'resources:\n  - { kind: escalation, name: e, levels: [] }\n', /at least one level/],
  ];
  test.each(cases)('%s', async (_name, text, says) => {
    const { code, stderr, stdout } = await run(['apply', '-f', write(text)]);
    expect(stderr).toMatch(says);
    expect(stderr).toContain('nothing was changed');
    expect(code).toBeGreaterThan(0);
    expect(code).toBeLessThan(3);
    expect(stdout).toBe('');
    expect((await ok(['export', '--json'])).json()).toMatchObject({
      resources: [{ kind: 'agent', name: 'DevOps Monitor' }],
    });
  });

  test.each([
    ['a file over 5 MB', 'x'.repeat(5 * 1024 * 1024 + 1), /is 5\.0 MB, and at most 5 MB/],
    ['a file that is not text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), /not UTF-8/],
  ])('%s', async (_name, bytes, says) => {
    writeFileSync(join(stateDir(), 'ops.yaml'), bytes);
    expect(await run(['apply', '-f', 'ops.yaml'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(says),
    });
  });

  test('a file that is not there, and a folder', async () => {
    expect(await run(['apply', '-f', 'none.yaml'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be read (ENOENT)'),
    });
    expect(await run(['apply', '-f', '.'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be read (EISDIR)'),
    });
    expect(await run(['apply'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--file') });
  });
});

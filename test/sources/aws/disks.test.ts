import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ToolError } from '../../../src/domain/errors.ts';
import { createAwsSource } from '../../../src/sources/aws/aws.ts';
import { diskTools, measureDisks } from '../../../src/sources/aws/disks.ts';
import {
  DISK_USAGE,
  DOCUMENTS,
  documentHash,
  documentText,
  PRUNE_DOCKER,
  REMOVE_OLD_FILES,
  type SsmDocument,
} from '../../../src/sources/aws/ssm-documents.ts';
import { cut, fail } from '../../support/aws/server.ts';
import { call, change, KEY, SOURCE, settingsFor, startAws, type TestAws } from '../../support/aws/session.ts';
import { changeTool, readTool } from './tools.ts';

const MACHINE = 'i-0123456789abcdef0';
const MONTH = { path: '/tmp', olderThanMs: 30 * 86_400_000 } as const;
const run = promisify(execFile);

/** A machine whose command ends with this, after some looks. */
async function startMachine(printed: unknown, { looks = 2, status = 'Success' } = {}): Promise<TestAws> {
  const aws = await startAws();
  aws.server.on('ssm:SendCommand', { Command: { CommandId: 'c-1' } });
  aws.server.on('ssm:GetCommandInvocation', (_input, count) => {
    if (count === 1) return fail('InvocationDoesNotExist');
    if (count < looks) return { Status: 'InProgress' };
    return {
      Status: status,
      StatusDetails: status,
      StandardOutputContent: `some noise\nopenclaw ${typeof printed === 'string' ? printed : JSON.stringify(printed)}\n`,
      StandardErrorContent: status === 'Success' ? '' : 'sh: \u001b[31mno space left\u0007',
    };
  });
  return aws;
}

const sent = ({ server }: TestAws) => server.inputs('ssm:SendCommand');

describe('the disk of a machine', () => {
  const mounts = {
    mounts: [
      { mount: '/', kib: 1000, usedKib: 900, freeKib: 50 },
      { mount: '/var', kib: 4000, usedKib: 1000, freeKib: 3000 },
      { mount: '/empty', kib: 0, usedKib: 0, freeKib: 0 },
    ],
  };

  test('is read by our own document, with its hash, and no word that anybody typed', async () => {
    const aws = await startMachine(mounts, { looks: 4 });
    const tool = readTool(diskTools(aws.session, MACHINE), 'disk.usage');
    expect(await tool.read({}, undefined, call())).toEqual([
      { mount: '/', totalBytes: 1_024_000, usedBytes: 921_600, percent: 94.7 },
      { mount: '/var', totalBytes: 4_096_000, usedBytes: 1_024_000, percent: 25 },
    ]);
    expect(await tool.read({ path: '/var/log/x' }, undefined, call())).toMatchObject([{ mount: '/var' }]);
    expect(await tool.read({ path: '/variable' }, undefined, call())).toMatchObject([{ mount: '/' }]);
    expect(sent(aws)[0]).toEqual({
      DocumentName: 'openclaw-disk-usage',
      DocumentHash: documentHash(DISK_USAGE),
      DocumentHashType: 'Sha256',
      InstanceIds: [MACHINE],
      Parameters: {},
      TimeoutSeconds: 60,
    });
  });

  test('is measured for alert rules, once a minute', async () => {
    const aws = await startMachine(mounts);
    const measure = measureDisks(aws.session, MACHINE);
    expect(await measure(call())).toEqual([
      { metric: 'disk_usage', unit: '%', value: 94.7, service: null, target: '/' },
      { metric: 'disk_usage', unit: '%', value: 25, service: null, target: '/var' },
    ]);
    await measure(call());
    expect(sent(aws)).toHaveLength(1);
  });

  test.each([
    ['no JSON', '{"mounts":'],
    ['other types', { mounts: [{ mount: 7 }] }],
    ['nothing', ''],
  ])('that prints %s is an error', async (_name, printed) => {
    const aws = await startMachine(printed);
    const tool = readTool(diskTools(aws.session, MACHINE), 'disk.usage');
    await expect(tool.read({}, undefined, call())).rejects.toThrow(
      `openclaw-disk-usage on ${MACHINE} ended, and what it printed cannot be read`,
    );
  });

  test('that nobody reaches is said with what to look at', async () => {
    const aws = await startMachine({}, { status: 'Undeliverable' });
    const tool = readTool(diskTools(aws.session, MACHINE), 'disk.usage');
    await expect(tool.read({}, undefined, call())).rejects.toMatchObject({
      outcome: 'failed',
      message: expect.stringMatching(
        /Undeliverable: sh: +\[31mno space left.*is the agent of Systems Manager running there\?$/,
      ),
    });
  });
});

describe('a source that is a machine', () => {
  test('has its disk tools and nothing else', async () => {
    const aws = await startAws();
    const source = createAwsSource({
      name: SOURCE,
      settings: { ...settingsFor(aws.server), machine: MACHINE },
      services: () => [],
      clock: aws.clock,
    });
    onTestFinished(() => source.close());
    expect(source.tools.map(({ capability }) => capability).sort()).toEqual([
      'disk.prune-docker',
      'disk.remove-old-files',
      'disk.usage',
      'disk.vacuum-journal',
    ]);
    // As the host's: they are asked without a service.
    expect(source.tools.every((tool) => tool.serves === undefined)).toBe(true);
  });
});

describe('old files', () => {
  const tool = ({ session }: TestAws) => changeTool(diskTools(session, MACHINE), 'disk.remove-old-files');

  test('are counted first, by the same document that removes them', async () => {
    const aws = await startMachine({ files: 12, bytes: 600_000_000 });
    expect(await tool(aws).inspect(MONTH, undefined, call())).toEqual({
      target: { id: `/tmp:${MACHINE}`, label: `/tmp of ${MACHINE}` },
      facts: { host: MACHINE, path: '/tmp' },
      preview: [
        { text: '12 files in /tmp not used for 30 days: 600 MB', how: 'measured', bytes: 600_000_000 },
      ],
    });
    expect(sent(aws)[0]?.Parameters).toEqual({
      mode: ['inspect'],
      path: ['/tmp'],
      olderThanMinutes: ['43200'],
    });
    expect(await tool(aws).run(MONTH, undefined, { host: MACHINE, path: '/tmp' }, change())).toEqual({
      summary: `removed 12 files in /tmp not used for 30 days: 600 MB on ${MACHINE}`,
      freedBytes: 600_000_000,
    });
    expect(sent(aws)[1]).toMatchObject({ Parameters: { mode: ['run'] }, Comment: `openclaw ${KEY}` });
  });

  test('that are none is nothing to do', async () => {
    const aws = await startMachine({ files: 0, bytes: 0 });
    expect(await tool(aws).inspect(MONTH, undefined, call())).toMatchObject({
      absent: 'no file in /tmp is that old',
    });
  });

  test('of a command whose answer was lost are found by the execution it carries', async () => {
    const aws = await startMachine({ files: 1, bytes: 1 });
    aws.server.on('ssm:SendCommand', cut);
    aws.server.on('ssm:ListCommands', {
      Commands: [
        { CommandId: 'c-other', Comment: 'openclaw other', Status: 'Success' },
        { CommandId: 'c-1', Comment: `openclaw ${KEY}`, Status: 'InProgress' },
      ],
    });
    await tool(aws).run(MONTH, undefined, { host: MACHINE, path: '/tmp' }, change());
    expect(sent(aws)).toHaveLength(1);
    expect(aws.server.inputs('ssm:ListCommands')).toEqual([
      {
        InstanceId: MACHINE,
        MaxResults: 50,
        Filters: [
          { key: 'DocumentName', value: 'openclaw-disk-remove-old-files' },
          { key: 'InvokedAfter', value: '2026-10-24T03:14:00Z' },
        ],
      },
    ]);
  });

  test('of a lost answer that is nowhere are unknown', async () => {
    const aws = await startMachine({ files: 1, bytes: 1 });
    aws.server.on('ssm:SendCommand', cut);
    aws.server.on('ssm:ListCommands', { Commands: [] });
    await expect(
      tool(aws).run(MONTH, undefined, { host: MACHINE, path: '/tmp' }, change()),
    ).rejects.toMatchObject({
      outcome: 'unknown',
    });
  });

  test.each([
    ['Failed', 'unknown'],
    ['TimedOut', 'unknown'],
    ['Undeliverable', 'failed'],
    ['DeliveryTimedOut', 'failed'],
  ])('of a command that ends with %s are %s', async (status, outcome) => {
    const aws = await startMachine({}, { status });
    const error = await tool(aws)
      .run(MONTH, undefined, { host: MACHINE, path: '/tmp' }, change())
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ToolError);
    expect(error).toMatchObject({ outcome });
  });

  test.each([
    ['Success', 'succeeded'],
    ['InProgress', 'running'],
    ['Failed', 'unknown'],
    [null, 'not-started'],
  ])('after a crash, of a command that is %s: %s', async (status, outcome) => {
    const aws = await startAws();
    aws.server.on('ssm:ListCommands', {
      Commands: status === null ? [] : [{ CommandId: 'c', Comment: `openclaw ${KEY}`, Status: status }],
    });
    expect(await tool(aws).reconcile?.(MONTH, undefined, { host: MACHINE, path: '/tmp' }, change())).toBe(
      outcome,
    );
  });

  test('after an outage of hours the command is still found, among many others', async () => {
    const aws = await startAws();
    aws.server.on('ssm:ListCommands', ({ NextToken }) =>
      NextToken === undefined
        ? { Commands: [{ CommandId: 'other', Status: 'Success' }], NextToken: 'more' }
        : { Commands: [{ CommandId: 'c', Comment: `openclaw ${KEY}`, Status: 'Success' }] },
    );
    const asked = tool(aws).reconcile?.(MONTH, undefined, { host: MACHINE, path: '/tmp' }, change());
    expect(await asked).toBe('succeeded');
    expect(aws.server.inputs('ssm:ListCommands')[0]).toMatchObject({
      Filters: [{}, { key: 'InvokedAfter', value: '2026-10-24T03:14:00Z' }],
    });
  });

  test('of a document that is not ours, byte for byte, stay', async () => {
    const aws = await startMachine({});
    aws.server.on(
      'ssm:SendCommand',
      fail('InvalidDocument', { message: 'The document hash does not match' }),
    );
    await expect(tool(aws).inspect(MONTH, undefined, call())).rejects.toMatchObject({ outcome: 'failed' });
  });
});

test('the journal is trimmed to what is asked, and not at all where it is small enough', async () => {
  const aws = await startMachine({ kib: 3_000_000, leftKib: 500_000 });
  const tool = changeTool(diskTools(aws.session, MACHINE), 'disk.vacuum-journal');
  const args = { keepBytes: 500_000_000 };
  expect((await tool.inspect(args, undefined, call())).preview).toEqual([
    { text: 'system journal: up to 2.6 GB of 3.1 GB', how: 'estimated', bytes: 2_572_000_000 },
  ]);
  expect(await tool.run(args, undefined, { host: MACHINE }, change())).toMatchObject({
    freedBytes: 2_560_000_000,
  });
  expect(await tool.inspect({ keepBytes: 4_000_000_000 }, undefined, call())).toHaveProperty('absent');
  expect(sent(aws)[0]?.Parameters).toEqual({ mode: ['inspect'], keepBytes: ['500000000'] });
});

describe('docker', () => {
  const containers = ['b'.repeat(64), 'a'.repeat(64)];

  test('is pruned, and its stopped containers are what the step rests on', async () => {
    const aws = await startMachine({
      containers,
      images: 3,
      reclaimable: ['Images=4.2GB', 'Containers=12MB', 'Build Cache=1.5GB'],
    });
    const tool = changeTool(diskTools(aws.session, MACHINE), 'disk.prune-docker');
    const shown = await tool.inspect({}, undefined, call());
    expect(shown.facts).toEqual({ host: MACHINE, containers: [...containers].reverse() });
    expect(shown.preview).toEqual([
      { text: '2 stopped containers: about 12 MB', how: 'estimated', bytes: 12_000_000 },
      { text: '3 unnamed docker images', how: 'estimated' },
      { text: 'docker build cache: about 1.5 GB', how: 'estimated', bytes: 1_500_000_000 },
    ]);
  });

  test('that is not there is left out', async () => {
    const aws = await startMachine({ absent: 'there is no docker here' });
    const tool = changeTool(diskTools(aws.session, MACHINE), 'disk.prune-docker');
    expect(await tool.inspect({}, undefined, call())).toMatchObject({ absent: 'there is no docker here' });
  });

  test('says what that freed', async () => {
    const aws = await startMachine({ freed: '4.2GB' });
    const tool = changeTool(diskTools(aws.session, MACHINE), 'disk.prune-docker');
    expect(await tool.run({}, undefined, { host: MACHINE, containers: [] }, change())).toEqual({
      summary: `pruned docker on ${MACHINE}: 4.2 GB freed`,
      freedBytes: 4_200_000_000,
    });
  });
});

describe('the documents', () => {
  test.each(DOCUMENTS.map((document): [string, SsmDocument] => [document.name, document]))(
    '%s is the file in examples, and its parameters can be nothing but what they are for',
    async (name, document) => {
      const folder = join(import.meta.dirname, '../../../examples/aws/ssm');
      const text = await readFile(join(folder, `${name}.json`), 'utf8');
      expect(text).toBe(documentText(document));
      expect(documentHash(document)).toBe(createHash('sha256').update(text).digest('hex'));
      const used = [...document.script.join('\n').matchAll(/\{\{ *([^}]*?) *\}\}/g)].map(
        ([, parameter]) => parameter,
      );
      expect([...new Set(used)].sort()).toEqual(Object.keys(document.parameters).sort());
      for (const parameter of Object.values(document.parameters)) {
        for (const hostile of ['$(id)', '"; id; "', '/tmp/../etc', '1\n2', '']) {
          const fits =
            parameter.allowedValues?.includes(hostile) ??
            new RegExp(parameter.allowedPattern ?? '').test(hostile);
          expect(fits).toBe(false);
        }
      }
    },
  );

  test('there are no others in the folder', async () => {
    const files = await readdir(join(import.meta.dirname, '../../../examples/aws/ssm'));
    expect(files.filter((name) => name.endsWith('.json')).sort()).toEqual(
      DOCUMENTS.map(({ name }) => `${name}.json`).sort(),
    );
  });
});

/** As Systems Manager puts the parameters in. */
async function runScript(
  document: SsmDocument,
  values: Record<string, string>,
  env: NodeJS.ProcessEnv = process.env,
) {
  const script = document.script
    .join('\n')
    .replace(/\{\{ (\w+) \}\}/g, (_whole, name: string) => values[name] ?? '');
  const { stdout } = await run('sh', ['-c', script], { env });
  return JSON.parse(
    stdout
      .split('\n')
      .findLast((line) => line.startsWith('openclaw '))
      ?.slice(9) ?? 'null',
  ) as unknown;
}

describe('the scripts, run for real', () => {
  test('the disk', async () => {
    const { mounts } = (await runScript(DISK_USAGE, {})) as { mounts: { mount: string; kib: number }[] };
    for (const { mount, kib } of mounts) {
      expect(mount).toMatch(/^\//);
      expect(kib).toBeGreaterThan(0);
    }
  });

  test('old files: plain ones that nobody has open, and none through a link', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'openclaw-ssm-'));
    const outside = await mkdtemp(join(tmpdir(), 'openclaw-ssm-outside-'));
    onTestFinished(async () => {
      for (const each of [folder, outside]) await rm(each, { recursive: true, force: true });
    });
    await mkdir(join(folder, 'deep'));
    const old = new Date(Date.now() - 40 * 86_400_000);
    const files = ['old', 'deep/old too', "it's\nodd", 'open'].map((name) => join(folder, name));
    for (const path of [...files, join(outside, 'safe')]) {
      await writeFile(path, 'x'.repeat(5000));
      await utimes(path, old, old);
    }
    await writeFile(join(folder, 'new'), 'x');
    await symlink(outside, join(folder, 'link'));
    const held = await open(join(folder, 'open'));
    onTestFinished(() => held.close());
    // Opening it read nothing; its times are old still. The change time cannot be set back: it is not asked here.
    const document = {
      ...REMOVE_OLD_FILES,
      script: REMOVE_OLD_FILES.script.map((line) => line.replace(/ -cmin \+\{\{ olderThanMinutes \}\}/, '')),
    };
    const values = { path: folder, olderThanMinutes: '43200' };
    expect(await runScript(document, { ...values, mode: 'inspect' })).toMatchObject({ files: 3 });
    expect((await readdir(folder)).sort()).toEqual(['deep', "it's\nodd", 'link', 'new', 'old', 'open']);
    expect(await runScript(document, { ...values, mode: 'run' })).toMatchObject({ files: 3 });
    expect((await readdir(folder)).sort()).toEqual(['deep', 'link', 'new', 'open']);
    expect(await readdir(outside)).toEqual(['safe']);
    // With the change time asked as well, nothing that was made just now is old.
    expect(await runScript(REMOVE_OLD_FILES, { ...values, mode: 'run' })).toEqual({ files: 0, bytes: 0 });
  });

  test('docker: what it would remove, and that it does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'openclaw-ssm-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const lines = [
      '#!/bin/sh',
      'case "$1 $2" in',
      `  "version --format") test "$3" = '{{.Server.Version}}' && echo 27.1 ;;`,
      `  "ps -aq") echo ${'b'.repeat(64)}; echo ${'a'.repeat(64)} ;;`,
      '  "images -q") echo sha256:1; echo sha256:2 ;;',
      `  "system df") test "$4" = '{{.Type}}={{.Reclaimable}}' && printf 'Images=4.2GB (80%%)\\nBuild Cache=1.5GB\\n' ;;`,
      '  "system prune") echo "Deleted Containers:"; echo "Total reclaimed space: 4.2GB" ;;',
      'esac',
      '',
    ];
    await writeFile(join(folder, 'docker'), lines.join('\n'));
    await chmod(join(folder, 'docker'), 0o755);
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    expect(await runScript(PRUNE_DOCKER, { mode: 'inspect' }, env)).toEqual({
      containers: ['a'.repeat(64), 'b'.repeat(64)],
      images: 2,
      reclaimable: ['Images=4.2GB', 'Build Cache=1.5GB'],
    });
    expect(await runScript(PRUNE_DOCKER, { mode: 'run' }, env)).toEqual({ freed: '4.2GB' });
  });
});

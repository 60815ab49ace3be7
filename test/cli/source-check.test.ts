import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AwsServer, fail, startAwsServer } from '../support/aws/server.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

let state: ReturnType<typeof temporaryStateDir>;
let aws: AwsServer;
beforeEach(async () => {
  state = temporaryStateDir();
  aws = await startAwsServer();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-the-test');
  aws.on('sts:GetCallerIdentity', {
    Account: '123456789012',
    Arn: 'arn:aws:iam::123456789012:user/sarah',
    UserId: 'A',
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
  state.remove();
});

const run = (...args: string[]) => runCli(args, { stateDir: state.stateDir });
const add = (...settings: string[]) =>
  run(
    'source',
    'add',
    '--name',
    'AWS Production',
    '--type',
    'aws',
    ...settings.flatMap((each) => ['--set', each]),
  );
const here = () => add('region=eu-west-1', `endpoint=${aws.endpoint}`);

describe('source test without a body', () => {
  test('asks the system behind it as whom it is asked, and what is missing', async () => {
    await here();
    aws.on('iam:SimulatePrincipalPolicy', (input) => ({
      EvaluationResults: (input.ActionNames as string[]).map((EvalActionName) => ({
        EvalActionName,
        EvalDecision: EvalActionName === 'ecs:ListTasks' ? 'implicitDeny' : 'allowed',
      })),
    }));
    const { code, stdout } = await run('source', 'test', 'AWS Production');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^account\s+123456789012$/m);
    expect(stdout).toMatch(/^region\s+eu-west-1$/m);
    expect(stdout).toMatch(/^identity\s+arn:aws:iam::123456789012:user\/sarah$/m);
    expect(stdout).toContain('✗ ecs:ListTasks is not allowed\n  allow it: openclaw source policy');
    expect(stdout).not.toContain('secret-of-the-test');
  });

  test('ends with 0 and says so where all works; with --json as one document', async () => {
    await here();
    aws.on('iam:SimulatePrincipalPolicy', { EvaluationResults: [] });
    const good = await run('source', 'test', 'AWS Production');
    expect(good.code).toBe(0);
    expect(good.stdout).toContain('✓ it answers, and all that it is used for works');
    const { code, json } = await run('source', 'test', 'AWS Production', '--json');
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      ok: true,
      source: 'AWS Production',
      type: 'aws',
      problems: [],
      facts: expect.arrayContaining([{ name: 'account', value: '123456789012' }]),
    });
  });

  test('that it cannot be asked is a problem with a sentence, and what to do about it', async () => {
    expect((await here()).stderr).toContain('next: openclaw source test "AWS Production"');
    aws.on('sts:GetCallerIdentity', fail('ExpiredToken', { status: 403 }));
    const { code, stdout } = await run('source', 'test', 'AWS Production');
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ the credentials of AWS Production have expired.*\n {2}aws sso login/);
    const { stdout: examined } = await run('doctor');
    expect(examined).toMatch(/✗ source "AWS Production": the credentials.*have expired.*\n +aws sso login/);
  });

  test('of one without an address says how to give it one', async () => {
    await run('source', 'add', '--name', 'Prometheus', '--type', 'prometheus');
    const { code, stderr } = await run('source', 'test', 'Prometheus');
    expect(code).toBe(2);
    expect(stderr).toContain('Prometheus has no address, so nothing is asked of it');
    expect(stderr).toContain('openclaw source edit Prometheus --set url=http://prometheus:9090');
  });

  test('with a secret that is not there says where it is missing', async () => {
    await run(
      'source',
      'add',
      '--name',
      'GH',
      '--type',
      'github',
      '--set',
      'repo=acme/api',
      '--secret',
      'token=env:GH_NONE',
    );
    const { code, stderr } = await run('source', 'test', 'GH');
    expect(code).toBe(1);
    expect(stderr).toContain('the secret env:GH_NONE is not set here');
    expect(stderr).toContain("export GH_NONE=... in the daemon's environment");
  });

  test('of this machine measures once', async () => {
    await run('source', 'add', '--name', 'This host', '--type', 'host');
    const { code, stdout } = await run('source', 'test', 'This host');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^measured\s+\d+ values$/m);
  });

  test('of one that only sends alerts asks for a body, and a header belongs to a body', async () => {
    await run('source', 'add', '--name', 'AM', '--type', 'alertmanager', '--secret', 'token=env:TOKEN');
    const none = await run('source', 'test', 'AM');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('it sends us alerts');
    expect(none.stderr).toContain('openclaw source test AM body.json');
    expect((await run('source', 'test', 'AM', '--header', 'A: b')).code).toBe(2);
  });
});

test('doctor asks it too, and says what to type for the rest', async () => {
  await here();
  aws.on('iam:SimulatePrincipalPolicy', {
    EvaluationResults: ['ecs:ListTasks', 'ecs:DescribeTasks'].map((EvalActionName) => ({
      EvalActionName,
      EvalDecision: 'implicitDeny',
    })),
  });
  const { stdout } = await run('doctor');
  expect(stdout).toContain('2 actions are not allowed: ecs:ListTasks, ');
  expect(stdout).toContain('openclaw source test "AWS Production"');
  aws.on('iam:SimulatePrincipalPolicy', { EvaluationResults: [] });
  expect((await run('doctor')).stdout).toContain('answers: account 123456789012, region eu-west-1');
});

describe('source policy', () => {
  test('prints the least policy for the enabled commands that use it, alone on standard output', async () => {
    await here();
    await run(
      'command',
      'add',
      '--name',
      'Scale',
      '--trigger',
      '/scale',
      '--source',
      'AWS Production',
      '--message',
      'Scale.',
    );
    const { code, json, stderr } = await run('source', 'policy', 'AWS Production');
    expect(code).toBe(0);
    const { Statement } = json() as { Statement: { Sid: string; Action: string[] }[] };
    const changes = Statement.find(({ Sid }) => Sid === 'OpenclawChanges')?.Action;
    expect(changes).toEqual([
      'autoscaling:SetDesiredCapacity',
      'autoscaling:UpdateAutoScalingGroup',
      'ecs:UpdateService',
    ]);
    expect(stderr).toContain('for /scale');
    await run('command', 'disable', 'Scale');
    const reads = (await run('source', 'policy', 'AWS Production')).json() as { Statement: unknown[] };
    expect(reads.Statement).toHaveLength(1);
    await run('command', 'enable', 'Scale');
    await run('command', 'remove', 'Scale', '--yes');
    const without = (await run('source', 'policy', 'AWS Production')).json();
    expect(without).toEqual(reads);
    expect(aws.requests).toEqual([]);
  });

  test('is not for a fix whose steps are done elsewhere', async () => {
    await here();
    const trim = ['--condition', 'disk_usage > 90%', '--action', 'journalctl --vacuum-size=500M'];
    expect((await run('auto-fix', 'add', '--name', 'Trim', ...trim)).code).toBe(0);
    const { stderr } = await run('source', 'policy', 'AWS Production');
    expect(stderr).not.toContain('Trim');
    await run(
      ...['source', 'add', '--name', 'Web 1', '--type', 'aws'],
      ...['--set', 'region=eu-west-1', '--set', 'machine=i-0123456789abcdef0'],
    );
    expect((await run('source', 'policy', 'Web 1')).stderr).toContain('for Trim');
  });

  test('is refused with a reason for a type that has none', async () => {
    await run('source', 'add', '--name', 'This host', '--type', 'host');
    const { code, stderr } = await run('source', 'policy', 'This host');
    expect(code).toBe(1);
    expect(stderr).toContain('has no policy to print');
  });
});

describe('an AWS source that is added', () => {
  test('needs its region, and says what to type', async () => {
    const { code, stderr } = await add();
    expect(code).toBe(2);
    expect(stderr).toContain('needs its region');
    expect(stderr).toContain('--set region=eu-west-1');
  });

  test('takes it from AWS_REGION, keeps it, and says so', async () => {
    const added = await runCli(['source', 'add', '--name', 'AWS', '--type', 'aws'], {
      stateDir: state.stateDir,
      env: { AWS_REGION: 'eu-central-1' },
    });
    expect(added.code).toBe(0);
    expect(added.stderr).toContain('its region is eu-central-1, from AWS_REGION');
    expect((await run('source', 'show', 'AWS')).stdout).toContain('region=eu-central-1');
  });

  test('takes no keys', async () => {
    const { code, stderr } = await run(
      'source',
      'add',
      '--name',
      'AWS',
      '--type',
      'aws',
      '--set',
      'region=eu-west-1',
      '--secret',
      'access-key=env:KEY',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('come from the environment, a profile or a role');
  });
});

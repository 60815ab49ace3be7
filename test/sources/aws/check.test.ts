import { describe, expect, test } from 'vitest';
import { checkAws, principalOf } from '../../../src/sources/aws/check.ts';
import { fail, raw } from '../../support/aws/server.ts';
import { call, startAws } from '../../support/aws/session.ts';

const ROLE = 'arn:aws:sts::123456789012:assumed-role/openclaw/session';

async function setup(arn = ROLE) {
  const aws = await startAws();
  aws.server.on('sts:GetCallerIdentity', { Account: '123456789012', Arn: arn, UserId: 'A:s' });
  return { ...aws, check: () => checkAws(aws.session, ['services.health', 'services.scale'], call()) };
}

describe('the check', () => {
  test('says account, region and identity, and that nothing is missing', async () => {
    const { server, check } = await setup();
    server.on('iam:SimulatePrincipalPolicy', (input) => ({
      EvaluationResults: (input.ActionNames as string[]).map((EvalActionName) => ({
        EvalActionName,
        EvalDecision: 'allowed',
      })),
    }));
    const { facts, problems } = await check();
    expect(facts).toEqual([
      { name: 'account', value: '123456789012' },
      { name: 'region', value: 'eu-west-1' },
      { name: 'identity', value: ROLE },
      { name: 'permissions', value: expect.stringMatching(/^\d+ asked of IAM, 0 missing$/) },
    ]);
    expect(problems).toEqual([]);
    expect(server.inputs('iam:SimulatePrincipalPolicy')[0]).toMatchObject({
      PolicySourceArn: 'arn:aws:iam::123456789012:role/openclaw',
      ActionNames: expect.arrayContaining(['ecs:UpdateService', 'autoscaling:DescribeAutoScalingGroups']),
    });
  });

  test('names what is missing, through all pages', async () => {
    const { server, check } = await setup();
    server.on('iam:SimulatePrincipalPolicy', (input) =>
      input.Marker === undefined
        ? {
            EvaluationResults: [{ EvalActionName: 'ecs:UpdateService', EvalDecision: 'implicitDeny' }],
            IsTruncated: true,
            Marker: 'm',
          }
        : {
            EvaluationResults: [{ EvalActionName: 'ecs:ListTasks', EvalDecision: 'explicitDeny' }],
            IsTruncated: false,
          },
    );
    expect((await check()).problems).toEqual([
      {
        text: '2 actions are not allowed: ecs:UpdateService, ecs:ListTasks',
        fix: 'allow them: openclaw source policy "AWS Production" prints the policy',
      },
    ]);
  });

  test('tries harmless reads where IAM may not be asked, and says what stays open', async () => {
    const { server, check } = await setup();
    server.on('iam:SimulatePrincipalPolicy', fail('AccessDenied', { status: 403 }));
    server.on('autoscaling:DescribeAutoScalingGroups', { AutoScalingGroups: [] });
    server.on('ecs:ListClusters', fail('AccessDeniedException'));
    const { facts, problems } = await check();
    expect(problems.map(({ text }) => text)).toEqual(['ecs:ListClusters is not allowed']);
    expect(facts).toContainEqual({
      name: 'permissions',
      value: 'IAM may not be asked (iam:SimulatePrincipalPolicy), so some reads were tried, 1 refused',
    });
    expect(facts).toContainEqual({
      name: 'not checked',
      value:
        'whether it may autoscaling:SetDesiredCapacity, autoscaling:UpdateAutoScalingGroup, ecs:UpdateService',
    });
    expect(server.unscripted).toEqual([]);
    expect(server.requests.every(({ action }) => /:(Describe|List|Get|Simulate)/.test(action))).toBe(true);
  });

  test.each([
    [
      'InvalidClientTokenId',
      'has no credentials that AWS takes',
      'openclaw source edit "AWS Production" --set profile=NAME',
    ],
    ['ExpiredToken', 'have expired', 'aws sso login'],
  ])('with credentials AWS does not take (%s) says why and what to do', async (code, why, fix) => {
    const { server, check } = await setup();
    server.on('sts:GetCallerIdentity', fail(code, { status: 403 }));
    await expect(check()).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(why),
      hint: expect.stringContaining(fix),
    });
  });

  test('cannot be made where AWS answers nothing that can be read', async () => {
    const { server, check } = await setup();
    server.on('sts:GetCallerIdentity', raw(200, '<html>'));
    await expect(check()).rejects.toThrow('AWS Production did not answer');
  });
});

describe('whom IAM knows by an identity', () => {
  test.each([
    [ROLE, 'arn:aws:iam::123456789012:role/openclaw'],
    ['arn:aws-us-gov:sts::123456789012:assumed-role/ops/x', 'arn:aws-us-gov:iam::123456789012:role/ops'],
    ['arn:aws:iam::123456789012:user/sarah', 'arn:aws:iam::123456789012:user/sarah'],
    ['arn:aws:iam::123456789012:root', null],
    ['arn:aws:sts::123456789012:federated-user/x', null],
  ])('%s is %s', (arn, principal) => {
    expect(principalOf(arn)).toBe(principal);
  });
});

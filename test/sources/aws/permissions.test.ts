import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isReadCapability } from '../../../src/domain/capability.ts';
import {
  actionsFor,
  CHECK_ACTIONS,
  isRead,
  OOM_ACTIONS,
  PERMISSIONS,
  policyFor,
  policyNotes,
} from '../../../src/sources/aws/permissions.ts';

const FOLDER = join(import.meta.dirname, '../../../src/sources/aws');

/** How IAM names what a client of the session is for. */
const PREFIXES: Readonly<Record<string, string>> = {
  autoScaling: 'autoscaling',
  cloudWatch: 'cloudwatch',
  cloudWatchLogs: 'logs',
  ec2: 'ec2',
  ecs: 'ecs',
  elastiCache: 'elasticache',
  elbv2: 'elasticloadbalancing',
  iam: 'iam',
  rds: 'rds',
  ssm: 'ssm',
  sts: 'sts',
};

/** Every call in the source text: `ecs.describeServices(` is `ecs:DescribeServices`. */
function calledIn(text: string): string[] {
  const clients = Object.keys(PREFIXES).join('|');
  return [...text.matchAll(new RegExp(`(?<![\\w.])(${clients})\\.([a-z]\\w+)\\(`, 'g'))].map(
    ([, client = '', method = '']) =>
      `${PREFIXES[client]}:${method.charAt(0).toUpperCase()}${method.slice(1)}`,
  );
}

const texts = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('open-session.ts'))
  .map((file) => readFileSync(join(FOLDER, file), 'utf8'));
const called = new Set(texts.flatMap(calledIn));
const inTable = new Set([...Object.values(PERMISSIONS).flat(), ...CHECK_ACTIONS, ...OOM_ACTIONS]);

describe('the table of permissions', () => {
  test('is read from a text that has calls', () => {
    expect(called.size).toBeGreaterThan(20);
    expect(calledIn('(await x.ecs.describeServices(); await ecs.describeServices({')).toEqual([
      'ecs:DescribeServices',
    ]);
  });

  test('has every call of the source, and no other', () => {
    expect([...called].filter((action) => !inTable.has(action))).toEqual([]);
    expect([...inTable].filter((action) => !called.has(action))).toEqual([]);
  });

  test('every client that is asked for is called by its own name', () => {
    const clients = Object.keys(PREFIXES).join('|');
    const asked = new RegExp(`session\\.(${clients})\\(\\)`, 'g');
    const named = new RegExp(`const (${clients})(?:: \\w+)? = await session\\.\\1\\(\\)`, 'g');
    for (const text of texts) expect([...text.matchAll(asked)].length).toBe([...text.matchAll(named)].length);
  });

  test('gives a reading no change; a disk is read by a document of ours, which is a command', () => {
    for (const [capability, actions = []] of Object.entries(PERMISSIONS)) {
      if (!isReadCapability(capability) || capability === 'disk.usage') continue;
      expect(actions.filter((action) => !isRead(action))).toEqual([]);
    }
  });
});

describe('the policy', () => {
  test('has what the capabilities need, reads and changes apart', () => {
    const { Version, Statement } = policyFor(['services.health', 'services.scale']);
    expect(Version).toBe('2012-10-17');
    expect(Statement.map(({ Sid }) => Sid)).toEqual(['OpenclawReads', 'OpenclawChanges']);
    expect(Statement[1]?.Action).toEqual([
      'autoscaling:SetDesiredCapacity',
      'autoscaling:UpdateAutoScalingGroup',
      'ecs:UpdateService',
    ]);
    expect(Statement[0]?.Action).toContain('elasticloadbalancing:DescribeTargetHealth');
    expect(Statement[0]?.Action).not.toContain('rds:DescribeDBClusters');
    expect(Statement.flatMap(({ Action }) => Action).some((action) => action.includes('*'))).toBe(false);
  });

  test('of readings alone changes nothing', () => {
    expect(policyFor(['services.health', 'deploys.list']).Statement).toHaveLength(1);
    expect(policyNotes(['services.health'])).toEqual([]);
    expect(policyNotes(['deploys.rollback']).join(' ')).toContain('iam:PassRole');
  });

  test('asks nothing for what is not done in AWS', () => {
    expect(actionsFor([])).toEqual([...CHECK_ACTIONS].sort());
  });
});

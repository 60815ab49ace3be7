// The daemon is killed in each change of a cloud: before it had an effect, before its answer came, and while it waited.
// The next one asks what became of it. Nothing is done twice, and what nobody can tell is said.
import { expect, test } from 'vitest';
import type { Daemon } from '../../support/openclaw.ts';
import { AWS_ENV, startOps } from '../../support/ops.ts';
import { untilWithin } from '../../support/until.ts';
import { sample } from '../lives.ts';
import { RUNNING_CHANGES } from './aws-changes.ts';
import { type Death, POINTS, type PointName, type Scenario } from './change.ts';
import { DATA_CHANGES } from './data-changes.ts';

const ALL = [...RUNNING_CHANGES, ...DATA_CHANGES].flatMap((scenario) =>
  POINTS.filter((point) => !scenario.without?.includes(point)).map((point) => ({ ...scenario, point })),
);
/** Of all: these many, the same ones every time. */
const FEW = 3;
const CASES = process.env.OPENCLAW_TEST_LONG ? ALL : sample(ALL, FEW, 3);

for (const { name, build, point } of CASES)
  test(`${name}, killed: ${point}`, { timeout: 300_000 }, () => killed(name, build, point));

async function killed(name: string, build: Scenario['build'], point: PointName): Promise<void> {
  let daemon: Daemon | null = null;
  let over = false;
  let restarted = false;
  const kill = () => {
    over = true;
    daemon?.process.kill('SIGKILL');
  };
  const death: Death = {
    strikes(at) {
      // What else was on its way when the daemon died arrives nowhere.
      if (over) return !restarted;
      if (at !== point) return false;
      kill();
      return true;
    },
    over: () => over,
  };
  const change = await build(death);
  const end = change.ends?.[point] ?? 'done';
  const ops = await startOps({ ...AWS_ENV, ...change.env });
  await ops.set(...change.setUp);
  daemon = await ops.start();
  const asked = await ops.chat(change.ask);
  expect({ code: asked.code, said: asked.code === 5 ? '' : asked.stdout }).toEqual({
    code: 5,
    said: '',
  });
  if (change.typed === undefined) await ops.approve(asked.number);
  else await ops.approveTyped(asked.number, change.typed);
  if (point === 'waiting') {
    await untilWithin(`${name} had its effect`, 30_000, change.begun ?? (() => change.effects() > 0));
    const before = change.requests();
    await untilWithin(`${name} is waited for`, 30_000, () => change.requests() > before);
    kill();
  }
  await untilWithin(`${name} killed the daemon`, 30_000, () => over);
  await daemon.ended;
  expect(await ops.audit()).toContain('started');

  restarted = true;
  await ops.start();
  const steps = change.steps ?? 1;
  const said = await untilWithin(`${name} has an end after the daemon came back`, 200_000, async () => {
    const record = await ops.audit();
    const succeeded = record.match(/: succeeded,/g)?.length ?? 0;
    return succeeded >= steps || /: (?:failed|unknown),|nobody can tell/.test(record) ? record : null;
  });
  if (end === 'done') {
    expect(change.effects()).toBe(change.wanted);
    expect(said).toMatch(/: succeeded,/);
    expect(said).not.toContain('nobody can tell');
    return;
  }
  expect(change.effects()).toBeLessThanOrEqual(change.wanted);
  expect(said).toContain('the daemon stopped while it ran, and nobody can tell what became of it');
  await untilWithin('a person is told what to do', 20_000, () =>
    /nobody knows what became of it\..* Look, then type \/done \d+/.test(ops.posts()),
  );
}

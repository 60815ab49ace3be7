// Judges every change at the moment it happens, from the rows of the state file and the world alone.
// Nothing of the engine or its guards is used here: whatever they get wrong, this must not get wrong the same way.
import { createHash } from 'node:crypto';
import type { Effect, World } from '../support/world.ts';
import { type All as AllOf, stateReader } from './state-reader.ts';

export interface Spoken {
  key: string;
  text: string;
  /** No bot, and not a script. */
  person: boolean;
}

export interface Oracle {
  /** What must never have happened; empty at the end. */
  violations: string[];
  spoken: Spoken[];
  /** Effects judged. */
  judged: number;
  /** To be called after each thing that happens, with the state file open to be read. */
  look(): void;
  judge(effect: Effect): void;
}

interface StepRow {
  capability: string;
  source: string;
  version: number;
  repeat: string;
  service: string | null;
  args: Record<string, unknown>;
  target: { id: string };
  facts: Record<string, unknown>;
  risk: string;
}
interface Body {
  steps: StepRow[];
  risk: string;
  closes: unknown;
  success: Record<string, unknown>;
  undo: unknown;
  requester: { platform: string; workspace: string; userId: string };
  twoPerson: boolean;
}
type Row = Record<string, string | number | null>;
type All = AllOf<Row>;

/** Asked about after a crash by running it again, on unchanged facts: only these may happen twice under one key. */
const HARMLESS = ['services.scale', 'disk.vacuum-journal', 'disk.remove-old-files', 'disk.prune-docker'];

export function createOracle(stateDir: string, world: World): Oracle {
  const bodies = new Map<number, string>();
  const confirming = new Set<number>();
  const decided = new Set<number>();
  const keys: string[] = [];
  const all = stateReader<Row>(stateDir);

  const oracle: Oracle = {
    violations: [],
    spoken: [],
    judged: 0,
    look() {
      for (const plan of all('select id, body_json from plan'))
        remember(Number(plan.id), String(plan.body_json));
      for (const approval of all('select * from approval')) lookAt(approval, all);
    },
    judge(effect) {
      oracle.judged += 1;
      const problems: string[] = [];
      const no = (problem: string) => problems.push(problem);
      judgeRows(effect, all, no);
      judgeWorld(effect, world, no);
      if (keys.includes(effect.key) && !HARMLESS.includes(effect.capability))
        problems.push('twice under one key');
      keys.push(effect.key);
      for (const problem of problems) oracle.violations.push(`${JSON.stringify(effect)}: ${problem}`);
    },
  };
  return oracle;

  function remember(id: number, body: string): void {
    const before = bodies.get(id);
    if (before !== undefined && before !== body) oracle.violations.push(`the steps of plan ${id} changed`);
    bodies.set(id, body);
  }

  /** Decisions as they appear: each needs a person with the right who typed exactly that. */
  function lookAt(approval: Row, all: All): void {
    const id = Number(approval.id);
    if (approval.state === 'confirming') confirming.add(id);
    if (approval.state !== 'approved' || decided.has(id)) return;
    decided.add(id);
    const [plan] = all('select * from plan where id = ?', approval.plan_id);
    const body = JSON.parse(String(plan?.body_json)) as Body;
    const by = String(approval.decided_by);
    const said = oracle.spoken.filter(({ key, person }) => person && key === by);
    const yes = said.some(({ text }) => saysYes(text, id));
    if (!yes) oracle.violations.push(`approval ${id}: ${by} never typed a yes to it`);
    if (!mayApprove(by, all)) oracle.violations.push(`approval ${id}: ${by} had no right`);
    if (body.twoPerson && by === keyOf(body.requester))
      oracle.violations.push(`approval ${id}: by who asked`);
    if (Number(approval.decided_at) > Number(approval.expires_at))
      oracle.violations.push(`approval ${id}: after it had expired`);
  }

  function judgeRows(effect: Effect, all: All, no: (problem: string) => void): void {
    const [execution, second] = all('select * from execution where id = ?', effect.key);
    if (!execution || second) {
      no('no intent was written');
      return;
    }
    if (execution.state !== 'started') no(`the intent is ${execution.state}`);
    const running = all("select id from execution where target = ? and state = 'started'", execution.target);
    if (running.length !== 1) no('two changes of one target at once');

    const [plan] = all('select * from plan where id = ?', execution.plan_id);
    if (!plan) {
      no('no plan');
      return;
    }
    if (plan.state !== 'executing') no(`the plan is ${plan.state}`);
    if (bodies.has(Number(plan.id)) && bodies.get(Number(plan.id)) !== plan.body_json) no('the plan changed');
    const body = JSON.parse(String(plan.body_json)) as Body;
    const step = body.steps[Number(execution.step)];
    if (!step) {
      no('no such step');
      return;
    }
    if (step.capability !== effect.capability || execution.capability !== effect.capability)
      no('another capability');
    if (canonical(step.args) !== canonical(effect.args)) no('other arguments than were agreed to');
    if (canonical(JSON.parse(String(execution.args_json))) !== canonical(effect.args))
      no('other arguments than written');
    for (let earlier = 0; earlier < Number(execution.step); earlier += 1) {
      const [done] = all(
        "select id from execution where plan_id = ? and step = ? and state = 'succeeded'",
        plan.id,
        earlier,
      );
      if (!done) no(`step ${earlier} did not succeed before`);
    }

    const approvals = all('select * from approval where plan_id = ?', plan.id);
    const [approval] = approvals;
    if (!approval || approvals.length !== 1) {
      no(`${approvals.length} approvals`);
      return;
    }
    const digest = digestOf(body, Number(plan.expires_at));
    if (plan.digest !== digest || approval.digest !== digest) no('the digest is not that of what runs');
    if (
      !all('select message_json from post').some(({ message_json }) =>
        String(message_json).includes(digest.slice(7, 19)),
      )
    )
      no('nobody was shown it');
    if (approval.state !== 'approved') no(`the approval is ${approval.state}`);
    if (Number(approval.decided_at) > Number(plan.expires_at)) no('approved after it had expired');
    const by = String(approval.decided_by);
    if (!mayApprove(by, all)) no(`${by} has no right`);
    if (body.twoPerson && [keyOf(body.requester), approval.first_by].includes(by)) no('one person alone');
    if (critical(step) || body.risk === 'critical') {
      if (!confirming.has(Number(approval.id)) || approval.first_by === null)
        no('critical without two steps');
      const wanted = `/approve ${approval.id} ${step.service}`;
      if (!oracle.spoken.some(({ key, person, text }) => person && key === by && text === wanted))
        no('nobody typed the name of the target');
    }
    const [freeze] = all("select value_json from setting where key = 'freeze'");
    if (freeze && freeze.value_json !== 'null') no('frozen');
    if (step.service !== null) {
      const [service] = all(
        "select spec_json from resource where kind = 'service' and name = ?",
        step.service,
      );
      const { kind } = JSON.parse(String(service?.spec_json ?? '{}')) as { kind?: string };
      if (kind === 'database' && ['services.restart', 'services.scale'].includes(step.capability))
        no('a database was restarted or scaled');
    }
  }
}

/** What is true of the world in the moment before the change. */
function judgeWorld({ capability, args }: Effect, world: World, no: (problem: string) => void): void {
  const service = world.services.get(String(args.service));
  if (capability.startsWith('disk.')) return;
  if (!service) {
    no('no such service');
    return;
  }
  const running = service.deploys.filter(({ status, rolledBack }) => status === 'succeeded' && !rolledBack);
  if (capability === 'deploys.rollback' && running[0]?.number !== args.deploy) no('not the latest deploy');
  if (
    capability === 'services.scale' &&
    Number(args.count) > 3 * Math.max(1, service.desired) &&
    !args.reason
  )
    no('over the cap without a reason');
  if (capability === 'databases.failover' && args.to === service.primary) no('to the primary itself');
}

function critical({ capability, args, facts }: StepRow): boolean {
  if (capability === 'databases.failover') return true;
  if (capability === 'deploys.rollback') return (facts.migrations as string[]).length > 0;
  if (capability !== 'services.scale') return false;
  return args.count === 0 || Number(args.count) > 3 * Math.max(1, Number(facts.capacity));
}

function mayApprove(key: string, all: All): boolean {
  const contacts = all("select spec_json from resource where kind = 'contact' and enabled = 1").map(
    ({ spec_json }) => JSON.parse(String(spec_json)) as { ids: Record<string, string>; can: string[] },
  );
  const approvers = contacts.filter(({ can }) => can.includes('approve'));
  // While nobody is named for it, any person in the room may.
  if (approvers.length === 0) return true;
  return approvers.some(({ ids }) => key === `slack:T1:${ids.slack}`);
}

function saysYes(text: string, id: number): boolean {
  const [verb = '', number] = text
    .replace(/[\u202a-\u202e]/g, '')
    .trim()
    .split(/\s+/);
  return (
    verb.toLowerCase() === '/approve' && (number === undefined || number.replace('#', '') === String(id))
  );
}

function keyOf({ platform, workspace, userId }: Body['requester']): string {
  return [platform, workspace, userId].map(encodeURIComponent).join(':');
}

/** SHA-256 over what is agreed to, by the design's list of it. */
function digestOf(
  { steps, risk, closes, success, undo, requester, twoPerson }: Body,
  expiresAt: number,
): string {
  const text = canonical({
    steps: steps.map(({ target, capability, source, version, repeat, service, args, facts, risk: own }) => ({
      ...{ capability, source, version, repeat, service, args, facts, risk: own },
      target: target.id,
    })),
    risk,
    closes,
    success: success.kind === 'metric' ? { ...success, before: null } : success,
    undo,
    requester: keyOf(requester),
    twoPerson,
    expiresAt,
  });
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

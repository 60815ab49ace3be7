// An aws source over a scripted AWS whose answers go wrong as the suite asks for it.
import { onTestFinished } from 'vitest';
import type { AwsSettings } from '../../../src/domain/aws-settings.ts';
import type { Service } from '../../../src/domain/resource.ts';
import { createAwsSource } from '../../../src/sources/aws/aws.ts';
import { isRead } from '../../../src/sources/aws/permissions.ts';
import { cut, fail, hang, raw, type Special } from '../../support/aws/server.ts';
import { SOURCE, settingsFor, type TestAws } from '../../support/aws/session.ts';
import type { FakeRedis } from '../../support/redis-server.ts';
import type { Fault, Opened } from './suite.ts';

const SECRET_KEY = 'secret-of-the-test';
const SESSION_TOKEN = 'session-token-of-the-test';
const MEGABYTE = 1024 * 1024;

/** A title as nobody means it, of the characters that AWS takes. */
export const HOSTILE = '\u202e@channel <!here> \u001b[31mfix\u0007';

export const AWS_FAULTS: readonly Fault[] = ['hang', 'html', 'throttled', 'refused', 'broken', 'cut', 'huge'];

const ANSWERS: Record<Fault, Special> = {
  hang,
  html: raw(200, `<html>${SECRET_KEY} Sign in</html>`),
  throttled: fail('ThrottlingException', {
    message: `slow down, ${SECRET_KEY}`,
    headers: { 'retry-after': '900' },
  }),
  refused: fail('ValidationException', { message: `no, ${SECRET_KEY} ${SESSION_TOKEN} \u202e@channel` }),
  broken: raw(500, `<html>oops ${SECRET_KEY}</html>`),
  cut,
  huge: raw(200, Buffer.from(`["${'x'.repeat(2 * MEGABYTE)}"]`), 'application/x-amz-json-1.1'),
};

export interface AwsOpened<W extends TestAws> extends Opened {
  world: W;
}

/** `shards`: the Redis behind its cache, which goes wrong as AWS does. */
export function openAws<W extends TestAws>(
  world: W,
  service: Service,
  { shards = [], settings = {} }: { shards?: readonly FakeRedis[]; settings?: Partial<AwsSettings> } = {},
): AwsOpened<W> {
  const { server, clock } = world;
  const sessionOptions = {
    credentials: async () => ({
      accessKeyId: 'AKIDTEST',
      secretAccessKey: SECRET_KEY,
      sessionToken: SESSION_TOKEN,
    }),
    wait: async (ms: number, signal: AbortSignal) => {
      if (signal.aborted) return;
      waited += ms;
      clock.advance(ms);
    },
    random: () => 1,
    mostBytes: MEGABYTE,
  };
  let waited = 0;
  let changed = 0;
  let fault: Fault | null = null;
  let throttleFor: number | null = null;
  let losing: 'silent' | 'broken' | null = null;
  let waitedFor = false;
  server.on('sts:GetCallerIdentity', {
    Account: '123456789012',
    Arn: 'arn:aws:sts::123456789012:assumed-role/openclaw/session',
  });
  server.on('iam:SimulatePrincipalPolicy', (input) => ({
    EvaluationResults: (input.ActionNames as string[]).map((EvalActionName) => ({
      EvalActionName,
      EvalDecision: EvalActionName.startsWith('ecs:') ? 'implicitDeny' : 'allowed',
    })),
    IsTruncated: false,
  }));
  server.trouble = ({ action, input }, usual) => {
    if (throttleFor !== null) {
      const headers = { 'retry-after': String(throttleFor) };
      throttleFor = null;
      return fail('ThrottlingException', { headers });
    }
    const changes = !isRead(action) && (input.Parameters as { mode?: string[] })?.mode?.[0] !== 'inspect';
    const read = !changes || isUsage(input);
    if (losing !== null && !read) {
      const lost = losing;
      losing = null;
      usual();
      changed += 1;
      if (lost === 'broken') return cut;
      fault = 'hang';
      waitedFor = true;
      return hang;
    }
    if (fault === 'hang') waitedFor = true;
    if (fault !== null) return ANSWERS[fault];
    const answer = usual();
    if (!read && !('special' in answer)) changed += 1;
    return answer;
  };
  const unanswered = <T extends 'silent' | 'lost'>(trouble: T): T => {
    waitedFor = true;
    return trouble;
  };
  const redisChanges = () =>
    shards.flatMap(({ commands }) => commands).filter(([name = '']) => /^(UNLINK|FLUSHALL)$/i.test(name))
      .length;
  const source = createAwsSource({
    name: SOURCE,
    settings: { ...settingsFor(server), ...settings },
    services: () => [service],
    clock,
    session: sessionOptions,
  });
  onTestFinished(() => source.close());
  return {
    world,
    source,
    service,
    stranger: { ...service, name: 'stranger', bindings: { 'This host': { dir: '/' } } },
    secrets: [SECRET_KEY, SESSION_TOKEN],
    fault: (next) => {
      fault = next;
      waitedFor = false;
      for (const shard of shards)
        shard.options.trouble = () => (next === null ? null : next === 'cut' ? 'cut' : unanswered('silent'));
    },
    keepsWaiting: () => waitedFor,
    effects: () => changed + redisChanges(),
    loseAnswers: () => {
      losing = 'silent';
      waitedFor = false;
      for (const shard of shards)
        shard.options.trouble = (command) =>
          /^(UNLINK|FLUSHALL)$/.test(command) ? unanswered('lost') : null;
    },
    breakAnswer: () => {
      losing = 'broken';
      for (const shard of shards)
        shard.options.trouble = (command) => (/^(UNLINK|FLUSHALL)$/.test(command) ? 'broken' : null);
    },
    throttleOnce: (seconds) => {
      throttleFor = seconds;
    },
    waitedMs: () => waited,
  };
}

/** A command of Systems Manager that only looks. */
function isUsage({ DocumentName }: Record<string, unknown>): boolean {
  return DocumentName === 'openclaw-disk-usage';
}

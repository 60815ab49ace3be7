// SNS asks whether a topic may send here: the question is answered by a job that survives, at Amazon's hosts alone.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ToolError } from '../../src/domain/errors.ts';
import type { HttpsAnswer } from '../../src/domain/https-get.ts';
import { HANDLERS } from '../../src/engine/handlers/all.ts';
import { createWorker, type Worker } from '../../src/engine/worker.ts';
import { createPlaybookPlanner } from '../../src/planners/playbook.ts';
import { PLAYBOOKS } from '../../src/playbooks/all.ts';
import { receiveAlerts } from '../../src/store/receive.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alarms';
const HOST = 'https://sns.eu-west-1.amazonaws.com';
const LINK = `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=abc`;
const DAY_MS = 24 * 60 * 60_000;

let harness: Harness;
let fetched: string[];
let answers: (HttpsAnswer | Error)[];
let worker: Worker;

beforeEach(async () => {
  harness = await createHarness({ sources: () => [] });
  await harness.add('source', {
    name: 'aws',
    type: 'sns',
    settings: { topic: TOPIC },
    secrets: {},
    services: [],
  });
  fetched = [];
  answers = [];
  worker = start();
});
afterEach(() => harness.close());

function start(): Worker {
  const engine = {
    clock: harness.clock,
    store: harness.store,
    adapters: () => ({ sources: [], channels: [] }),
    planner: createPlaybookPlanner(PLAYBOOKS),
    log: () => {},
    startId: randomUUID(),
    zone: 'UTC',
    async httpsGet(url: URL): Promise<HttpsAnswer> {
      fetched.push(url.href);
      const answer = answers.shift() ?? { status: 200, text: '<ConfirmSubscriptionResponse/>' };
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return createWorker(engine, HANDLERS);
}

async function ask(url: string = LINK, topic: string = TOPIC): Promise<void> {
  const body = { type: 'subscription', topic, url };
  const entry = {
    source: 'aws',
    key: randomUUID(),
    kind: 'notice' as const,
    body,
    receivedAt: harness.clock.now(),
  };
  await harness.store.write((tx) => receiveAlerts(tx, [entry]));
  await worker.runUntilIdle();
}

async function later(ms: number): Promise<void> {
  harness.clock.set(harness.clock.now() + ms);
  await worker.runUntilIdle();
}

const audit = async () => (await harness.store.read.timeline.recent(50)).map(({ text }) => text).reverse();
const posts = async () => (await harness.posts()).join('\n');

test('asked, tried and confirmed stand in the record', async () => {
  await ask();
  expect(fetched).toEqual([LINK]);
  expect(await audit()).toEqual([
    `aws: Amazon SNS asks to confirm that ${TOPIC} may send here`,
    `aws: confirming ${TOPIC}, try 1`,
    `aws: ${TOPIC} is confirmed, its messages come in from now on`,
  ]);
  expect(await posts()).toBe('');
});

test('what does not answer, or says 500, is asked again', async () => {
  answers = [new ToolError('retry', 'no way'), { status: 500, text: '' }];
  await ask();
  await later(60_000);
  await later(120_000);
  expect(fetched).toHaveLength(3);
  expect((await audit()).at(-1)).toContain('is confirmed');
});

test('after three days it is given up, and people read what to do', async () => {
  answers = Array(2).fill(new ToolError('retry', 'no way')) as Error[];
  await ask();
  await later(3 * DAY_MS);
  expect(await posts()).toContain('could not be reached for three days');
});

test.each([301, 302, 400, 403, 404])('an answer of %i is the end, with what to do', async (status) => {
  answers = [{ status, text: '' }];
  await ask();
  await later(60_000);
  expect(fetched).toHaveLength(1);
  expect(await posts()).toContain(`was not confirmed: sns.eu-west-1.amazonaws.com answered ${status}`);
});

describe('nothing is fetched', () => {
  test.each([
    `http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
    `https://evil.example/?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
    `https://sns.eu-west-1.amazonaws.com@evil.example/?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
    `https://user:pw@sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
    `https://sns.eu-west-1.amazonaws.com:444/?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
    `https://sns.eu-west-1.amazonaws.com.evil.example/?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
    `https://x.sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
    `https://sns.eu-west-1.amazonаws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
    `https://169.254.169.254/?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
    `${HOST}/other?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
    `${HOST}/?Action=DeleteTopic&TopicArn=${TOPIC}`,
    `${HOST}/?Action=ConfirmSubscription&Action=DeleteTopic&TopicArn=${TOPIC}`,
    `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}-of-others`,
    'not a link',
  ])('at %s', async (url) => {
    await ask(url);
    expect(fetched).toEqual([]);
    expect(await posts()).toContain('its link does not lead to Amazon SNS');
  });

  test('for a topic that was taken out of the settings meanwhile', async () => {
    const source = await harness.store.read.resources.find('source', 'aws');
    if (!source) throw new Error('no source');
    await harness.store.write((tx) =>
      tx.resources.update('source', source.id, {
        spec: { ...source.spec, settings: { topic: `${TOPIC}2` } },
      }),
    );
    await ask();
    expect(fetched).toEqual([]);
    expect(await posts()).toContain('is not in the settings of "aws" any more');
  });
});

test('killed in between, it is asked again at the next start', async () => {
  answers = [new ToolError('retry', 'the daemon was stopped')];
  await ask();
  await harness.restart();
  worker = start();
  await later(60_000);
  expect((await audit()).at(-1)).toContain('is confirmed');
});

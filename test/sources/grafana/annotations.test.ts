// Marks on Grafana's graphs: once each, whatever is lost on the way.
import { describe, expect, test } from 'vitest';
import type { Mark } from '../../../src/domain/tool.ts';
import { json } from '../../support/scripted-server.ts';
import { fakeGrafana, grafanaSource, NOW, service } from './fake-grafana.ts';

const mark: Mark = {
  key: 'openclaw-incident-43-1',
  text: 'Incident #43 (critical): api error rate',
  tags: ['incident-43', 'service:api'],
  at: NOW,
  endAt: null,
};

async function scene(more: Parameters<typeof fakeGrafana>[0] = {}) {
  const fake = fakeGrafana(more);
  const one = await grafanaSource(fake);
  const send = (which: Mark = mark) =>
    one.source.annotate?.(which, one.call) ?? Promise.reject(new Error('none'));
  return { ...one, fake, send };
}

test('a mark has tags, a text and a time; sent again it is the same one', async () => {
  const { fake, send, asked } = await scene();
  await send();
  await send();
  expect(fake.annotations).toEqual([
    { id: 1, time: NOW, timeEnd: NOW, tags: ['openclaw', mark.key, ...mark.tags], text: mark.text },
  ]);
  expect(asked.find(({ method }) => method === 'POST')?.headers['content-type']).toBe('application/json');
});

test('an end makes a span of it, once', async () => {
  const { fake, send, asked } = await scene();
  await send();
  const ended = { ...mark, endAt: NOW + 960_000, text: `${mark.text}, resolved` };
  await send(ended);
  await send(ended);
  expect(fake.annotations).toMatchObject([{ id: 1, time: NOW, timeEnd: NOW + 960_000, text: ended.text }]);
  expect(asked.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  // Comes late: what began was never sent.
  const late = await scene();
  await late.send(ended);
  expect(late.fake.annotations).toMatchObject([{ time: NOW, timeEnd: NOW + 960_000 }]);
});

test('an answer that was lost after it was kept leaves one mark', async () => {
  const { fake, send } = await scene();
  fake.instead = ({ method, body }) => {
    if (method !== 'POST') return undefined;
    const { time, tags, text } = JSON.parse(body) as { time: number; tags: string[]; text: string };
    fake.annotations.push({ id: 1, time, timeEnd: time, tags, text });
    return { body: '{"id":1,"message":"Annotation added"}', cutAfter: 5 };
  };
  await expect(send()).rejects.toMatchObject({ outcome: 'unknown' });
  await send();
  expect(fake.annotations).toHaveLength(1);
});

describe('what is refused is said', () => {
  test.each([
    [{ status: 403 }, 'failed', /annotations:create/],
    [json({ message: 'bad request data' }, 400), 'failed', /\(400\): bad request data/],
    [{ status: 503 }, 'unknown', /is not available/],
    [{ status: 429 }, 'retry', /too many requests/],
  ] as const)('%j', async (reply, outcome, message) => {
    const { fake, send, asked } = await scene();
    fake.instead = ({ method }) => (method === 'POST' ? reply : undefined);
    await expect(send()).rejects.toMatchObject({ outcome, message: expect.stringMatching(message) });
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

test('none where they are switched off', async () => {
  const { source } = await grafanaSource(fakeGrafana(), [service()], { settings: { annotations: 'no' } });
  expect(source.annotate).toBeUndefined();
});

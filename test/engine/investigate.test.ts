// What an investigation finds in the metrics: when it began, what moved as well, and who is on call.
import { afterEach, expect, test } from 'vitest';
import { ToolError } from '../../src/domain/errors.ts';
import type { ReadTool, SourceAdapter, Tool } from '../../src/domain/tool.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import type { World } from '../support/world.ts';
import { createWorldSource } from '../support/world-source.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-23T03:14:00Z');

let harness: Harness;
afterEach(() => harness.close());

/** Two hours, one point a minute: `normal`, and `now` for the last minutes. */
function series(metric: string, normal: number, now: number, minutes: number) {
  const points = Array.from({ length: 120 }, (_, index) => {
    const ago = 119 - index;
    return { at: START - ago * MINUTE, value: ago < minutes ? now : normal };
  });
  return { metric, unit: '%' as const, current: now, points };
}

function withMetrics(answer: (service: string) => ReturnType<typeof series>[]) {
  return (world: World): SourceAdapter[] => {
    const source = createWorldSource(world);
    const tools = source.tools.map((tool): Tool => {
      if (tool.capability !== 'metrics.query') return tool;
      const own: ReadTool<'metrics.query'> = {
        ...(tool as ReadTool<'metrics.query'>),
        read: async ({ service }) => answer(service),
      };
      return own as Tool;
    });
    return [{ ...source, tools }];
  };
}

async function found(): Promise<string> {
  await harness.alert({
    title: 'api error rate critical',
    service: 'api',
    labels: { metric: 'error_rate' },
    startsAt: START,
  });
  return (await harness.posts()).find((post) => post.includes('| 🤔')) ?? '';
}

test('the onset is when the metric left its band, not when the alert fired', async () => {
  const sources = withMetrics(() => [series('error_rate', 0.2, 12.3, 10), series('latency', 40, 41, 10)]);
  harness = await createHarness({ sources });
  const post = await found();
  expect(post).toContain('🕐 Began: 03:05 UTC');
  expect(post).toContain('error_rate of api: 12.3%, normally 0.2%, since 03:05 UTC');
  expect(post).not.toContain('latency');
  // Said once beside the header: in the line that called her.
  expect(post).not.toContain('On-call');
});

test('a dependency that moved as well is named', async () => {
  const sources = withMetrics((service) =>
    service === 'api' ? [series('error_rate', 0.2, 12.3, 3)] : [series('connections', 20, 99, 8)],
  );
  harness = await createHarness({ sources });
  const api = await harness.store.read.resources.find('service', 'api');
  if (api)
    await harness.store.write((tx) =>
      tx.resources.update('service', api.id, { spec: { ...api.spec, dependsOn: ['orders-db'] } }),
    );
  expect(await found()).toContain('connections of orders-db: 99%, normally 20%, since 03:07 UTC');
});

test('what all of them share is said once, and the furthest from normal first', async () => {
  const cpu = series('cpu_usage', 90, 12, 3);
  const sources = withMetrics((service) =>
    service === 'api' ? [cpu, series('latency', 40, 80, 3), series('error_rate', 0, 12.3, 3)] : [cpu],
  );
  harness = await createHarness({ sources });
  const api = await harness.store.read.resources.find('service', 'api');
  if (api)
    await harness.store.write((tx) =>
      tx.resources.update('service', api.id, { spec: { ...api.spec, dependsOn: ['orders-db'] } }),
    );
  const lines = [...(await found()).matchAll(/(\w+) of (\S+): \S+, normally/g)].map(([, metric, of]) => [
    metric,
    of,
  ]);
  expect(lines).toEqual([
    ['error_rate', 'api'],
    ['latency', 'api'],
    ['cpu_usage', 'api'],
  ]);
});

test('a deploy between the onset and the alert is suspected no less than one before it', async () => {
  const sources = withMetrics(() => [series('error_rate', 0.2, 12.3, 60)]);
  harness = await createHarness({ sources });
  expect(await found()).toContain('deploy #492');
});

test('without a past nothing is called unusual', async () => {
  const sources = withMetrics(() => [{ ...series('error_rate', 0, 12.3, 1), points: [] }]);
  harness = await createHarness({ sources });
  const post = await found();
  expect(post).not.toContain('Unusual');
  expect(post).not.toContain('Began');
});

test('why a source said nothing stands in the thread, with what is unknown for it', async () => {
  const words = 'the credentials of AWS Production have expired: log in again. Not known: the logs of api';
  const sources = (world: World): SourceAdapter[] => {
    const source = createWorldSource(world);
    const tools = source.tools.map((tool): Tool => {
      if (tool.capability !== 'logs.search' && tool.capability !== 'services.health') return tool;
      const own: ReadTool = {
        ...(tool as unknown as ReadTool),
        read: () => Promise.reject(new ToolError('failed', words)),
      };
      return own as unknown as Tool;
    });
    return [{ ...source, tools }];
  };
  harness = await createHarness({ sources });
  const post = await found();
  expect(post).toContain(`⚠️ AWS Production: ${words}. Missing here: logs, health`);
  expect(post.split('credentials')).toHaveLength(2);
  // What others could say is there all the same.
  expect(post).toContain('Last deploy: #492');
});

test('a change that was told of no service stands beside the cause, and one that came later does not', async () => {
  harness = await createHarness({ sources: withMetrics(() => [series('error_rate', 0.2, 12.3, 10)]) });
  const told = { source: 'LaunchPad', author: '@ann', link: null, service: null };
  await harness.store.write(async (tx) => {
    await tx.markers.add({ ...told, key: 'f1', title: 'fast-path on', at: START - 12 * MINUTE });
    await tx.markers.add({ ...told, key: 'f2', title: 'fast-path off', at: START - 1 * MINUTE });
  });
  const post = await found();
  expect(post).toContain('📝 Changed shortly before, of no service we know:');
  expect(post).toContain('"fast-path on" (@ann) at 03:02 UTC, told by LaunchPad');
  expect(post).not.toContain('fast-path off');
});

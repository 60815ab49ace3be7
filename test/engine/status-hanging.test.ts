// `/status` over 50 services and three sources at the other end of real connections, one of which never answers.
import { afterEach, expect, test } from 'vitest';
import type { ServiceHealth } from '../../src/domain/capability.ts';
import type { ReadTool, SourceAdapter, Tool } from '../../src/domain/tool.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { json, type Reply, scriptedServer } from '../support/scripted-server.ts';

const SERVICES = Array.from({ length: 50 }, (_, index) => `service-${String(index + 1).padStart(2, '0')}`);

let harness: Harness;
afterEach(() => harness.close());

async function sourceAt(
  name: string,
  serves: (service: string) => boolean,
  answer: (service: string) => Reply,
) {
  const { url, asked } = await scriptedServer(({ query }) => answer(query.get('service') ?? ''));
  const health: ReadTool<'services.health'> = {
    kind: 'read',
    capability: 'services.health',
    source: name,
    serves: (service) => serves(service.name),
    read: async ({ service }, _service, { signal }) => {
      const response = await fetch(`${url}/health?service=${service}`, { signal });
      return (await response.json()) as ServiceHealth;
    },
  };
  const source: SourceAdapter = { name, type: 'aws', tools: [health as Tool], close: async () => {} };
  return { source, asked };
}

function healthy(service: string): Reply {
  const instances = [{ id: `${service}-1`, state: 'healthy' }];
  return json({ service, desired: 1, running: 1, healthy: 1, instances });
}

test('waits once for what hangs, names it, and shows all that others know', async () => {
  const third = (service: string) => SERVICES.indexOf(service) % 3;
  const aws = await sourceAt('AWS', (service) => third(service) === 0, healthy);
  const host = await sourceAt('Host', (service) => third(service) !== 0, healthy);
  // It would know every service.
  const lost = await sourceAt(
    'Lost',
    () => true,
    () => ({ hangs: true }),
  );
  harness = await createHarness({ empty: true, sources: () => [lost.source, aws.source, host.source] });
  for (const name of SERVICES)
    await harness.add('service', { name, kind: 'app', bindings: {}, instances: [], dependsOn: [] });
  await harness.add('command', {
    name: 'status',
    trigger: '/status',
    sources: ['Lost', 'AWS', 'Host'],
    message: 'all services',
    announce: false,
    twoPerson: false,
  });
  const answer = await harness.say('sarah', '/status');
  for (const name of SERVICES) expect(answer).toContain(`✅  ${name}  1 of 1 healthy`);
  expect(answer).toContain('Lost did not answer: no answer within 1.5 s');
  expect(answer.match(/did not answer:/g)).toHaveLength(1);
  expect(aws.asked.length + host.asked.length).toBe(50);
  expect(lost.asked.length).toBeGreaterThan(0);
});

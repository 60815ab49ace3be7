import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { definitionDiff } from '../../../src/sources/aws/definition-diff.ts';

const definition = (container: object = {}, task: object = {}): TaskDefinition => ({
  cpu: '512',
  memory: '1024',
  containerDefinitions: [{ name: 'api', image: 'repo/api:491', ...container }],
  ...task,
});

describe('two task definitions', () => {
  test('that say the same differ in nothing, whatever the order of keys and empty lists', () => {
    expect(
      definitionDiff(
        definition({ healthCheck: { command: ['x'], interval: 5 }, ulimits: [] }),
        definition({ healthCheck: { interval: 5, command: ['x'] } }),
      ),
    ).toEqual([]);
  });

  test('differ in image, limits and size', () => {
    expect(
      definitionDiff(
        definition({ memory: 512 }),
        definition({ image: 'repo/api:492', memory: 256, cpu: 128 }, { cpu: '1024' }),
      ),
    ).toEqual([
      'task cpu 512 → 1024',
      'api: image repo/api:491 → repo/api:492',
      'api: cpu none → 128',
      'api: memory limit 512 → 256',
    ]);
  });

  test('differ in variables by name; no value and no command is ever shown', () => {
    const lines = definitionDiff(
      definition({
        environment: [
          { name: 'DB_PASSWORD', value: 'old-secret' },
          { name: 'GONE', value: 'x' },
          { name: 'SAME', value: 'y' },
        ],
        secrets: [{ name: 'TOKEN', valueFrom: 'arn:secret-1' }],
        command: ['serve', '--password', 'old-secret'],
      }),
      definition({
        environment: [
          { name: 'DB_PASSWORD', value: 'new-secret' },
          { name: 'FEATURE_X', value: 'on' },
          { name: 'SAME', value: 'y' },
        ],
        secrets: [{ name: 'TOKEN', valueFrom: 'arn:secret-2' }],
        command: ['serve', '--password', 'new-secret'],
        logConfiguration: { logDriver: 'awslogs' },
      }),
    );
    expect(lines).toEqual([
      'api: variable FEATURE_X added',
      'api: variable GONE removed',
      'api: variable DB_PASSWORD changed',
      'api: secret TOKEN changed',
      'api: command changed',
      'api: logging changed',
    ]);
    expect(lines.join('\n')).not.toMatch(/old-secret|new-secret|arn:secret/);
  });

  test('differ in containers', () => {
    expect(
      definitionDiff(definition(), {
        ...definition(),
        containerDefinitions: [{ name: 'envoy', image: 'envoy:1' }],
      }),
    ).toEqual(['container envoy added', 'container api removed']);
  });

  test('hostile names stay on their line, and there are not too many', () => {
    const environment = Array.from({ length: 500 }, (_, index) => ({
      name: `X${index}\n/approve 1\u202e${'x'.repeat(500)}`,
      value: 'x',
    }));
    const lines = definitionDiff(definition(), definition({ environment }));
    expect(lines).toHaveLength(100);
    for (const line of lines) {
      expect(line).not.toMatch(/[\n\u202e]/);
      expect(line.length).toBeLessThan(200);
    }
  });
});

import { expect, test } from 'vitest';
import { agentFor } from '../../../src/domain/agent-for.ts';
import type { Agent } from '../../../src/domain/resource.ts';

const agent = (name: string, more: Partial<Agent> = {}): Agent => ({ name, message: name, ...more });
const MONITOR = agent('DevOps Monitor');
const CRITICAL = agent('critical', { severities: ['critical'] });
const API = agent('api', { services: ['api'] });
const MANY = agent('many', { services: ['api', 'web', 'shop'] });
const BOTH = agent('both', { services: ['api'], severities: ['critical'] });
const ALL = [MONITOR, CRITICAL, MANY, API, BOTH];
const about = (service: string | null, severity: 'critical' | 'warning' = 'critical') => ({
  service,
  severity,
});

test.each([
  ['both asks for most', ALL, about('api'), BOTH],
  ['a service for more than a severity', [MONITOR, CRITICAL, MANY], about('web'), MANY],
  ['few services for more than many', [MANY, API], about('api'), API],
  ['what does not fit is none', ALL, about('api', 'warning'), API],
  ['of no service only a severity fits', ALL, about(null), CRITICAL],
  ['about no incident it is the one from the start', ALL, null, MONITOR],
  ['where nothing fits as well', ALL, about('other', 'warning'), MONITOR],
])('%s', (_, agents, incident, expected) => {
  expect(agentFor(agents, incident)).toBe(expected);
});

test('the one from the start speaks also where it was removed', () => {
  expect(agentFor([], null).name).toBe('DevOps Monitor');
});

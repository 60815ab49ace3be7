// What every engine test starts with: the seed's commands in short, one service of each sort, people for every level.
import type { Kind, SpecOf } from '../../src/domain/resource.ts';

export type AddResource = <K extends Kind>(kind: K, spec: SpecOf[K]) => Promise<void>;

/** `mail`: a second channel, and addresses there. `watchMs`: how long the commands watch what they changed; default: as the product does. */
export async function addTeam(
  add: AddResource,
  options: { watchMs?: number; mail?: boolean } = {},
): Promise<void> {
  const { mail = false, ...watch } = options;
  const names = ['rollback', 'scale', 'restart', 'logs', 'metrics', 'flush-cache', 'db-failover'];
  for (const name of names) {
    await add('command', {
      name,
      trigger: `/${name}`,
      sources: ['AWS Production'],
      message: name,
      announce: false,
      twoPerson: false,
      ...watch,
    });
  }
  await add('channel', { name: 'slack', type: 'slack', settings: {}, secrets: {} });
  if (mail) await add('channel', { name: 'mail', type: 'email', settings: {}, secrets: {} });
  await add('service', {
    name: 'api',
    kind: 'app',
    bindings: { 'AWS Production': 'asg:api-prod' },
    instances: ['api-prod-*'],
    dependsOn: [],
  });
  await add('service', {
    name: 'orders-db',
    kind: 'database',
    bindings: { 'AWS Production': 'rds:orders' },
    instances: [],
    dependsOn: [],
  });
  await add('escalation', {
    name: 'Default',
    levels: [
      { target: 'on-call', timeoutMs: 5 * 60_000 },
      { target: 'team-lead', timeoutMs: 15 * 60_000 },
      { target: 'engineering-manager', timeoutMs: 30 * 60_000 },
    ],
    message: 'No one has acknowledged incident #{id} after {timeout}.\nEscalating to {next_level}.',
  });
  const contact = (name: string, id: string) => ({
    name,
    ids: { slack: id, ...(mail ? { email: `${name}@example.org` } : {}) },
    order: mail ? ['slack', 'mail'] : ['slack'],
    can: [],
    unattended: false,
  });
  await add('contact', contact('sarah', 'U-sarah'));
  await add('contact', contact('team-lead', 'U-lead'));
  await add('contact', contact('engineering-manager', 'U-manager'));
  await add('rotation', {
    name: 'on-call',
    members: ['sarah'],
    period: 'weekly',
    handover: '09:00',
    weekday: 1,
    zone: 'UTC',
    start: '2026-01-05',
    overrides: [],
  });
}

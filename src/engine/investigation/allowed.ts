// Of what a diagnosis would have typed, what exists here and may be done: configured triggers, and sources that can.
import type { Remedy } from '../../diagnosis/cause/remedies.ts';
import type { Capability, ChangeCapability, ReadCapability } from '../../domain/capability.ts';
import { isChangeCapability } from '../../domain/capability.ts';
import { playbookOf } from '../../domain/playbook-of.ts';
import type { Command, Service } from '../../domain/resource.ts';
import type { SourceAdapter } from '../../domain/tool.ts';
import { findChangeTool, findReadTools } from '../toolbox.ts';

/** What a playbook cannot do without; one of them is enough. */
const NEEDS: Readonly<Record<string, readonly Capability[]>> = {
  rollback: ['deploys.rollback'],
  scale: ['services.scale'],
  restart: ['services.restart'],
  'flush-cache': ['caches.flush'],
  'db-failover': ['databases.failover'],
  'disk-cleanup': ['disk.prune-docker', 'disk.vacuum-journal', 'disk.remove-old-files'],
  logs: ['logs.search'],
  metrics: ['metrics.query'],
};

export interface Means {
  commands: readonly Command[];
  services: readonly Service[];
  sources: readonly SourceAdapter[];
  /** No new step starts: what changes something would be refused. */
  frozen: boolean;
}

export function allowed(remedies: readonly Remedy[], means: Means): { command: string; why: string }[] {
  return remedies.flatMap((remedy) => {
    const command = means.commands.find((each) => playbookOf(each) === remedy.playbook);
    if (!command || !isPossible(remedy, command, means)) return [];
    return [{ command: `${command.trigger} ${remedy.args}`.trim(), why: remedy.why }];
  });
}

function isPossible({ playbook, service: name }: Remedy, { sources: names }: Command, means: Means): boolean {
  const service = name === null ? null : means.services.find((each) => each.name === name);
  if (service === undefined) return false;
  return (NEEDS[playbook] ?? []).some((capability) =>
    isChangeCapability(capability)
      ? !means.frozen &&
        findChangeTool(means.sources, names, capability satisfies ChangeCapability, service) !== null
      : findReadTools(means.sources, names, capability as ReadCapability, service).length > 0,
  );
}

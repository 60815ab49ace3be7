// What a source is used for, by what is configured: the enabled commands that name it, and the steps of auto-fixes.
import { type Capability, isChangeCapability, isReadCapability } from '../domain/capability.ts';
import { playbookOf } from '../domain/playbook-of.ts';
import { ALWAYS_USED, USES } from '../playbooks/uses.ts';
import type { Store } from '../store/store.ts';

export interface SourceUses {
  capabilities: Capability[];
  /** Triggers and names of fixes, as their owner knows them. Empty: only what every source is asked for. */
  by: string[];
}

/** Of what it is able to do. Sorted, each once. A fix names no source: it may use any that can do one of its steps. */
export async function usesOf(
  source: string,
  able: readonly Capability[],
  { read }: Pick<Store, 'read'>,
): Promise<SourceUses> {
  const can = (capability: string) => able.some((one) => one === capability);
  const commands = (await read.resources.list('command')).filter(
    ({ enabled, spec }) => enabled && spec.sources.includes(source),
  );
  const fixes = (await read.resources.list('auto-fix')).filter(
    ({ enabled, spec }) => enabled && spec.steps.some(({ capability }) => can(capability)),
  );
  const capabilities = [
    ...ALWAYS_USED,
    ...commands.flatMap(({ spec }) => USES[playbookOf(spec)] ?? []),
    ...fixes.flatMap(({ spec }) => spec.steps.map(({ capability }) => capability)).filter(isCapability),
  ];
  return {
    capabilities: [...new Set(capabilities.filter(can))].sort(),
    by: [...commands.map(({ spec }) => spec.trigger), ...fixes.map(({ name }) => name)],
  };
}

function isCapability(name: string): name is Capability {
  return isReadCapability(name) || isChangeCapability(name);
}

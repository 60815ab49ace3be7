// What the guardrails need to know beside the step: the kind of service, and what we did to the target lately.
import type { Execution } from '../domain/execution.ts';
import type { GuardrailFacts } from '../domain/guardrails.ts';
import type { Step } from '../domain/plan.ts';
import type { Service } from '../domain/resource.ts';
import type { Tables } from '../store/tables.ts';

const HOUR_MS = 3_600_000;

/** What locks, caps and cooldowns count per. */
export function targetKey(source: string, targetId: string): string {
  return `${source}/${targetId}`;
}

export async function guardrailFacts(
  tables: Tables,
  step: Pick<Step, 'source' | 'target' | 'service'>,
  now: number,
): Promise<GuardrailFacts> {
  const service = step.service ? await tables.resources.find('service', step.service) : null;
  const lately = await tables.executions.ofTarget(targetKey(step.source, step.target.id), now - HOUR_MS);
  return {
    serviceKind: service?.spec.kind ?? null,
    serviceIsDatabase: service !== null && bindsDatabase(service.spec),
    capacityBeforeScaleUps: capacityBeforeScaleUps(lately),
  };
}

/** What a host knows as a database is one, whatever the service is called. */
function bindsDatabase({ bindings }: Service): boolean {
  return Object.values(bindings).some(
    (binding) => typeof binding !== 'string' && binding.database !== undefined,
  );
}

/** One that may have happened counts: an unknown scale-up is a scale-up. */
function capacityBeforeScaleUps(executions: readonly Execution[]): number | null {
  for (const { capability, state, args, facts } of executions) {
    if (capability !== 'services.scale' || state === 'failed') continue;
    const before = Number(facts.capacity);
    if (Number(args.count) > before) return before;
  }
  return null;
}

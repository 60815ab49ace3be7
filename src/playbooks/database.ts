// Databases are recognised by what they are: by their kind, or because a source describes them as one.
import type { ChangeCapability } from '../domain/capability.ts';
import { formatDurationWords } from '../domain/duration.ts';
import { type AssessedStep, assessStep } from '../domain/guardrails.ts';
import type { Kit, Proposal } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { known, refusal } from './answers.ts';

export async function isDatabase(service: Service, kit: Kit): Promise<boolean> {
  if (service.kind === 'database') return true;
  return known(await kit.read('databases.describe', { service: service.name })).length > 0;
}

/**
 * A database under a name that only its sources know: a binding of its service or what that points at, its cluster, one
 * of its members. Null: no database is called so.
 */
export async function databaseKnownAs(name: string, kit: Kit): Promise<Service | null> {
  const found = await Promise.all(
    kit.services.map(async (service) => {
      if (isBoundTo(service, name) && (await isDatabase(service, kit))) return service;
      const states = known(await kit.read('databases.describe', { service: service.name }));
      const members = states.flatMap(({ result }) => [
        result.cluster,
        result.primary,
        ...result.replicas.map(({ id }) => id),
      ]);
      return members.includes(name) ? service : null;
    }),
  );
  return found.find((service) => service !== null) ?? null;
}

/** `rds:orders logs:/db` is meant by `rds:orders` and by `orders`. */
function isBoundTo({ bindings }: Service, name: string): boolean {
  return Object.values(bindings)
    .flatMap((binding) => (typeof binding === 'string' ? binding.split(/\s+/) : []))
    .some((word) => word === name || word.slice(word.indexOf(':') + 1) === name);
}

/** The guardrail's own no, said before anything is measured, and where no source could do it anyway. */
export async function databaseRefusal<C extends ChangeCapability>(
  step: AssessedStep<C>,
  service: Service,
  kit: Kit,
): Promise<Proposal | null> {
  if (!(await isDatabase(service, kit))) return null;
  const context = { serviceKind: service.kind, serviceIsDatabase: true, capacityBeforeScaleUps: null };
  const no = assessStep(step, context).refusal;
  return no && refusal(no.why, no.detail, no.instead);
}

/** `20 ms behind` */
export function lagText(lagMs: number | null): string {
  if (lagMs === null) return 'lag unknown';
  return lagMs < 1_000 ? `${Math.round(lagMs)} ms behind` : `${formatDurationWords(lagMs)} behind`;
}

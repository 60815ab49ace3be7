// Databases are recognised by what they are: by their kind, or because a source describes them as one.
import type { ChangeCapability } from '../domain/capability.ts';
import { type AssessedStep, assessStep } from '../domain/guardrails.ts';
import type { Kit, Proposal } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { known, refusal } from './answers.ts';

export async function isDatabase(service: Service, kit: Kit): Promise<boolean> {
  if (service.kind === 'database') return true;
  return known(await kit.read('databases.describe', { service: service.name })).length > 0;
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

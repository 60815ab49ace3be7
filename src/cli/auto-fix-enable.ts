// Enabling an auto-fix is a person's answer to its having stopped itself: who said so stays on record.
import { asKnown } from '../domain/called.ts';
import { quoted } from '../domain/excerpt.ts';
import { principalKey } from '../domain/principal.ts';
import type { Resource } from '../domain/resource.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { localPerson } from './local-person.ts';

/** Targets for which two runs that did not help had stopped it: `This host//`. */
export function stoppedFor(tables: Tables, name: string): Promise<string[]> {
  return tables.conditions.targets(stops(name));
}

/** Its new revision makes the breaker begin anew, for every target. Errors: UserError. */
export async function enableFix(
  store: Store,
  { id, name }: Resource<'auto-fix'>,
): Promise<{ resource: Resource<'auto-fix'>; stopped: string[] }> {
  return store.write(async (tx) => {
    const contacts = (await tx.resources.list('contact'))
      .filter((one) => one.enabled)
      .map(({ spec }) => spec);
    const person = asKnown(localPerson(), contacts);
    const stopped = await stoppedFor(tx, name);
    const resource = await tx.resources.update('auto-fix', id, { enabled: true });
    await tx.conditions.forget(stops(name));
    const where = stopped.length === 0 ? '' : `, which had stopped for ${stopped.join(', ')}`;
    await tx.timeline.add({
      incidentId: null,
      kind: 'auto-fix',
      actor: principalKey(person),
      text: `@${person.displayName} enabled the auto-fix ${quoted(name)}${where}`,
      data: { autoFix: name, stopped },
    });
    return { resource, stopped };
  });
}

function stops(name: string): string {
  return `auto-fix:${name}/stopped`;
}

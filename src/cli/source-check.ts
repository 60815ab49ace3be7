// `openclaw source test NAME` without a body: who the other side takes us for, and what does not work there.
import type { Resource } from '../domain/resource.ts';
import { printChecked } from './checked.ts';
import type { Context } from './context.ts';

/** Exit code 1 when there are problems. */
export async function printCheck(context: Context, source: Resource<'source'>): Promise<void> {
  const { io } = context;
  const store = await context.store();
  const { checkSource } = await import('../daemon/check-source.ts');
  const checked = await checkSource(source, {
    store,
    clock: { now: () => io.now() },
    env: io.env,
  });
  printChecked(context, checked, { source: source.name, type: source.spec.type });
}

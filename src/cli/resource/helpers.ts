import { resolve } from 'node:path';
import type { Helpers } from '../../resources/definition.ts';
import type { Io } from '../io.ts';

/** `folder`: what relative paths of the resource are below. */
export function helpersIn(folder: string, { now, env }: Pick<Io, 'now' | 'env'>): Helpers {
  return {
    async compile(action, text) {
      const [{ compileAction }, { parseCondition }] = await Promise.all([
        import('../../playbooks/compile-action.ts'),
        import('../../domain/condition.ts'),
      ]);
      return compileAction(action, parseCondition(text));
    },
    now,
    resolvePath: (path) => resolve(folder, path),
    environment: (name) => env[name],
  };
}

import { resolve } from 'node:path';
import type { Compiled } from '../../playbooks/compile-action.ts';
import type { Helpers } from '../../resources/definition.ts';
import type { Context } from '../context.ts';
import type { Io } from '../io.ts';

/** `folder`: what relative paths of the resource are below. `model`: reads prose that our own rules do not; not given: nobody does. */
export function helpersIn(
  folder: string,
  { now, env }: Pick<Io, 'now' | 'env'>,
  model?: (action: string, condition: string, read: Compiled) => Promise<Compiled>,
): Helpers {
  return {
    async compile(action, text) {
      const [{ compileAction }, { parseCondition }] = await Promise.all([
        import('../../playbooks/compile-action.ts'),
        import('../../domain/condition.ts'),
      ]);
      const compiled = compileAction(action, parseCondition(text));
      return model ? model(action, text, compiled) : compiled;
    },
    now,
    resolvePath: (path) => resolve(folder, path),
    environment: (name) => env[name],
  };
}

/** Of one person who types: what the model makes of the prose is theirs to confirm. */
export function helpersOf(context: Context): Helpers {
  const { io } = context;
  return helpersIn(io.cwd, io, (...given) => readByModel(context, ...given));
}

const WITHOUT_KEY =
  'With ANTHROPIC_API_KEY set here, Claude would read these words as steps, for you to confirm';

async function readByModel(
  context: Context,
  action: string,
  condition: string,
  read: Compiled,
): Promise<Compiled> {
  // What is refused for what it is stays so, whoever reads it.
  if (read.problems.length === 0 || read.problems.some(({ refused }) => refused)) return read;
  const { io } = context;
  const also = (words: string): Compiled => ({
    ...read,
    problems: read.problems.map((problem, at) =>
      at === 0 ? { ...problem, why: `${problem.why}. ${words}` } : problem,
    ),
  });
  if ((io.env.ANTHROPIC_API_KEY?.trim() ?? '') === '') return also(WITHOUT_KEY);
  const { compileFix } = await import('../../daemon/compile-fix.ts');
  const { writeStep } = await import('../../resources/values/typed-step.ts');
  if (io.attended) io.stderr('Claude reads the action ...\n');
  const { steps, sentence, cost } = await compileFix(
    { action, condition },
    { store: await context.store(), clock: io, env: io.env, signal: new AbortController().signal },
  );
  if (steps.length === 0) return also(sentence);
  const { dollarText, tokenText } = await import('../../domain/model-budget.ts');
  const asked = `(${tokenText(cost.tokens)}, ${dollarText(cost.microDollars)})`;
  const written = steps.map(writeStep);
  if (io.isTty) {
    io.stderr(
      `Claude reads it as ${asked}:\n${written.map((step, at) => `  ${at + 1}. ${step}`).join('\n')}\n`,
    );
    const isTaken = await io.confirm('Store exactly these steps?');
    return isTaken ? { steps, problems: [] } : also('You did not take what Claude read');
  }
  const { shellQuote } = await import('../../resources/shell-quote.ts');
  const flags = written.map((step) => `--step ${shellQuote(step)}`).join(' ');
  return also(`Claude reads it as ${asked}: ${flags}; where that is meant, add these`);
}

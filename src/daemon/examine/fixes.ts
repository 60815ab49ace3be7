import { type Finding, warn } from '../../domain/finding.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import type { Examination } from '../examine.ts';

/** Fixes that would only post their words. */
export function examineFixes({ all }: Examination): Finding[] {
  return all('auto-fix')
    .filter(({ spec }) => spec.steps.length === 0)
    .map(({ name }) =>
      warn(
        `auto-fix "${name}"`,
        'is a checklist: it posts its words, and runs nothing',
        `openclaw auto-fix edit ${shellQuote(name)} --step "services.restart service=NAME mode=rolling"`,
      ),
    );
}

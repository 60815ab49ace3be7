import { type Finding, fail, ok, warn } from '../../domain/finding.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import { isConnected } from '../adapters.ts';
import type { Examination } from '../examine.ts';
import { askPagerduty } from '../pagerduty-check.ts';

const LOOK_MS = 10_000;

/** Whether each PagerDuty takes our key and token and knows the schedules that levels name. Wakes nobody. */
export async function examinePagers({ all, store, env, clock }: Examination): Promise<Finding[]> {
  const pagers = all('channel').filter(({ spec }) => spec.type === 'pagerduty' && isConnected(spec));
  return Promise.all(
    pagers.map(async ({ name, spec }) => {
      const about = `channel "${name}"`;
      const test = `openclaw channel test ${shellQuote(name)}`;
      try {
        const signal = AbortSignal.timeout(LOOK_MS);
        const { facts, problems } = await askPagerduty(spec, { store, env, now: clock.now(), signal });
        const [first, ...more] = problems;
        if (first === undefined)
          return ok(about, facts.map((fact) => `${fact.name} ${fact.value}`).join(', '));
        const rest = more.length === 0 ? '' : `, and ${more.length} more`;
        return warn(about, `${first.text}${rest}`, more.length === 0 ? first.fix : test);
      } catch (error) {
        return fail(about, error instanceof Error ? error.message : String(error), test);
      }
    }),
  );
}

import { OOM_METRIC } from '../../domain/built-in-metrics.ts';
import { metricsOf, parseCondition } from '../../domain/condition.ts';
import { quoted } from '../../domain/excerpt.ts';
import { type Finding, warn } from '../../domain/finding.ts';
import type { Resource } from '../../domain/resource.ts';
import { endOfDay } from '../../domain/wall-clock.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import { isSpoken } from '../adapters.ts';
import type { Examination } from '../examine.ts';

/** Fixes that would only post their words, whose last day is over, or whose condition nothing can measure. */
export function examineFixes(examination: Examination): Finding[] {
  return [...checklists(examination), ...expired(examination), ...unseenKills(examination)];
}

function unseenKills(examination: Examination): Finding[] {
  if (!areKillsUnseen(examination)) return [];
  const { all } = examination;
  return [...all('auto-fix'), ...all('alert-rule')].filter(needsKills).map(warnOfKills);
}

function expired({ all, clock }: Examination): Finding[] {
  return all('auto-fix')
    .filter(({ spec }) => spec.expires !== undefined && clock.now() >= endOfDay(spec.expires, spec.zone))
    .map(({ name, spec }) =>
      warn(
        `auto-fix "${name}"`,
        `was agreed to until ${spec.expires}: it neither runs nor asks any more`,
        `openclaw auto-fix edit ${shellQuote(name)} --expires 2027-12-31, or openclaw auto-fix remove ${shellQuote(name)}`,
      ),
    );
}

/** Why nothing measures what its condition speaks of, where that can be told from what is configured. */
export function whyUnmeasured(fix: Resource<'auto-fix'>, examination: Pick<Examination, 'all'>): Finding {
  const about = `auto-fix "${fix.name}"`;
  if (needsKills(fix) && areKillsUnseen(examination)) return warnOfKills(fix);
  const condition = quoted(fix.spec.condition);
  return examination.all('source').some(({ spec }) => isSpoken(spec))
    ? warn(about, `no source that is there measures what ${condition} speaks of`, 'openclaw doctor')
    : warn(
        about,
        `nothing that is measured has what ${condition} speaks of`,
        'openclaw source add --name "This host" --type host',
      );
}

/** No service says where the kernel's kills of it are seen. */
function areKillsUnseen({ all }: Pick<Examination, 'all'>): boolean {
  const hosts = all('source').filter(({ spec }) => spec.type === 'host');
  const seen = all('service').some(({ spec }) =>
    hosts.some(({ name }) => {
      const binding = spec.bindings[name];
      return typeof binding === 'object' && binding.oom !== undefined;
    }),
  );
  return hosts.length > 0 && !seen;
}

function needsKills({ spec }: Resource<'auto-fix' | 'alert-rule'>): boolean {
  return metricsOf(parseCondition(spec.condition)).includes(OOM_METRIC);
}

function warnOfKills({ kind, name }: Resource<'auto-fix' | 'alert-rule'>): Finding {
  return warn(
    `${kind} "${name}"`,
    `no service says where its kills for memory are seen, so ${OOM_METRIC} is not measured`,
    'in the binding of the service: oom: {unit: NAME.service}, or cgroup:, or process:',
  );
}

function checklists({ all }: Examination): Finding[] {
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

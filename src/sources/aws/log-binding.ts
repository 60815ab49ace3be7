// The log groups a binding names: `ecs:prod/api logs:/ecs/api,/ecs/envoy`, or `logs:/ecs/api` alone. Pure.
import { quoted } from '../../domain/excerpt.ts';

/** `place` is what stands before `logs:`; empty: there is nothing but log groups. */
export interface SplitBinding {
  place: string;
  groups: string[];
}

/** More than an Insights query takes at once. */
const MOST_GROUPS = 50;

/** What CloudWatch Logs takes for a name (CreateLogGroup). */
const GROUP = /^[A-Za-z0-9._\-/#]{1,512}$/;

/** Errors: the sentence that says what is wrong with the text. */
export function splitLogs(text: string): SplitBinding | { problem: string } {
  const [, before = '', list] = /^(.*?)(?:^|\s)logs:\s*(\S*)\s*$/i.exec(text.trim()) ?? [];
  if (list === undefined) return { place: text.trim(), groups: [] };
  const groups = list.split(',').filter((group) => group !== '');
  const wrong = groups.find((group) => !GROUP.test(group));
  if (groups.length === 0) return { problem: `${quoted(text)} names no log group: write logs:/ecs/api` };
  if (wrong !== undefined)
    return { problem: `${quoted(wrong)} is no name of a log group: write logs:/ecs/api,/ecs/envoy` };
  if (groups.length > MOST_GROUPS)
    return { problem: `${groups.length} log groups are more than can be asked at once (${MOST_GROUPS})` };
  return { place: before.trim(), groups: [...new Set(groups)] };
}

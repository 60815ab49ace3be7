// /logs: not the lines, but what they say: which of them explain the trouble, since when, and what to look at next.
import { lastDeployBefore } from '../diagnosis/deploy-correlation.ts';
import { linePattern } from '../diagnosis/line-pattern.ts';
import { rankGroups } from '../diagnosis/log-ranking.ts';
import { firstIsBegin, groupTrend } from '../diagnosis/log-trend.ts';
import type { Kit, Playbook } from '../domain/playbook.ts';
import { typedWord } from '../domain/typed-word.ts';
import { firstKnown, known, refusal, silentSources } from './answers.ts';
import { readArguments, slashed } from './arguments.ts';
import { findService } from './find-service.ts';
import { logsAnswer } from './logs-answer.ts';
import { earlierOf } from './logs-cause.ts';
import { readLogs } from './read-logs.ts';
import { joinSince, readSince } from './since.ts';

const usage = '/logs [service] [--since 03:01|2h|"yesterday 14:00"] [--grep pattern] [--errors]';

export const logs: Playbook = {
  name: 'logs',
  usage,
  summary: 'What the logs say: errors grouped, counted, and which of them are new',
  changes: false,
  async propose(request, kit) {
    const typed = { ...request, words: joinSince(request.words) };
    const { positionals, flags } = readArguments(typed, {
      usage,
      positionals: 1,
      flags: { since: 'value', grep: 'value', errors: 'switch' },
    });
    const sinceAt = flags.since === undefined ? undefined : readSince(flags.since, kit);
    const { grep } = flags;
    // A pattern that is none is said before anybody is asked.
    if (grep !== undefined) await linePattern(grep);
    const looked = findService({ name: positionals[0], request, kit });
    if (looked.kind === 'ask') return looked.proposal;
    const { service, instance } = looked;
    const { incident } = request;
    const listed = kit.read('deploys.list', { service: service.name, limit: 20 });
    const deployed = listed.then((answers) => {
      const deploys = firstKnown(answers)?.result ?? [];
      // What was deployed after the trouble began did not bring it.
      return {
        deploys,
        silent: silentSources(answers),
        deploy: lastDeployBefore(deploys, Math.min(kit.now, incident?.startedAt ?? kit.now)),
      };
    });
    const deployAt = deployed.then(({ deploy }) => deploy?.at ?? null);
    const errors = flags.errors === true;
    const [read, { deploys, deploy, silent: noDeploys }, measured] = await Promise.all([
      readLogs({ name: service.name, instance, sinceAt, grep, errors, deployAt }, kit),
      deployed,
      measuredOf([service.name, ...service.dependsOn.slice(0, 1)], kit),
    ]);
    if (known(read.answers).length === 0) {
      const silent = silentSources(read.answers);
      const why = silent.join('; ') || `none of this command's sources has logs of ${service.name}`;
      const instead =
        instance === null ? '/status' : `${slashed(request.trigger)} ${typedWord(service.name)}`;
      return refusal('no-logs', `the logs of ${instance ?? service.name} cannot be read: ${why}`, instead);
    }
    const facts = { now: read.now, before: read.before, days: read.days, deployAt: deploy?.at ?? null };
    const groups = read.groups.filter(({ level }) => !errors || level === 'error');
    const ranked = rankGroups(
      groups.map((group) => ({ group, trend: groupTrend(group, facts) })),
      { onsetAt: incident?.startedAt ?? null, firstIsBegin: firstIsBegin(read.now, earlierOf(read)) },
    );
    return {
      kind: 'answer',
      message: logsAnswer({
        service,
        name: instance ?? service.name,
        trigger: request.trigger,
        asked: { sinceAt, grep, errors },
        read,
        ranked,
        deploys,
        deploy,
        noDeploys,
        metricsOf: (name) => measured.get(name) ?? null,
        incident,
        kit,
      }),
    };
  },
};

/** Only a command that has something to show is offered as the next one. Nobody waits long for that. */
const MEASURED = { sinceMs: 15 * 60_000, withinMs: 2_000 };

/** Names of metrics by service; one that somebody did not answer about is not there. */
async function measuredOf(services: readonly string[], kit: Kit): Promise<Map<string, string[]>> {
  const found = await Promise.all(
    services.map(async (service): Promise<[string, string[]][]> => {
      const { sinceMs, withinMs } = MEASURED;
      const answers = await kit.read('metrics.query', { service, sinceMs }, { withinMs });
      const names = known(answers).flatMap(({ result }) => result.map(({ metric }) => metric));
      return names.length > 0 || answers.every(({ ok }) => ok) ? [[service, names]] : [];
    }),
  );
  return new Map(found.flat());
}

// /rollback: one deploy, the one that runs now, with what it changed on the card.
import type { Comparison, Deploy } from '../domain/capability.ts';
import { notFound } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Note } from '../domain/plan.ts';
import type { Kit, Playbook, PlaybookRequest, Proposal, ReadAnswer } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import { typedWord } from '../domain/typed-word.ts';
import { firstKnown, known, noSource, refusal, sections, silentSources } from './answers.ts';
import { readArguments, slashed } from './arguments.ts';
import { diffLines } from './diff-lines.ts';
import {
  askElsewhere,
  findRollback,
  isNumber,
  MOST_DEPLOYS,
  ROLLBACK_USAGE,
  type RollbackSubject,
} from './find-rollback.ts';
import { instanceNote } from './find-service.ts';
import { metricSuccess } from './success.ts';
import { atMost, clean, timeText } from './text.ts';

const MOST_SERVICES = 10;

export const rollback: Playbook = {
  name: 'rollback',
  usage: ROLLBACK_USAGE,
  summary: 'Undo the latest deploy, after showing what it changed',
  changes: true,
  async propose(request, kit) {
    const { positionals, flags } = readArguments(request, {
      usage: ROLLBACK_USAGE,
      positionals: 2,
      flags: { 'no-diff': 'switch' },
    });
    const subject = await findRollback(positionals, request, kit);
    if ('kind' in subject) return subject;
    const { service, number } = subject;
    const answers = await kit.read('deploys.list', { service: service.name, limit: MOST_DEPLOYS });
    const numbers = known(answers).flatMap(({ result }) => result.map((deploy) => deploy.number));
    if (number !== undefined && positionals.every(isNumber) && !numbers.includes(number)) {
      const elsewhere = await askElsewhere(number, service, request, kit);
      if (elsewhere) return elsewhere;
    }
    const source = kit.changer('deploys.rollback', service.name);
    if (source === null) {
      return noSource(`roll back ${service.name}`, service.name, kit);
    }
    // What another source knows is no list of what this one would undo.
    const isSilent = answers.some((answer) => answer.source === source && !answer.ok);
    const list = isSilent ? null : firstKnown(answers, source);
    if (!list) {
      const why = silentSources(answers).join('; ') || 'no source lists its deploys';
      return refusal('deploys-unknown', `the deploys of ${service.name} are not known: ${why}`, '/status');
    }
    const deploys = [...list.result].sort((a, b) => b.at - a.at);
    const chosen = choose(deploys, number, service, request);
    if (chosen.kind !== 'chosen') return chosen;
    return propose(subject, chosen, { request, kit, noDiff: flags['no-diff'] === true });
  },
};

interface Chosen {
  kind: 'chosen';
  deploy: Deploy;
  /** What will run afterwards; the tool reads it again. */
  target: Deploy | null;
  remarks: string[];
}

/** The deploy that runs now, or the reason why the one asked for cannot be undone. */
function choose(
  deploys: readonly Deploy[],
  number: string | undefined,
  service: Service,
  request: PlaybookRequest,
): Chosen | Proposal {
  const trigger = slashed(request.trigger);
  const line = (deploy: Deploy) => `${trigger} ${typedWord(service.name)} #${deploy.number}`;
  const standing = deploys.filter(({ status, rolledBack }) => status === 'succeeded' && !rolledBack);
  const [latest] = standing;
  // A source may list a release twice, when it was deployed again: going back to the same one is no way back.
  const target = standing.find((each) => each.number !== latest?.number) ?? null;
  const newest = deploys.find(({ status }) => status !== 'failed');
  const stopped = (deploy: Deploy): Chosen => ({
    kind: 'chosen',
    deploy,
    target: latest ?? null,
    remarks: [`#${deploy.number} is still going out, and is stopped on its way`],
  });
  if (number === undefined) {
    if (newest?.status === 'in-progress' && newest.stoppable) return stopped(newest);
    if (!latest)
      return refusal('nothing-to-roll-back', `${service.name} has no deploy that could be undone`, '/status');
    if (newest?.rolledBack) {
      // Said twice in a hurry, "/rollback" would otherwise go one deploy further back each time.
      const detail = `#${newest.number} of ${service.name} is rolled back already, #${latest.number} runs now; name it to undo that one as well`;
      return refusal('already-rolled-back', detail, line(latest));
    }
    return { kind: 'chosen', deploy: latest, target, remarks: failedSince(deploys, latest) };
  }
  const deploy = deploys.find((each) => each.number === number);
  if (!deploy) throw unknownDeploy(number, deploys, service, trigger);
  if (deploy.rolledBack) {
    const now = latest ? `; #${latest.number} runs now` : '';
    return refusal(
      'already-rolled-back',
      `#${number} of ${service.name} is rolled back already${now}`,
      '/status',
    );
  }
  if (deploy.status === 'failed') {
    const now = latest ? `, #${latest.number} runs now` : '';
    return refusal(
      'never-ran',
      `#${number} of ${service.name} failed: it never ran${now}`,
      latest ? line(latest) : '/status',
    );
  }
  if (deploy.status === 'in-progress') {
    if (deploy.stoppable && deploy === newest) return stopped(deploy);
    return refusal(
      'deploy-in-progress',
      `#${number} of ${service.name} is still going out: wait until it ended, then ask again`,
      line(deploy),
    );
  }
  if (latest && deploy.number !== latest.number) {
    const between = standing.slice(0, standing.indexOf(deploy)).map((each) => `#${each.number}`);
    const brings = target?.number === number ? ` That alone brings #${number} back.` : '';
    return refusal(
      'several-deploys',
      `undoing #${number} of ${service.name} would undo ${between.join(', ')} as well, and one rollback undoes one deploy. ` +
        `Roll back #${latest.number} first.${brings}`,
      line(latest),
    );
  }
  return { kind: 'chosen', deploy, target, remarks: failedSince(deploys, deploy) };
}

async function propose(
  { service, instance }: RollbackSubject,
  { deploy, target, remarks }: Chosen,
  { request, kit, noDiff }: { request: PlaybookRequest; kit: Kit; noDiff: boolean },
): Promise<Proposal> {
  if (!target) {
    return refusal(
      'nothing-to-go-back-to',
      `#${deploy.number} is the only deploy of ${service.name} that succeeded and still stands`,
      `/restart ${typedWord(service.name)}`,
    );
  }
  const [compared, success] = await Promise.all([
    kit.read('deploys.compare', { service: service.name, from: target.number, to: deploy.number }),
    metricSuccess(service, request, kit),
  ]);
  const diff = firstKnown(compared, kit.changer('deploys.rollback', service.name));
  if (!diff && !noDiff) {
    return refusal(
      'no-diff',
      `what #${deploy.number} changed cannot be shown: ${whySilent(compared)}. Say so if it is to be undone all the same`,
      `${slashed(request.trigger)} ${typedWord(service.name)} #${deploy.number} --no-diff`,
    );
  }
  return {
    kind: 'steps',
    title: `Roll back deploy #${deploy.number} of ${service.name}, back to #${target.number}`,
    service: service.name,
    steps: [{ capability: 'deploys.rollback', args: { service: service.name, deploy: deploy.number } }],
    notes: sections(
      {
        heading: 'Deploys',
        lines: [
          `#${deploy.number} is ${deploy.status === 'in-progress' ? 'going out' : 'live'} since ${timeText(deploy.at, kit)}, #${target.number} is from ${timeText(target.at, kit)}`,
          ...remarks,
        ],
      },
      ...(diff
        ? diffNotes(diff.result)
        : [
            {
              heading: 'Diff',
              lines: [
                `not shown, as asked: ${whySilent(compared)}`,
                'whether it changed the database is unknown',
              ],
            },
          ]),
      { heading: 'Note', lines: instanceNote(service, instance) },
    ),
    success,
  };
}

function diffNotes({ commits, files, migrations, services, changes = [], patches = [] }: Comparison): Note[] {
  const commitLines = commits.map(({ sha, title, author }) => {
    const by = author ? ` (@${clean(author, 60).replace(/^@+/, '')})` : '';
    return `${clean(sha, 40).slice(0, 7)} ${clean(title, 100)}${by}`;
  });
  return [
    {
      heading: `Changes undone: ${changes.length}`,
      lines: atMost(
        changes.map((each) => clean(each, 200)),
        10,
        'more changes',
      ),
    },
    { heading: `Commits undone: ${commits.length}`, lines: atMost(commitLines, 10, 'more commits') },
    {
      heading: `Files: ${files.length}`,
      lines: atMost(
        files.map((file) => clean(file, 120)),
        10,
        'more files',
      ),
    },
    { heading: 'Services touched', lines: services === undefined ? [] : touchedLines(services) },
    {
      heading: 'Database migrations',
      lines:
        migrations === null
          ? ['not known from here']
          : migrations.length === 0
            ? ['none']
            : atMost(
                migrations.map((each) => clean(each, 120)),
                10,
                'more migrations',
              ),
    },
    { heading: 'Lines undone', lines: diffLines(patches), code: true },
    ...(commits.length + files.length + changes.length === 0
      ? [{ heading: 'Diff', lines: ['no difference between the two'] }]
      : []),
  ];
}

/** One deploy of a repository of several services is undone for all of them. */
function touchedLines({ touched, elsewhere }: NonNullable<Comparison['services']>): string[] {
  const names = touched.slice(0, MOST_SERVICES).map((name) => clean(name, 60));
  const more = touched.length - names.length;
  const files =
    elsewhere === null
      ? 'more files differ than could be listed'
      : `${elsewhere === 1 ? '1 file is' : `${elsewhere} files are`} in no service's folder`;
  return [
    ...(names.length > 0 ? [`${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`] : []),
    ...(elsewhere === 0 ? [] : [`${files}, and may touch any of them`]),
  ];
}

function unknownDeploy(number: string, deploys: readonly Deploy[], service: Service, trigger: string) {
  const near = nearest(
    number,
    deploys.map((deploy) => deploy.number),
  );
  const latest = deploys.slice(0, 5).map((deploy) => `#${deploy.number}`);
  return notFound(
    `${service.name} has no deploy ${quoted(`#${number}`)}`,
    near
      ? `did you mean #${near}? ${trigger} ${typedWord(service.name)} #${near}`
      : latest.length > 0
        ? `its latest are ${latest.join(', ')}`
        : 'it has none at all',
  );
}

function failedSince(deploys: readonly Deploy[], deploy: Deploy): string[] {
  return deploys
    .filter(({ at, status }) => at > deploy.at && status === 'failed')
    .slice(0, 3)
    .map(({ number }) => `#${number} came after it and failed: it never ran`);
}

function whySilent(compared: ReadAnswer<'deploys.compare'>[]): string {
  return silentSources(compared).join('; ') || "none of this command's sources can compare deploys";
}

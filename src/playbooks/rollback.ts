// /rollback: one deploy, the one that runs now, with what it changed on the card.
import type { Comparison, Deploy } from '../domain/capability.ts';
import { notFound, usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Kit, Playbook, PlaybookRequest, Proposal, ReadAnswer } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import { typedWord } from '../domain/typed-word.ts';
import { firstKnown, known, refusal, sections, silentSources } from './answers.ts';
import { readArguments, slashed, usageOf } from './arguments.ts';
import { findService, incidentService, instanceNote } from './find-service.ts';
import { metricSuccess } from './success.ts';
import { atMost, clean, deployText, timeText } from './text.ts';

interface Subject {
  service: Service;
  instance: string | null;
  /** Without `#`; undefined: what runs now. */
  number: string | undefined;
}

const usage = '/rollback [service] [#n] [--no-diff]';
const mostDeploys = 50;

export const rollback: Playbook = {
  name: 'rollback',
  usage,
  summary: 'Undo the latest deploy, after showing what it changed',
  changes: true,
  async propose(request, kit) {
    const { positionals, flags } = readArguments(request, {
      usage,
      positionals: 2,
      flags: { 'no-diff': 'switch' },
    });
    const subject = await findSubject(positionals, request, kit);
    if ('kind' in subject) return subject;
    const { service, number } = subject;
    const source = kit.changer('deploys.rollback', service.name);
    if (source === null) {
      return refusal('no-source', `none of this command's sources can roll back ${service.name}`, '/status');
    }
    const answers = await kit.read('deploys.list', { service: service.name, limit: mostDeploys });
    const list = firstKnown(answers, source);
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
  const [latest, target = null] = standing;
  const newest = deploys.find(({ status }) => status !== 'failed');
  if (number === undefined) {
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
  { service, instance }: Subject,
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
    title: `Roll back deploy ${deployText(deploy).replace(' (', ` of ${service.name} (`)}, back to #${target.number}`,
    service: service.name,
    steps: [{ capability: 'deploys.rollback', args: { service: service.name, deploy: deploy.number } }],
    notes: sections(
      {
        heading: 'Deploys',
        lines: [
          `undone: ${deployText(deploy)}, live since ${timeText(deploy.at, kit)}`,
          `runs afterwards: ${deployText(target)}, from ${timeText(target.at, kit)}`,
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

function diffNotes({ commits, files, migrations }: Comparison): { heading: string; lines: string[] }[] {
  const commitLines = commits.map(({ sha, title, author }) => {
    const by = author ? ` (@${clean(author, 60).replace(/^@+/, '')})` : '';
    return `${clean(sha, 40).slice(0, 7)} ${clean(title, 100)}${by}`;
  });
  return [
    { heading: `Commits undone: ${commits.length}`, lines: atMost(commitLines, 10, 'more commits') },
    {
      heading: `Files: ${files.length}`,
      lines: atMost(
        files.map((file) => clean(file, 120)),
        10,
        'more files',
      ),
    },
    {
      heading: `Database migrations: ${migrations.length === 0 ? 'none' : migrations.length}`,
      lines: atMost(
        migrations.map((each) => clean(each, 120)),
        10,
        'more migrations',
      ),
    },
    ...(commits.length + files.length === 0
      ? [{ heading: 'Diff', lines: ['no difference between the two'] }]
      : []),
  ];
}

async function findSubject(words: string[], request: PlaybookRequest, kit: Kit): Promise<Subject | Proposal> {
  const numbers = words.filter(isNumber);
  const names = words.filter((each) => !isNumber(each));
  const number = numbers[0]?.replace(/^#/, '');
  if (numbers.length > 1 || names.length > 1) {
    throw usageError('one deploy of one service at a time', usageOf(request, usage));
  }
  if (
    names.length === 0 &&
    number !== undefined &&
    !incidentService(request, kit) &&
    kit.services.length > 1
  ) {
    return findByNumber(number, request, kit);
  }
  const looked = findService({
    name: names[0],
    request,
    kit,
    rest: number === undefined ? '' : `#${number}`,
  });
  return looked.kind === 'ask'
    ? looked.proposal
    : { service: looked.service, instance: looked.instance, number };
}

/** The number alone: the one service that has a deploy of that number, if there is exactly one. */
async function findByNumber(number: string, request: PlaybookRequest, kit: Kit): Promise<Subject | Proposal> {
  const owners: Service[] = [];
  const silent: ReadAnswer<'deploys.list'>[] = [];
  await Promise.all(
    kit.services.map(async (service) => {
      const answers = await kit.read('deploys.list', { service: service.name, limit: mostDeploys });
      silent.push(...answers);
      if (known(answers).some(({ result }) => result.some((deploy) => deploy.number === number)))
        owners.push(service);
    }),
  );
  const [owner] = owners;
  const silence = silentSources(silent);
  // A source that did not answer may hold another deploy of that number.
  if (owner && owners.length === 1 && silence.length === 0) return { service: owner, instance: null, number };
  if (owners.length === 0 && silence.length === 0) {
    throw notFound(`no service has a deploy #${clean(number, 40)}`, usageOf(request, usage));
  }
  const among = owners.length > 0 ? owners : kit.services;
  const looked = findService({
    name: undefined,
    request: { ...request, incident: null },
    kit: { services: among },
    rest: `#${number}`,
  });
  if (looked.kind === 'ask') return looked.proposal;
  return {
    kind: 'question',
    question: `is #${number} of ${looked.service.name} meant? ${silence.join('; ')}`,
    choices: [`${slashed(request.trigger)} ${typedWord(looked.service.name)} #${number}`],
  };
}

/** `#492`, `492`, `#2024-10-01.3`: with a hash anything is a number; without one, only digits are. */
function isNumber(text: string): boolean {
  return /^#[\w.-]{1,60}$/.test(text) || /^\d{1,60}$/.test(text);
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

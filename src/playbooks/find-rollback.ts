// What /rollback is about: a service, by its name, by the incident, or by a deploy number that only it has.
import { notFound, usageError } from '../domain/errors.ts';
import type { Kit, PlaybookRequest, Proposal } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { typedWord } from '../domain/typed-word.ts';
import { known, silentSources } from './answers.ts';
import { slashed, usageOf } from './arguments.ts';
import { findService, incidentService } from './find-service.ts';
import { clean } from './text.ts';

export interface RollbackSubject {
  service: Service;
  instance: string | null;
  /** Without `#`; undefined: what runs now. */
  number: string | undefined;
}

export const ROLLBACK_USAGE = '/rollback [service] [#n] [--no-diff]';
/** How far back a number is looked for. */
export const MOST_DEPLOYS = 50;

/** Errors: UserError as `findService`, and 'usage' for more than one deploy or service. */
export async function findRollback(
  words: string[],
  request: PlaybookRequest,
  kit: Kit,
): Promise<RollbackSubject | Proposal> {
  const numbers = words.filter(isNumber);
  const names = words.filter((each) => !isNumber(each));
  const number = numbers[0]?.replace(/^#/, '');
  if (numbers.length > 1 || names.length > 1) {
    throw usageError('one deploy of one service at a time', usageOf(request, ROLLBACK_USAGE));
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
    change: 'deploys.rollback',
  });
  return looked.kind === 'ask'
    ? looked.proposal
    : { service: looked.service, instance: looked.instance, number };
}

/** The incident's service has no such deploy: another one may be meant, but never without asking. */
export async function askElsewhere(
  number: string,
  service: Service,
  request: PlaybookRequest,
  kit: Kit,
): Promise<Proposal | null> {
  const { owners } = await ownersOf(number, kit);
  if (owners.length === 0) return null;
  return {
    kind: 'question',
    question: `${service.name} has no deploy #${clean(number, 40)}, but ${owners.map(({ name }) => name).join(', ')} has: is that meant?`,
    choices: owners
      .slice(0, 10)
      .map(({ name }) => `${slashed(request.trigger)} ${typedWord(name)} #${number}`),
  };
}

/** The number alone: the one service that has a deploy of that number, if there is exactly one. */
async function findByNumber(
  number: string,
  request: PlaybookRequest,
  kit: Kit,
): Promise<RollbackSubject | Proposal> {
  const { owners, silence } = await ownersOf(number, kit);
  const [owner] = owners;
  // A source that did not answer may hold another deploy of that number.
  if (owner && owners.length === 1 && silence.length === 0) return { service: owner, instance: null, number };
  if (owners.length === 0 && silence.length === 0) {
    throw notFound(`no service has a deploy #${clean(number, 40)}`, usageOf(request, ROLLBACK_USAGE));
  }
  const among = owners.length > 0 ? owners : kit.services;
  const looked = findService({
    name: undefined,
    request: { ...request, incident: null },
    kit: { services: among, changer: kit.changer },
    rest: `#${number}`,
  });
  if (looked.kind === 'ask') return looked.proposal;
  return {
    kind: 'question',
    question: `is #${number} of ${looked.service.name} meant? ${silence.join('; ')}`,
    choices: [`${slashed(request.trigger)} ${typedWord(looked.service.name)} #${number}`],
  };
}

/** The services with a deploy of that number, in their order, and the sources that could not say. */
async function ownersOf(number: string, kit: Kit): Promise<{ owners: Service[]; silence: string[] }> {
  const answers = await Promise.all(
    kit.services.map(({ name }) => kit.read('deploys.list', { service: name, limit: MOST_DEPLOYS })),
  );
  const owners = kit.services.filter((_, index) =>
    known(answers[index] ?? []).some(({ result }) => result.some((deploy) => deploy.number === number)),
  );
  return { owners, silence: silentSources(...answers) };
}

/** `#492`, `492`, `#2024-10-01.3`: with a hash anything is a number; without one, only digits are. */
export function isNumber(text: string): boolean {
  return /^#[\w.-]{1,60}$/.test(text) || /^\d{1,60}$/.test(text);
}

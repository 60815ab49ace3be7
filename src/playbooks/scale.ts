// /scale: the count there is, the count there will be, and what that costs.
import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Playbook, PlaybookRequest } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { typedWord } from '../domain/typed-word.ts';
import { firstKnown, noSource, sections, silentSources } from './answers.ts';
import { readArguments, slashed, usageOf } from './arguments.ts';
import { databaseRefusal } from './database.ts';
import { findService, instanceNote } from './find-service.ts';

const usage = '/scale [service] <count> [--reason "why"]';
const mostInstances = 10_000;

export const scale: Playbook = {
  name: 'scale',
  usage,
  summary: 'Set how many instances a service has',
  changes: true,
  async propose(request, kit) {
    const { positionals, flags } = readArguments(request, {
      usage,
      positionals: 2,
      flags: { reason: 'rest' },
    });
    const { name, count } = readCount(positionals, request);
    const reason = readReason(flags.reason, request);
    const looked = findService({ name, request, kit, rest: String(count), change: 'services.scale' });
    if (looked.kind === 'ask') return looked.proposal;
    const { service, instance } = looked;
    const args = { service: service.name, count, ...(reason === undefined ? {} : { reason }) };
    const refused = await databaseRefusal(
      { capability: 'services.scale', args, facts: { capacity: -1 }, service: service.name },
      service,
      kit,
    );
    if (refused) return refused;
    if (kit.changer('services.scale', service.name) === null) {
      return noSource(`scale ${service.name}`, service.name, kit);
    }
    const health = await kit.read('services.health', { service: service.name });
    const state = firstKnown(health, kit.changer('services.scale', service.name))?.result;
    const current = state?.desired ?? state?.running ?? null;
    return {
      kind: 'steps',
      title: `Scale ${service.name}${current === null ? '' : ` from ${current}`} to ${count}`,
      service: service.name,
      steps: [{ capability: 'services.scale', args }],
      notes: sections(
        {
          heading: 'Now and then',
          lines: [
            `instances: ${current ?? 'unknown'} → ${count}${state?.healthy == null ? '' : ` (${state.healthy} healthy now)`}`,
            costLine(service, current, count),
          ],
        },
        { heading: 'Reason', lines: reason === undefined ? [] : [reason] },
        { heading: 'Note', lines: [...instanceNote(service, instance), ...silentSources(health)] },
      ),
      success: state ? { kind: 'healthy', service: service.name, count } : { kind: 'none' },
    };
  },
};

function costLine({ name, hourlyCost }: Service, current: number | null, count: number): string {
  if (hourlyCost === undefined)
    return `cost: unknown (openclaw service edit ${typedWord(name)} --hourly-cost 0.10 tells it)`;
  const money = (amount: number) => `$${amount.toFixed(2)}/h`;
  if (current === null) return `cost: unknown → ${money(hourlyCost * count)}`;
  const change = hourlyCost * (count - current);
  return `cost: ${money(hourlyCost * current)} → ${money(hourlyCost * count)} (${change < 0 ? '-' : '+'}${money(Math.abs(change))})`;
}

function readCount(words: string[], request: PlaybookRequest): { name: string | undefined; count: number } {
  const line = usageOf(request, usage);
  const [first, second] = words;
  if (first === undefined) throw usageError('how many instances?', line);
  const text = second ?? first;
  const name = second === undefined ? undefined : first;
  if (!/^\d{1,5}$/.test(text) || Number(text) > mostInstances) {
    const trigger = slashed(request.trigger);
    const turned =
      /^\d{1,5}$/.test(first) && second !== undefined
        ? `did you mean ${trigger} ${typedWord(second)} ${first}? `
        : '';
    if (/^\d+$/.test(text)) throw usageError(`${quoted(text)} is more than ${mostInstances} instances`, line);
    if (second === undefined && !/^[-+\d]/.test(text))
      throw usageError(`how many instances of ${quoted(text)}?`, line);
    throw usageError(`${quoted(text)} is not a count of instances`, `${turned}${line}`);
  }
  return { name, count: Number(text) };
}

function readReason(text: string | undefined, request: PlaybookRequest): string | undefined {
  if (text === undefined) return undefined;
  const letters = text.length;
  if (letters < 3 || letters > 500) {
    throw usageError(`a reason has 3 to 500 characters, this one has ${letters}`, usageOf(request, usage));
  }
  return text;
}

// /flush-cache: a service's cache or the keys of a pattern, and how long it will take to be warm again.
import type { CacheState } from '../domain/capability.ts';
import { formatDurationWords } from '../domain/duration.ts';
import { notFound, usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Kit, Playbook, PlaybookRequest, Proposal } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import { typedWord } from '../domain/typed-word.ts';
import { firstKnown, noSource, refusal, sections, silentSources } from './answers.ts';
import { readArguments, slashed, usageOf } from './arguments.ts';
import { findService, incidentService, instanceNote, serviceNamed } from './find-service.ts';
import { metricSuccess } from './success.ts';
import { clean } from './text.ts';

interface Subject {
  service: Service;
  instance: string | null;
  pattern: string | undefined;
}

const usage = '/flush-cache [service] [pattern]';

export const flushCache: Playbook = {
  name: 'flush-cache',
  usage,
  summary: 'Empty the cache of a service, or the keys of a pattern',
  changes: true,
  async propose(request, kit) {
    const { positionals } = readArguments(request, { usage, positionals: 2, flags: {} });
    const subject = findSubject(positionals, request, kit);
    if ('kind' in subject) return subject;
    const { service, instance, pattern } = subject;
    if (pattern !== undefined && pattern.length > 200) {
      throw usageError('a pattern has at most 200 characters', usageOf(request, usage));
    }
    const source = kit.changer('caches.flush', service.name);
    if (source === null) {
      return noSource(`flush a cache of ${service.name}`, service.name, kit);
    }
    const args = { service: service.name, ...(pattern === undefined ? {} : { pattern }) };
    const [answers, success] = await Promise.all([
      kit.read('caches.describe', args),
      metricSuccess(service, request, kit),
    ]);
    const state = firstKnown(answers, source)?.result ?? null;
    const what = pattern === undefined ? 'the entire cache' : `the keys ${quoted(pattern)} of the cache`;
    return {
      kind: 'steps',
      title: `Flush ${what} of ${service.name}`,
      service: service.name,
      steps: [{ capability: 'caches.flush', args }],
      notes: sections(
        { heading: 'Cache now', lines: cacheLines(state) },
        { heading: 'Note', lines: [...instanceNote(service, instance), ...silentSources(answers)] },
      ),
      success,
    };
  },
};

function cacheLines(state: CacheState | null): string[] {
  const { keys = null, keysEstimated = false, hitRate = null, rebuildMs = null } = state ?? {};
  return [
    `keys that go: ${keys === null ? 'unknown' : keysText(keys, keysEstimated)}`,
    `hit rate: ${hitRate === null ? 'unknown' : percent(hitRate)}`,
    `until it is warm again: ${rebuildMs === null ? 'unknown' : `about ${formatDurationWords(rebuildMs)} (estimated)`}`,
  ];
}

function keysText(keys: number, estimated: boolean): string {
  const text = keys.toLocaleString('en-US');
  return estimated ? `about ${text} (estimated)` : text;
}

/** Sources give a share (0.97) or a percentage (97). */
function percent(rate: number): string {
  const value = rate <= 1 ? rate * 100 : rate;
  return `${Number(value.toFixed(1))}%`;
}

function findSubject(words: string[], request: PlaybookRequest, kit: Kit): Subject | Proposal {
  const [first, second] = words;
  if (second !== undefined || (first !== undefined && isService(first, kit))) {
    const looked = findService({
      name: first,
      request,
      kit,
      rest: second === undefined ? '' : typedWord(second),
    });
    if (looked.kind === 'ask') return looked.proposal;
    return { service: looked.service, instance: looked.instance, pattern: second };
  }
  refuseMistypedService(first, request, kit);
  return withCache(first, request, kit);
}

/** The pattern belongs to the incident's cache, or to the only one there is. */
function withCache(pattern: string | undefined, request: PlaybookRequest, kit: Kit): Subject | Proposal {
  const capable = kit.services.filter(({ name }) => kit.changer('caches.flush', name) !== null);
  const rest = pattern === undefined ? '' : typedWord(pattern);
  if (capable.length === 0) {
    return refusal('no-cache', 'no service has a cache that this command can flush', '/status');
  }
  const about = incidentService(request, kit);
  const near = about
    ? capable.filter(({ name }) => name === about.name || about.dependsOn.includes(name))
    : [];
  const own = near.find(({ name }) => name === about?.name);
  const only = own ?? (near.length === 1 ? near[0] : undefined);
  if (only) return { service: only, instance: null, pattern };
  // Not the incident's own service: those that could be meant, and a question when there are several.
  const looked = findService({
    name: undefined,
    request: { ...request, incident: null },
    kit: { services: capable, changer: kit.changer },
    rest,
  });
  return looked.kind === 'ask' ? looked.proposal : { service: looked.service, instance: null, pattern };
}

function isService(text: string, kit: Kit): boolean {
  if (serviceNamed(text, kit.services)) return true;
  if (text.includes('*')) return false;
  return kit.services.some(({ instances }) =>
    instances.some((each) =>
      each.endsWith('*') && each.length > 1 ? text.startsWith(each.slice(0, -1)) : each === text,
    ),
  );
}

/** A plain word near a service's name is a slip: as a pattern it would flush what nobody meant. */
function refuseMistypedService(text: string | undefined, request: PlaybookRequest, kit: Kit): void {
  if (text === undefined || /[*?:/[\]]/.test(text)) return;
  const near = nearest(
    text,
    kit.services.map(({ name }) => name),
  );
  if (near === null) return;
  const line = `${slashed(request.trigger)} ${typedWord(near)}`;
  throw notFound(
    `no service is called ${quoted(text)}`,
    `did you mean ${near}? ${line}. For the keys of that name: ${line} ${typedWord(clean(text, 60))}`,
  );
}

// What speaks for a deploy and would not be there had something else been the cause, and what speaks against it.
import type { Comparison } from '../../../domain/capability.ts';
import { compareText } from '../../../domain/text/compare.ts';
import { SUSPICIOUS_WITHIN_MS } from '../../deploy-correlation.ts';
import type { Claim } from '../candidate.ts';
import type { LogFact } from '../log-evidence.ts';
import {
  coldCache,
  newTroubles,
  saturatedMetrics,
  saturatedNeeds,
  saysMuch,
  standing,
} from '../mechanism.ts';
import { isEffect, isTraffic } from '../metric-evidence.ts';
import { lengthText, quote, type Scene, timesText } from '../scene.ts';

const MINUTE = 60_000;
/** Something that a deploy brought shows within this time after it. */
const SHOWS_WITHIN_MS = 10 * MINUTE;
/** The first requests after it meet what it broke. */
const AT_ONCE_MS = 3 * MINUTE;
/** What began together with something else is its echo. */
const TOGETHER_MS = 2 * MINUTE;
const SETTINGS = /\b(?:config|settings?|env|values|limits)\b|\.(?:ya?ml|toml|ini|env|properties|json|conf)$/i;
const CACHE = /cache|ttl|expir|lifetime|memoi/i;
export const STAMPEDE = 'a cache stampede';

/** From when it ran until it was undone. */
export interface Stay {
  at: number;
  undone: number | null;
}

/** What the logs began to say while it ran, and how often a deploy is behind such a thing. */
export function traces(scene: Scene, service: string, { at, undone }: Stay): Claim[] {
  const after = newTroubles(scene, service).filter(
    ({ firstAt, since }) =>
      firstAt !== null &&
      firstAt >= at &&
      (undone === null || firstAt < undone) &&
      (since === 'unknown' || firstAt - at <= SUSPICIOUS_WITHIN_MS),
  );
  const best = after
    .map((fact) => {
      const afterMs = (fact.firstAt ?? at) - at;
      const weight = isEcho(scene, service, fact) ? 0 : traceWeight(scene, fact, afterMs);
      const everywhere = isOfOne(scene, fact) ? 0.5 : 1;
      return { fact, afterMs, weight: weight * everywhere * saysMuch(fact, after) };
    })
    .sort(
      (a, b) =>
        Math.abs(b.weight) - Math.abs(a.weight) ||
        b.fact.count - a.fact.count ||
        compareText(a.fact.message, b.fact.message),
    )[0];
  if (!best || best.fact.firstAt === null || best.weight === 0) return [];
  const { fact, weight, afterMs } = best;
  const seen =
    fact.since === 'new' ? `first seen ${lengthText((fact.firstAt ?? at) - at)} after that deploy, ` : '';
  const seldom = weight < 0 ? ', which a deploy seldom brings' : '';
  return [
    {
      text: `${quote(fact.message)} ${seen}${timesText(fact.count)} in the logs${seldom}`,
      weight,
      from: `logs of ${service}`,
      specific:
        weight > 0 &&
        ((afterMs <= AT_ONCE_MS &&
          fact.signature?.role !== 'root' &&
          !isOfOthers(fact) &&
          !isOfOne(scene, fact)) ||
          fact.signature?.byDeploy === 'usual'),
    },
  ];
}

/**
 * Errors that say nothing of why, and began with others that do: what no deploy brings, or what somebody else answers.
 */
function isEcho(scene: Scene, service: string, { signature, firstAt }: LogFact): boolean {
  if (signature !== null && signature.role === 'root') return false;
  if (signature?.byDeploy === 'usual' || firstAt === null) return false;
  return [...new Set([service, scene.own, ...scene.needed])].some((place) =>
    newTroubles(scene, place).some(
      (other) =>
        other.firstAt !== null &&
        other.firstAt - firstAt <= TOGETHER_MS &&
        ((other.signature !== null && isOfOthers(other)) ||
          (other.signature?.role === 'root' && other.signature.byDeploy === 'seldom')),
    ),
  );
}

/** Of one instance alone, while others log that they work: what was deployed reaches them all. */
function isOfOne(scene: Scene, { only, service, firstAt, signature }: LogFact): boolean {
  if (only === null || firstAt === null || signature?.byDeploy === 'usual') return false;
  return (scene.about(service)?.lines ?? []).some(
    ({ at, instance, level }) =>
      at !== null && at >= firstAt && instance !== only && (level === 'info' || level === 'debug'),
  );
}

function isOfOthers({ about, signature }: LogFact): boolean {
  return about !== null && 'host' in about && signature?.byDeploy !== 'usual';
}

/** How much new words in the logs speak for a deploy. What a third party answers is seldom its doing. */
function traceWeight(scene: Scene, fact: LogFact, afterMs: number): number {
  const { signature, service, since } = fact;
  const known = since === 'unknown' ? 0.75 : 1;
  const soon = afterMs <= AT_ONCE_MS ? 1 : afterMs <= SHOWS_WITHIN_MS ? 0.5 : 0.2;
  // The same trouble, told once with the name of whom it is about.
  const elsewhere = newTroubles(scene, service).some(
    (other) =>
      other.signature !== null && other.signature.trouble === signature?.trouble && isOfOthers(other),
  );
  switch (signature?.byDeploy) {
    case 'seldom':
      return -2;
    case 'usual':
      return 3 * known;
    case 'sometimes':
      return elsewhere ? 0 : 1.75 * soon * known;
    default:
      // Nobody knows what it says, but it was said where somebody else was asked.
      return (fact.about === null ? 2 : 1) * soon * known;
  }
}

/** What no deploy brings, at something it needs: then its own errors are the echo of that. */
export function elsewhere(scene: Scene, service: string): Claim[] {
  for (const name of scene.needed) {
    if (name === service) continue;
    const fact = newTroubles(scene, name).find(
      ({ signature }) => signature?.role === 'root' && signature.byDeploy === 'seldom',
    );
    if (fact)
      return [
        {
          text: `${quote(fact.message)} in the logs of ${name}, which a deploy of ${service} seldom brings`,
          weight: -2,
          from: `logs of ${name}`,
        },
      ];
  }
  return [];
}

/** What runs it says itself that the new instances do not come up. */
export function startsBadly(scene: Scene, service: string): Claim[] {
  const { notes = [], instances = [] } = scene.about(service)?.health ?? {};
  const words = [...notes, ...instances.map(({ detail = '' }) => detail)];
  const note = words.find((each) =>
    /[1-9]\d* failed to start|exit code (?!0\b|137\b)\d|CrashLoopBackOff/i.test(each),
  );
  return note === undefined
    ? []
    : [{ text: quote(note), weight: 1, from: `health of ${service}`, specific: true }];
}

/** What it changed has to do with how it hurts. */
export function kinship(
  scene: Scene,
  words: readonly string[],
  from: string,
  undone: number | null,
): Claim[] {
  const meanwhile = newTroubles(scene, scene.own).filter(
    ({ firstAt }) => undone === null || firstAt === null || firstAt < undone,
  );
  const troubles = new Set(meanwhile.map(({ signature }) => signature?.trouble));
  const cold = coldCache(scene);
  const behind = saturatedNeeds(scene);
  const text = words.map((each) => each.slice(0, 300));
  if (
    text.some((each) => CACHE.test(each)) &&
    (cold !== null || troubles.has('cache-miss') || troubles.has('pool') || behind.length > 0)
  ) {
    const rate = cold === null ? '' : `, which answers only ${Math.round(cold.hitRate * 100)}% of the reads`;
    const load = behind[0] === undefined ? '' : `, and ${behind[0]} has more work than it can do`;
    const seen = [
      from,
      ...(cold === null ? [] : [`reads of ${cold.service}`]),
      ...(behind[0] === undefined ? [] : [sourceOfLoad(scene, behind[0])]),
    ].join(', ');
    return [
      { text: `${STAMPEDE}: it changed the cache${rate}${load}`, weight: 2, from: seen, specific: true },
    ];
  }
  if (text.some((each) => SETTINGS.test(each)) && troubles.has('configuration'))
    return [{ text: 'it changed settings', weight: 1, from, specific: true }];
  if (text.some((each) => /migrat|schema|column|table/i.test(each)) && troubles.has('schema'))
    return [{ text: 'it changed the tables', weight: 1, from, specific: true }];
  return [];
}

function sourceOfLoad(scene: Scene, service: string): string {
  return `${saturatedMetrics(scene, service).length > 0 ? 'metrics' : 'logs'} of ${service}`;
}

/** Nothing else moved: then what happened last stands alone. */
export function alone(scene: Scene, service: string): Claim[] {
  if (service !== scene.own) return [];
  const traffic = scene
    .metrics(scene.own)
    .filter(({ metric, points }) => isTraffic(metric) && points.length > 0);
  if (traffic.length === 0 || traffic.some(({ abnormal, up }) => abnormal && up)) return [];
  const others = scene.needed.flatMap((name) => scene.metrics(name));
  const moved = others.some(
    ({ abnormal, shared, since, metric }) =>
      abnormal && !shared && isEffect(metric) && since !== null && since <= scene.onset.by,
  );
  const troubled = scene.needed.some((name) => isTroubled(scene, name));
  return moved || troubled
    ? []
    : [{ text: 'traffic and what it depends on are as usual', weight: 1, from: `metrics of ${scene.own}` }];
}

function isTroubled(scene: Scene, service: string): boolean {
  const { health = null } = scene.about(service) ?? {};
  const down = standing(health) === 'short';
  const errors = newTroubles(scene, service).some(({ since, level }) => since === 'new' && level === 'error');
  return down || errors || scene.readings.incidents.some((each) => each.service === service);
}

/** Names of files that many lines have, whatever they tell. */
const COMMON_NAMES =
  /^(?:index|main|server|client|service|services|config|settings|values|models?|views?|handlers?|controllers?|routes?|utils?|helpers?|common|types?|schema|application|package|module|errors?|logger|logging|request|response|default|deployment|database|session|docker-?file|requirements|__init__)$/i;
const LEAST_NAME = 6;
const MOST_FILES = 40;

/** Errors since it ran that name a file or class which it changed, and none before: `app/jobs/dunning_job.rb:31`. */
export function namesItsFiles(
  scene: Scene,
  service: string,
  files: readonly string[],
  { at, undone }: Stay,
): Claim[] {
  const lines = (scene.about(service)?.lines ?? []).filter(
    ({ level }) => level === 'error' || level === 'warn',
  );
  const during = lines.filter(
    (line) => line.at !== null && line.at >= at && (undone === null || line.at < undone),
  );
  if (during.length === 0) return [];
  const written = during.map(({ text }) => plain(text));
  const before = lines.filter((line) => line.at !== null && line.at < at).map(({ text }) => plain(text));
  for (const file of files.slice(0, MOST_FILES)) {
    const name = (file.split('/').at(-1) ?? '').replace(/\.\w{1,10}$/, '');
    const word = plain(name);
    if (word.length < LEAST_NAME || COMMON_NAMES.test(name)) continue;
    if (!written.some((text) => text.includes(word)) || before.some((text) => text.includes(word))) continue;
    return [
      {
        text: `errors since then name ${quote(file, 80)}, which it changed`,
        weight: 2,
        from: `logs of ${service}`,
        specific: true,
      },
    ];
  }
  return [];
}

/** `DunningJob` and `dunning_job` are one name. */
function plain(text: string): string {
  return text.slice(0, 2_000).replace(/[_-]/g, '').toLowerCase();
}

/** How pages look and read: sheets of style, pictures, texts in other languages, templates. */
const LOOKS =
  /\.(?:css|scss|sass|less|svg|png|jpe?g|gif|webp|ico|woff2?|ttf|po|pot|mo|html?|twig|erb|haml|hbs|mustache|ejs)$|(?:^|\/)(?:locales?|i18n|translations?|lang|messages)\/[^/]*\.(?:json|ya?ml|properties|php|ts|js)$|(?:^|\/)(?:locales?|i18n|translations?)\//i;

/** Only how pages look: that seldom breaks what serves them, unless its errors are of code. */
export function looksOnly(scene: Scene, service: string, comparison: Comparison | undefined): Claim[] {
  if (!comparison || comparison.files.length === 0 || (comparison.changes?.length ?? 0) > 0) return [];
  const { files } = comparison;
  if (
    !files.every((file) => LOOKS.test(file) || /(?:^|\/)(?:tests?|spec|docs?)\/|\.(?:md|snap)$/i.test(file))
  )
    return [];
  if (newTroubles(scene, service).some(({ signature }) => signature?.byDeploy === 'usual')) return [];
  return [{ text: 'it changed only how pages look and read', weight: -2, from: `deploys of ${service}` }];
}

// Where a trouble lies: who says it is seldom who has it.
import { OWN_CERTIFICATE_REFUSED } from '../forms/identity.ts';
import { RESOLVER_SILENT } from '../forms/network.ts';
import type { LogFact } from '../log-evidence.ts';
import { fullDisk, newTroubles } from '../mechanism.ts';
import type { Scene } from '../scene.ts';
import type { Trouble } from '../signatures.ts';

/** Where one sees it says little of where it lies: these are looked for at what it needs as well. */
const LIES_DEEPER: readonly Trouble[] = [
  'disk-full',
  'out-of-memory',
  'certificate',
  'trust',
  'clock-skew',
  'locks',
  'file-descriptors',
];
/** The answer of who was asked: the trouble is there. */
const OF_WHO_ANSWERS: readonly Trouble[] = ['read-only', 'disk-full', 'out-of-memory', 'locks'];
/** Of who says it, whomever it spoke to. */
const OF_WHO_SAYS: readonly Trouble[] = [
  'configuration',
  'schema',
  'file-descriptors',
  'out-of-memory',
  'locks',
  'failover',
];
/** Both sides speak of it: who names the other says where it lies. */
const BETWEEN_TWO: readonly Trouble[] = ['rate-limit', 'credentials', 'certificate', 'trust'];

/** A service of ours, or the host of somebody else. */
export function placeOf(scene: Scene, place: string, trouble: Trouble, fact: LogFact): string {
  const { about, speaker, text } = fact;
  if ((trouble === 'certificate' || trouble === 'trust') && OWN_CERTIFICATE_REFUSED.test(text)) return place;
  if (place === scene.own && LIES_DEEPER.includes(trouble)) {
    const deeper = scene.needed.find(
      (name) =>
        newTroubles(scene, name).some(({ signature }) => signature?.trouble === trouble) ||
        (trouble === 'disk-full' && fullDisk(scene, name) !== null),
    );
    if (deeper !== undefined) return deeper;
  }
  if (trouble === 'dns') return placeOfName(scene, place, fact);
  if (speaker !== null && OF_WHO_ANSWERS.includes(trouble)) return speaker;
  if (OF_WHO_SAYS.includes(trouble)) return place;
  if (about) {
    // A clock is compared with that of somebody else, who has many customers.
    if ('host' in about) return trouble === 'clock-skew' ? place : about.host;
    return about.service;
  }
  return (BETWEEN_TWO.includes(trouble) ? namedBeside(scene, place, trouble) : null) ?? place;
}

/** One name that is not there is the trouble of that name; where none is answered, it is whoever answers. */
function placeOfName(scene: Scene, place: string, { about, text }: LogFact): string {
  const resolver = scene.needed.find((name) => /dns|resolver|unbound/i.test(name));
  const silent = RESOLVER_SILENT.test(text);
  if (silent && resolver !== undefined) return resolver;
  const names = new Set(
    newTroubles(scene, place)
      .filter(({ signature }) => signature?.trouble === 'dns')
      .flatMap((fact) => nameOf(fact.about) ?? []),
  );
  if (about === null || names.size > 1 || (silent && 'service' in about)) return place;
  return nameOf(about) ?? place;
}

function namedBeside(scene: Scene, place: string, trouble: Trouble): string | null {
  const other = newTroubles(scene, place).find(
    ({ signature, about }) => signature?.trouble === trouble && about !== null,
  );
  return nameOf(other?.about ?? null);
}

function nameOf(about: LogFact['about']): string | null {
  if (about === null) return null;
  return 'host' in about ? about.host : about.service;
}

// A source with `--expect-every` that says nothing for longer is as good as down: what it would have told us is lost.
import { OWN_SOURCE } from '../domain/built-in.ts';
import { formatDuration } from '../domain/duration.ts';
import { clockTimeWithZone } from '../domain/time.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';
import { clearOwn, raiseOwn } from './own-alerts.ts';

const PREFIX = 'silent:';

/**
 * `since`: the daemon's start; what came while it was down was sent to nobody, so each source has one period from then,
 * and from when it was added, enabled or edited. Gives when the next one would be silent; null: none is expected.
 */
export async function watchSources(tx: Tables, since: number, engine: Engine): Promise<number | null> {
  const now = engine.clock.now();
  let next: number | null = null;
  const expected = new Set<string>();
  for (const source of await tx.resources.list('source')) {
    const { expectEveryMs } = source.spec;
    if (!source.enabled || expectEveryMs === undefined) continue;
    expected.add(source.name);
    const heardAt = await tx.heard.find(source.name);
    const known = await tx.alerts.find(OWN_SOURCE, `${PREFIX}${source.name}`);
    if (known?.status === 'firing') {
      // Another instant, not a later one: the clock may have been set back.
      if (String(heardAt ?? 'never') !== known.labels.last_heard) await clearOwn(tx, known, now);
      continue;
    }
    const silentAt =
      Math.max(...[heardAt ?? 0, source.updatedAt, since].map((at) => Math.min(at, now))) + expectEveryMs;
    // Written down again by a clock that was set back since: it counts from now.
    if (heardAt !== null && heardAt > now) await tx.heard.touch([source.name], now);
    if (silentAt > now) next = Math.min(next ?? silentAt, silentAt);
    else await raiseSilent(tx, { name: source.name, type: source.spec.type, expectEveryMs, heardAt }, engine);
  }
  for (const known of await tx.alerts.firingOf(OWN_SOURCE)) {
    const name = known.fingerprint.slice(PREFIX.length);
    if (known.fingerprint.startsWith(PREFIX) && !expected.has(name)) await clearOwn(tx, known, now);
  }
  return next;
}

async function raiseSilent(
  tx: Tables,
  source: { name: string; type: string; expectEveryMs: number; heardAt: number | null },
  engine: Engine,
): Promise<void> {
  const { name, type, expectEveryMs, heardAt } = source;
  const now = engine.clock.now();
  const last =
    heardAt === null
      ? 'Nothing has come from it yet'
      : `The last thing it sent came ${formatDuration(now - heardAt)} ago, at ${clockTimeWithZone(heardAt, engine.zone)}`;
  const check =
    type === 'host'
      ? 'Check on that machine what the log of openclaw says about measuring it.'
      : `Check: does it run, does it still send to /hooks/${encodeURIComponent(name)}, is its secret still right ("openclaw doctor", and refused requests in the log).`;
  await raiseOwn(
    tx,
    {
      fingerprint: `${PREFIX}${name}`,
      alertname: 'SourceSilent',
      title: `source "${name}" is silent`,
      description: `${last}; something is expected every ${formatDuration(expectEveryMs)}.`,
      notes: [
        `${last}; something is expected every ${formatDuration(expectEveryMs)}. Until it speaks again, what it would tell us is lost. ${check}`,
      ],
      startsAt: now,
      labels: { source: name, last_heard: String(heardAt ?? 'never') },
    },
    now,
  );
}

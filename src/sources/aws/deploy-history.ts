// From what AWS keeps of deployments to the deploys people speak of: one a release, newest first. Pure.
import type { Deploy, FactsOf } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';

/** One deployment as it happened. The same release may have been deployed many times. */
export interface Event {
  /** The number of the release: a revision, a version. Grows with each that is made. */
  release: number;
  at: number;
  status: Deploy['status'];
}

export interface Release {
  release: number;
  /** When it began to be what runs, the last time it did. */
  at: number;
  status: Deploy['status'];
  rolledBack: boolean;
  /** False: AWS only says that it was made, not whether it ever ran. */
  ran: boolean;
}

/**
 * A return to an older release undoes those between: they count as rolled back, whoever did it. `current`: what runs
 * now, where the events do not reach back to it.
 */
export function releasesOf(events: readonly Event[], current: number | null): Release[] {
  const inOrder = [...events].sort((a, b) => a.at - b.at);
  const releases = new Map<number, Release>();
  let running: number | null = null;
  for (const { release, at, status } of inOrder) {
    const known = releases.get(release);
    if (status !== 'succeeded') {
      // A repeat of what runs that failed does not make the release a failed one.
      if (known?.status === 'succeeded') continue;
      releases.set(release, { release, at, status, rolledBack: false, ran: status !== 'failed' });
      continue;
    }
    if (release === running) continue;
    if (running !== null && release < running) {
      for (const undone of releases.values()) if (undone.release > release) undone.rolledBack = true;
    }
    running = release;
    releases.set(release, { release, at, status, rolledBack: false, ran: true });
  }
  if (current !== null && !releases.has(current)) {
    // It runs, so it is newer than whatever else is known to have run.
    const ran = [...releases.values()].filter(({ status }) => status === 'succeeded');
    const at = ran.length === 0 ? 0 : Math.max(...ran.map((each) => each.at)) + 1;
    releases.set(current, { release: current, at, status: 'succeeded', rolledBack: false, ran: true });
  }
  return [...releases.values()].sort((a, b) => b.at - a.at);
}

/**
 * `latest`: what runs. `target`: the newest release before `deploy` that succeeded and was never rolled back.
 * Errors: ToolError 'failed' where there is no such deploy, or none that stands.
 */
export function rollbackFacts(
  releases: readonly Release[],
  deploy: string,
  service: string,
): FactsOf['deploys.rollback'] {
  const wanted = deploy.replace(/^#/, '');
  const stands = ({ status, rolledBack }: Release) => status === 'succeeded' && !rolledBack;
  const index = releases.findIndex(({ release }) => String(release) === wanted);
  const latest = releases.find(stands);
  if (index === -1 || latest === undefined) {
    const newest = releases.slice(0, 5).map(({ release }) => `#${release}`);
    const known = newest.length === 0 ? 'it has none' : `the newest are ${newest.join(', ')}`;
    const what =
      index === -1 ? `no deploy #${wanted.slice(0, 60)}` : 'no deploy that succeeded and still stands';
    throw new ToolError('failed', `${service} has ${what}: ${known}`);
  }
  const target = releases.find((one, at) => at > index && stands(one));
  return {
    latest: String(latest.release),
    target: target === undefined ? null : String(target.release),
    migrations: [],
    inProgress: text(releases.find(({ status }) => status === 'in-progress')),
  };
}

function text(release: Release | undefined): string | null {
  return release === undefined ? null : String(release.release);
}

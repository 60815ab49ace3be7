// /db-failover: to the replica that is least behind, with primary, lag and downtime on the card.
import type { DatabaseState } from '../domain/capability.ts';
import { formatDurationWords } from '../domain/duration.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Kit, Playbook, PlaybookRequest, Proposal } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { typedWord } from '../domain/typed-word.ts';
import { firstKnown, known, noSource, refusal, sections, silentSources } from './answers.ts';
import { readArguments, slashed } from './arguments.ts';
import { lagText } from './database.ts';
import { findService, incidentService, instanceNote, serviceNamed } from './find-service.ts';
import { healthySuccess } from './success.ts';
import { clean, timeText } from './text.ts';

const usage = '/db-failover [cluster] [--to replica]';

export const dbFailover: Playbook = {
  name: 'db-failover',
  usage,
  summary: 'Make a replica of a database the primary',
  changes: true,
  async propose(request, kit) {
    const { positionals, flags } = readArguments(request, { usage, positionals: 1, flags: { to: 'value' } });
    const found = await findDatabase(positionals[0], request, kit);
    if ('kind' in found) return found;
    const { service, instance } = found;
    const name = typedWord(service.name);
    const source = kit.changer('databases.failover', service.name);
    if (source === null) {
      return noSource(`fail over ${service.name}`, service.name, kit);
    }
    const answers = await kit.read('databases.describe', { service: service.name });
    const state = firstKnown(answers, source)?.result;
    if (!state) {
      const why = silentSources(answers).join('; ') || 'no source describes it';
      const detail = `primary and replica lag of ${service.name} are not known (${why}): a failover now would be blind`;
      return refusal('not-measured', detail, `${slashed(request.trigger)} ${name}`);
    }
    const replica = choose(state, flags.to);
    if (!replica) {
      const replicas = state.replicas.map(({ id }) => clean(id, 80));
      return state.replicas.length === 0
        ? refusal('no-replica', `${service.name} has no replica to fail over to`, `/metrics ${name}`)
        : refusal(
            'not-a-replica',
            `${quoted(flags.to ?? '')} is not a replica of ${service.name}; there ${replicas.length === 1 ? 'is' : 'are'} ${replicas.slice(0, 10).join(', ')}`,
            `${slashed(request.trigger)} ${name}`,
          );
    }
    return {
      kind: 'steps',
      title: `Fail over ${service.name} from ${clean(state.primary, 80)} to ${clean(replica.id, 80)}`,
      service: service.name,
      steps: [{ capability: 'databases.failover', args: { service: service.name, to: replica.id } }],
      notes: sections(
        {
          heading: `Database ${clean(state.cluster, 80)} (${clean(state.engine, 40)})`,
          lines: describe(state, replica.id),
        },
        { heading: 'Lately', lines: lately(state, kit) },
        { heading: 'Risk', lines: lagRisk(replica) },
        { heading: 'Note', lines: [...instanceNote(service, instance), ...silentSources(answers)] },
      ),
      success: await healthySuccess(service, null, kit),
    };
  },
};

function choose({ replicas, primary }: DatabaseState, to: string | undefined) {
  const possible = replicas.filter(({ id }) => id !== primary);
  if (to !== undefined) return possible.find(({ id }) => id === to);
  // An unknown lag may be any: only where none is known.
  const lag = (replica: DatabaseState['replicas'][number]) => replica.lagMs ?? Number.POSITIVE_INFINITY;
  return possible.reduce<DatabaseState['replicas'][number] | undefined>(
    (best, replica) => (best === undefined || lag(replica) < lag(best) ? replica : best),
    undefined,
  );
}

function describe({ primary, replicas, downtimeMs, downtimeFrom }: DatabaseState, chosen: string): string[] {
  return [
    `current primary: ${clean(primary, 80)}`,
    ...replicas
      .slice(0, 10)
      .map(
        ({ id, lagMs }) =>
          `replica ${clean(id, 80)}: ${lagText(lagMs)}${id === chosen ? ' ← becomes the primary' : ''}`,
      ),
    `downtime: ${downtimeMs === null ? 'unknown' : `about ${formatDurationWords(downtimeMs)} (estimated${downtimeFrom === undefined ? '' : `: ${clean(downtimeFrom, 120)}`})`}`,
  ];
}

function lately({ events = [] }: DatabaseState, kit: Kit): string[] {
  return events.slice(-5).map(({ at, text }) => `${timeText(at, kit)}: ${clean(text, 160)}`);
}

function lagRisk({ lagMs }: DatabaseState['replicas'][number]): string[] {
  if (lagMs === null) return ['its lag is unknown: writes it has not seen yet would be lost'];
  return lagMs > 0 ? [`writes of the last ${lagText(lagMs).replace(' behind', '')} may be lost`] : [];
}

async function findDatabase(
  name: string | undefined,
  request: PlaybookRequest,
  kit: Kit,
): Promise<{ service: Service; instance: string | null } | Proposal> {
  const databases = kit.services.filter(
    (service) => service.kind === 'database' || kit.changer('databases.failover', service.name) !== null,
  );
  if (name !== undefined) {
    if (!serviceNamed(name, kit.services)) {
      const owner = await ownerOfCluster(name, databases, kit);
      if (owner) return { service: owner, instance: null };
    }
    const looked = findService({ name, request, kit });
    if (looked.kind === 'ask') return looked.proposal;
    if (databases.includes(looked.service)) return { service: looked.service, instance: looked.instance };
    const [only] = databases;
    return refusal(
      'not-a-database',
      `${looked.service.name} is not a database`,
      only && databases.length === 1 ? `${slashed(request.trigger)} ${typedWord(only.name)}` : '/status',
    );
  }
  if (databases.length === 0) return refusal('no-database', 'no service is a database', '/status');
  const about = incidentService(request, kit);
  if (about && databases.includes(about)) return { service: about, instance: null };
  const looked = findService({
    name: undefined,
    request: { ...request, incident: null },
    kit: { services: databases, changer: kit.changer },
  });
  return looked.kind === 'ask' ? looked.proposal : { service: looked.service, instance: null };
}

/** People may know the cluster by the name its source gives it. */
async function ownerOfCluster(
  name: string,
  databases: readonly Service[],
  kit: Kit,
): Promise<Service | null> {
  const owners = await Promise.all(
    databases.map(async (service) => {
      const answers = known(await kit.read('databases.describe', { service: service.name }));
      return answers.some(({ result }) => result.cluster === name) ? [service] : [];
    }),
  );
  const [owner, another] = owners.flat();
  return owner && !another ? owner : null;
}

// What the model may read: what a command's sources say, summarised by the same code that answers people. Texts in it are data.
import { z } from 'zod';
import type { ReadArgs } from '../../domain/capability.ts';
import { UserError } from '../../domain/errors.ts';
import { plainText } from '../../domain/message.ts';
import type { IncidentContext, Kit, Playbook } from '../../domain/playbook.ts';
import { isoTime } from '../../domain/time.ts';
import { logs } from '../../playbooks/logs.ts';
import { metrics } from '../../playbooks/metrics.ts';
import { fenced } from './fence.ts';
import { type ReadAsText, readingOf } from './reading-text.ts';
import { idsOf, type Seen } from './taint.ts';
import { type ReadTool, readTool } from './tools.ts';

export interface Looking {
  kit: Kit;
  incident: IncidentContext | null;
  nonce: string;
  seen: Seen;
}

/** Of one reading. */
const LONGEST = 4_000;
const DEPLOYS = 15;
const LISTED = 40;
const service = z.string().min(1).max(200);

/** In an order that is always the same. */
export function readTools(looking: Looking): ReadTool[] {
  const { kit, incident } = looking;
  const facts = { now: kit.now, zone: kit.zone ?? 'UTC', startedAt: incident?.startedAt };
  /** What each source of the command says, and which ids it gave in fields of their own. */
  const read = async <C extends ReadAsText>(capability: C, args: ReadArgs<C>): Promise<string> => {
    const answers = await kit.read(capability, args);
    if (answers.length === 0) return 'No source of this command has that.';
    return answers
      .map((answer) => {
        if (!answer.ok) return `${answer.source} did not answer: ${answer.why}`;
        for (const id of idsOf(capability, answer.result)) looking.seen.ids.add(id);
        return `${answer.source}:\n${readingOf(capability, answer.result, facts)}`;
      })
      .join('\n');
  };
  const show = (label: string, text: string) => {
    looking.seen.outside.push(text);
    return fenced(label, text, looking.nonce, { most: LONGEST });
  };
  return [
    readTool({
      name: 'logs_search',
      description:
        'What the logs of a service say: errors and warnings in groups with counts, since when, whether new since the last deploy, and the likely cause. since: 03:01, 2h, "yesterday 14:00". grep: an RE2 pattern.',
      schema: z.strictObject({
        service,
        since: z.string().max(40).optional(),
        grep: z.string().max(500).optional(),
      }),
      run: async ({ service: name, since, grep }) =>
        show('logs', await asked(logs, [name, ...flag('since', since), ...flag('grep', grep)], looking)),
    }),
    readTool({
      name: 'metrics_query',
      description:
        'Current values of a service against normal, with the trend of the last hour, when it began to deviate, and what moved with it.',
      schema: z.strictObject({ service, metric: z.string().max(200).optional() }),
      run: async ({ service: name, metric }) =>
        show('metrics', await asked(metrics, [name, ...(metric === undefined ? [] : [metric])], looking)),
    }),
    readTool({
      name: 'deploys_list',
      description: 'The newest deploys of a service, newest first: number, time, author, title, state.',
      schema: z.strictObject({ service }),
      run: async (args) => show('deploys', await read('deploys.list', { ...args, limit: DEPLOYS })),
    }),
    readTool({
      name: 'deploys_compare',
      description: 'Commits, files and migrations between two deploys, by their numbers or revisions.',
      schema: z.strictObject({ service, from: z.string().max(100), to: z.string().max(100) }),
      run: async (args) => show('comparison', await read('deploys.compare', args)),
    }),
    readTool({
      name: 'services_list',
      description: 'All services that the sources of the command know, and how they are.',
      schema: z.strictObject({}),
      run: async () => show('services', await read('services.list', {})),
    }),
    readTool({
      name: 'services_health',
      description: 'How many instances of a service should run, do run and are healthy, and their ids.',
      schema: z.strictObject({ service }),
      run: async (args) => show('health', await read('services.health', args)),
    }),
    readTool({
      name: 'databases_describe',
      description: 'Primary, replicas with their lag, state and last events of a database.',
      schema: z.strictObject({ service }),
      run: async (args) => show('database', await read('databases.describe', args)),
    }),
    readTool({
      name: 'caches_describe',
      description: 'How many keys a cache holds, its hit rate, and how long it takes to fill it again.',
      schema: z.strictObject({ service }),
      run: async (args) => show('cache', await read('caches.describe', args)),
    }),
    readTool({
      name: 'disk_usage',
      description: 'How full the disks of a machine are.',
      schema: z.strictObject({}),
      run: async () => show('disks', await read('disk.usage', {})),
    }),
    readTool({
      name: 'what_changed',
      description:
        'What openclaw did to a service itself, and what others said was changed there, since so many hours ago.',
      schema: z.strictObject({ service, hours: z.number().min(0.1).max(168) }),
      run: async ({ service: name, hours }) => {
        const changes = (await kit.changes?.(name, kit.now - hours * 3_600_000)) ?? [];
        const lines = changes.slice(-LISTED).map(({ at, text }) => `${isoTime(at)} ${text}`);
        return show('changes', lines.join('\n') || 'Nothing is known to have changed.');
      },
    }),
  ];
}

/** As if a person had typed it. */
async function asked(playbook: Playbook, words: string[], { kit, incident }: Looking): Promise<string> {
  try {
    const found = await playbook.propose({ trigger: `/${playbook.name}`, words, incident }, kit);
    switch (found.kind) {
      case 'answer':
        return plainText(found.message);
      case 'refusal':
        return found.detail;
      case 'question':
        return [found.question, ...found.choices].join('\n');
      default:
        return 'That is no reading.';
    }
  } catch (error) {
    if (error instanceof UserError) return [error.message, error.hint].filter(Boolean).join('\n');
    throw error;
  }
}

function flag(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`--${name}`, value];
}

// What the model may read: what a command's sources say, summarised by the same code that answers people. Texts in it are data.
import { z } from 'zod';
import { UserError } from '../../domain/errors.ts';
import { plainText } from '../../domain/message.ts';
import type { IncidentContext, Kit, Playbook, ReadAnswer } from '../../domain/playbook.ts';
import { clockTimeWithZone } from '../../domain/time.ts';
import { logs } from '../../playbooks/logs.ts';
import { metrics } from '../../playbooks/metrics.ts';
import { fenced, type Seen } from './outside.ts';
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
  const { kit, seen } = looking;
  const show = (label: string, text: string) => {
    seen.outside.push(text);
    return fenced(label, text, looking.nonce, LONGEST);
  };
  const answered = <T>(answers: readonly ReadAnswer<never>[], lines: (result: T) => string[]): string => {
    if (answers.length === 0) return 'No source of this command has that.';
    return (answers as readonly { source: string; ok: boolean; why?: string; result?: T }[])
      .map(({ source, ok, why, result }) =>
        ok ? `${source}:\n${lines(result as T).join('\n')}` : `${source} did not answer: ${why}`,
      )
      .join('\n');
  };
  const clock = (at: number) => clockTimeWithZone(at, kit.zone ?? 'UTC');
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
      run: async (args) => {
        const answers = await kit.read('deploys.list', { ...args, limit: DEPLOYS });
        for (const each of answers)
          if (each.ok) for (const { number } of each.result) seen.ids.add(`deploy ${number}`);
        return show(
          'deploys',
          answered<
            readonly {
              number: string;
              at: number;
              author: string;
              title: string;
              status: string;
              rolledBack: boolean;
            }[]
          >(answers as never, (all) =>
            all.map(
              ({ number, at, author, title, status, rolledBack }) =>
                `#${number} at ${new Date(at).toISOString()} (${clock(at)}) by ${author}: "${title}", ${rolledBack ? 'rolled back' : status}`,
            ),
          ),
        );
      },
    }),
    readTool({
      name: 'deploys_compare',
      description: 'Commits, files and migrations between two deploys, by their numbers or revisions.',
      schema: z.strictObject({ service, from: z.string().max(100), to: z.string().max(100) }),
      run: async (args) =>
        show(
          'comparison',
          answered((await kit.read('deploys.compare', args)) as never, (result) => asJson(result)),
        ),
    }),
    readTool({
      name: 'services_health',
      description: 'How many instances of a service should run, do run and are healthy, and their ids.',
      schema: z.strictObject({ service }),
      run: async (args) =>
        show(
          'health',
          answered((await kit.read('services.health', args)) as never, (result) => asJson(result)),
        ),
    }),
    readTool({
      name: 'databases_describe',
      description: 'Primary, replicas with their lag, state and last events of a database.',
      schema: z.strictObject({ service }),
      run: async (args) => {
        const answers = await kit.read('databases.describe', args);
        for (const each of answers)
          if (each.ok) for (const { id } of each.result.replicas) seen.ids.add(`replica ${id}`);
        return show(
          'database',
          answered(answers as never, (result) => asJson(result)),
        );
      },
    }),
    readTool({
      name: 'disk_usage',
      description: 'How full the disks of a machine are.',
      schema: z.strictObject({}),
      run: async () =>
        show(
          'disks',
          answered((await kit.read('disk.usage', {})) as never, (result) => asJson(result)),
        ),
    }),
    readTool({
      name: 'what_changed',
      description:
        'What openclaw did to a service itself, and what others said was changed there, since so many hours ago.',
      schema: z.strictObject({ service, hours: z.number().min(0.1).max(168) }),
      run: async ({ service: name, hours }) => {
        const changes = (await kit.changes?.(name, kit.now - hours * 3_600_000)) ?? [];
        const lines = changes.slice(-LISTED).map(({ at, text }) => `${new Date(at).toISOString()} ${text}`);
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

function asJson(value: unknown): string[] {
  return JSON.stringify(value, null, 1)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line));
}

// What a conversation could read then, in the place of the sources: the same answers to the same questions, and nothing else.
import type { KeptKit, KeptRead, Turn } from '../../domain/assistant.ts';
import { canonicalJson, type Json } from '../../domain/digest.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Kit, Overview, ReadAnswer } from '../../domain/playbook.ts';
import { type Looking, readTools } from './look.ts';
import { listOf } from './recorded-client.ts';
import type { ReadTool } from './tools.ts';

export const NOT_RECORDED = 'This was not read then, so it is not known here.';

interface Recorded {
  text: string;
  ok: boolean;
  seen: Turn['seen'];
}

/** `missed`: told of each reading that is not in the record. */
export function recordedReads(
  turns: readonly Turn[],
  missed: (what: string) => void,
): (looking: Looking) => ReadTool[] {
  const recorded = new Map<string, Recorded[]>();
  for (const turn of turns) {
    const results = listOf(turn.results);
    for (const { type, id, name, input } of listOf(turn.answer)) {
      const result = results.find((one) => one.type === 'tool_result' && one.tool_use_id === id);
      if (type !== 'tool_use' || result === undefined) continue;
      const key = keyOf(String(name), input);
      const same = recorded.get(key) ?? [];
      same.push({ text: String(result.content), ok: result.is_error !== true, seen: turn.seen });
      recorded.set(key, same);
    }
  }
  return (looking) =>
    readTools(looking).map((tool) => ({
      ...tool,
      async run(args) {
        const answers = recorded.get(keyOf(tool.name, args)) ?? [];
        // Asked once more it may have said something else; asked more often than then, the same again.
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        if (answer === undefined) {
          missed(`${tool.name} ${JSON.stringify(args)}`);
          throw new ToolError('failed', NOT_RECORDED);
        }
        for (const id of answer.seen?.ids ?? []) looking.seen.ids.add(id);
        // That there was such a text counts, and which services it names; the rest of it is not kept.
        looking.seen.outside.push('a reading', ...(answer.seen?.services ?? []));
        if (!answer.ok) throw new ToolError('failed', answer.text);
        return answer.text;
      },
    }));
}

/** `missed`: as above, of what a playbook reads to make a plan. */
export function recordedKit(
  { now, zone, services, sources, commands, changers }: KeptKit,
  planned: readonly KeptRead[],
  missed: (what: string) => void,
): Kit {
  const left = planned.map((read) => ({ key: keyOf(read.capability, read.args), answers: read.answers }));
  return {
    now,
    zone,
    services,
    sources,
    ...(commands === null ? {} : { commands }),
    async read(capability, args) {
      const key = keyOf(capability, args);
      const at = left.findIndex((read) => read.key === key);
      const found = left[at];
      if (found === undefined) {
        missed(`${capability} ${JSON.stringify(args)}`);
        return [{ source: 'the record', ok: false, why: NOT_RECORDED }];
      }
      if (left.filter((read) => read.key === key).length > 1) left.splice(at, 1);
      return found.answers as ReadAnswer<typeof capability>[];
    },
    changer: (capability, service) =>
      changers.find((one) => one.capability === capability && one.service === service)?.source ?? null,
    overview: async (): Promise<Overview> => ({
      openIncidents: [],
      waitingApprovals: [],
      frozen: null,
      warnings: [],
    }),
    changes: async () => [],
  };
}

function keyOf(name: string, args: unknown): string {
  return `${name} ${canonicalJson(JSON.parse(JSON.stringify(args ?? {})) as Json)}`;
}

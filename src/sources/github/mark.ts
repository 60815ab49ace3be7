// How a rollback of ours is known again: by words that its Deployment or its run carries.
import { z } from 'zod';

/** `undone` and `restored`: the numbers people use, without `#`. */
export interface Mark {
  /** The execution's id. */
  key: string;
  undone: string;
  restored: string;
}

const payloadShape = z.object({
  openclaw: z.object({
    execution: z.string().min(1).max(100),
    undone: z.string().min(1).max(255),
    restored: z.string().min(1).max(255),
  }),
});

export function payloadOf({ key, undone, restored }: Mark): z.infer<typeof payloadShape> {
  return { openclaw: { execution: key, undone, restored } };
}

/** Null: not one of ours. */
export function markInPayload(payload: unknown): Mark | null {
  const read = payloadShape.safeParse(typeof payload === 'string' ? parsedJson(payload) : payload);
  if (!read.success) return null;
  const { execution: key, undone, restored } = read.data.openclaw;
  return { key, undone, restored };
}

/** What the workflow's input is given, and its `run-name` repeats. */
export function wordsOf({ key, undone, restored }: Mark): string {
  return `openclaw rollback of #${undone} to #${restored}, execution ${key}`;
}

export function markInTitle(title: string): Mark | null {
  const [, undone, restored, key] =
    /openclaw rollback of #(\S{1,255}) to #(\S{1,255}), execution ([\w-]{8,100})/.exec(title) ?? [];
  return key && undone && restored ? { key, undone, restored } : null;
}

export function titleOfMark({ undone, restored }: Mark): string {
  return `Rollback of #${undone} to #${restored}`;
}

function parsedJson(text: string): unknown {
  if (text.length > 65_536) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

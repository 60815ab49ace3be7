// Tells which lines say the same thing while they are read: a small number for each kind, in bounded memory. What the
// kinds are called, and which of them are one group after all, is known when all was read.
import { MAX_GROUPS, maskLine, OTHER_TEMPLATE } from './log-groups.ts';

export interface LogKinds {
  /** The kind of a line, by its message. */
  add(message: string): number;
  /** By kind. Kinds of one group have one number; the template is that of the group. */
  settle(): { group: number; template: string }[];
}

/** Once there are so many, what is new is of one kind: a log in which every line is another one fills no memory. */
const MOST_KINDS = MAX_GROUPS * 4;

export function logKinds(): LogKinds {
  const kinds = new Map<string, number>();
  return {
    add(message) {
      const template = maskLine(message);
      const known = kinds.get(template);
      if (known !== undefined) return known;
      const name = kinds.size < MOST_KINDS ? template : OTHER_TEMPLATE;
      const kind = kinds.get(name) ?? kinds.size;
      kinds.set(name, kind);
      return kind;
    },
    settle: () => [...kinds].map(([template, group]) => ({ group, template })),
  };
}

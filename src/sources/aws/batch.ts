// Many questions of one moment as one call: `/status` asks for fifty services at once, and AWS counts calls.
import type { Call } from '../../domain/tool.ts';

interface Waiting<V> {
  name: string;
  resolve(value: V | undefined): void;
  reject(error: unknown): void;
}

/**
 * `read` gets distinct names, at most `size`, and gives what there is by name. Names asked for in the same turn of the
 * event loop go together. The signal is the first caller's: they are of one command, or of one poll.
 */
export function createBatch<V>(
  size: number,
  read: (names: readonly string[], call: Call) => Promise<ReadonlyMap<string, V>>,
): (name: string, call: Call) => Promise<V | undefined> {
  let waiting: Waiting<V>[] = [];
  let first: Call | null = null;

  async function send(): Promise<void> {
    const all = waiting;
    const call = first;
    waiting = [];
    first = null;
    if (call === null) return;
    const names = [...new Set(all.map(({ name }) => name))];
    for (let at = 0; at < names.length; at += size) {
      const some = names.slice(at, at + size);
      const mine = all.filter(({ name }) => some.includes(name));
      read(some, call).then(
        (found) => {
          for (const { name, resolve } of mine) resolve(found.get(name));
        },
        (error: unknown) => {
          for (const { reject } of mine) reject(error);
        },
      );
    }
  }

  return (name, call) =>
    new Promise((resolve, reject) => {
      waiting.push({ name, resolve, reject });
      if (first !== null) return;
      first = call;
      setImmediate(send);
    });
}

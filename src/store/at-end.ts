// What a commit does once and last, however often it was asked for meanwhile: such as a card that is drawn from all that
// changed.

export interface AtEnd {
  /** `work` runs after all else in this commit, in the order first asked for. One already waiting under `key` stays. */
  add(key: string, work: () => Promise<void>): void;
  /** Runs what waits, and what that adds. */
  run(): Promise<void>;
  /** The commit was rolled back. */
  forget(): void;
}

export function createAtEnd(): AtEnd {
  const waiting = new Map<string, () => Promise<void>>();
  return {
    add(key, work) {
      if (!waiting.has(key)) waiting.set(key, work);
    },
    async run() {
      for (const [key, work] of waiting) {
        waiting.delete(key);
        await work();
      }
    },
    forget: () => waiting.clear(),
  };
}

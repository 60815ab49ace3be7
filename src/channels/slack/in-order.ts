// What people say in one conversation is stored in the order it came, however slow a look-up of the first of it is.

export interface Order {
  /** One after the other per place, in the order of the calls; of no place at once. */
  inOrder<T>(place: string, work: () => Promise<T>): Promise<T>;
  /**
   * `otherwise`, where the look has no answer in time, or fails. The time counts from the first who asked for the same, so
   * those behind do not each wait anew.
   */
  soon<T>(what: string, look: () => Promise<T>, otherwise: T): Promise<T>;
}

export function createOrder(withinMs: number): Order {
  const tails = new Map<string, Promise<unknown>>();
  const looks = new Map<string, Promise<unknown>>();

  return {
    inOrder<T>(place: string, work: () => Promise<T>): Promise<T> {
      if (place === '') return work();
      const mine = (tails.get(place) ?? Promise.resolve()).then(work);
      const tail = mine
        .catch(() => {})
        .then(() => {
          if (tails.get(place) === tail) tails.delete(place);
        });
      tails.set(place, tail);
      return mine;
    },
    soon<T>(what: string, look: () => Promise<T>, otherwise: T): Promise<T> {
      const going = looks.get(what);
      if (going) return going as Promise<T>;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<T>((give) => {
        timer = setTimeout(() => give(otherwise), withinMs);
      });
      const answer = look().catch(() => otherwise);
      const first = Promise.race([answer, late]).finally(() => clearTimeout(timer));
      looks.set(what, first);
      // It stands until Slack has answered: meanwhile nobody waits for what is late already.
      void answer.then(() => looks.delete(what));
      return first;
    },
  };
}

/** The conversation an envelope is of; empty: of none. */
export function placeOf(body: unknown): string {
  const at = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  const found =
    at(at(body, 'event'), 'channel') ?? at(body, 'channel_id') ?? at(at(body, 'container'), 'channel_id');
  return typeof found === 'string' ? found : '';
}

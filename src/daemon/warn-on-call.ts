// At the start, in the log: who would not be told. What `doctor` says of it, without its looks at sources.
import type { Clock } from '../domain/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../store/store.ts';
import { examineOnCall } from './examine.ts';

export async function warnOnCall(store: Store, clock: Clock, log: Engine['log']): Promise<void> {
  for (const { level, about, text, hint } of await examineOnCall({ store, clock })) {
    if (level !== 'ok') log({ level: 'warn', event: 'on-call', about, text, hint });
  }
}

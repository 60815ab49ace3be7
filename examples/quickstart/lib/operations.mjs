// Changes to the shop: one at a time, written down before they begin, and at most once per key.
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ShopError } from './errors.mjs';
import { appendEvent, describeOperation, readHistory } from './history.mjs';

/** @returns run, find and current over the history at path */
export function createOperations({ path, log }) {
  let current = null;

  /**
   * plan() reads the facts and returns the arguments to record, or throws a refusal; work(args) then does it.
   * asked: what the caller typed; a key that comes again with other words is refused.
   * Answers { operation, status, repeated, ...result }.
   */
  async function run({ kind, asked, key = null, plan = () => ({}) }, work) {
    const earlier = key === null ? null : readHistory(path).operation(key);
    if (earlier) return repeat(earlier, { kind, asked });
    if (current) {
      throw new ShopError(
        'busy',
        `a ${current.kind} is under way since ${current.startedAt}`,
        'shopctl status',
      );
    }
    const args = { ...asked, ...plan() };
    const id = randomUUID();
    const startedAt = new Date().toISOString();
    appendEvent(path, { event: 'started', id, kind, key, asked, args, at: startedAt });
    log.info(`${kind} started ${JSON.stringify(args)}`);
    const done = finish({ id, kind, key, args }, work);
    current = { id, kind, key, startedAt, done };
    try {
      return await done;
    } finally {
      current = null;
    }
  }

  async function finish({ id, kind, key, args }, work) {
    const head = { ok: true, operation: id, kind, key, repeated: false };
    try {
      const result = await work(args);
      appendEvent(path, { event: 'succeeded', id, result, at: new Date().toISOString() });
      log.info(`${kind} succeeded`);
      return { ...head, ...result };
    } catch (error) {
      log.error(`${kind} failed: ${error.message}`);
      appendEvent(path, { event: 'failed', id, error: error.message, at: new Date().toISOString() });
      throw new ShopError('failed', `${kind} failed: ${error.message}`, 'shopctl status');
    }
  }

  async function repeat(earlier, { kind, asked }) {
    const before = Object.fromEntries(Object.keys(asked).map((name) => [name, earlier.args[name]]));
    if (earlier.kind !== kind || !isDeepStrictEqual(before, asked)) {
      throw new ShopError(
        'refused',
        `the key ${earlier.key} was used for another operation (${earlier.kind})`,
      );
    }
    if (current?.id === earlier.id) return { ...(await current.done), repeated: true };
    if (earlier.status === 'succeeded') {
      return { ok: true, operation: earlier.id, kind, key: earlier.key, repeated: true, ...earlier.result };
    }
    throw new ShopError(
      'failed',
      `${kind} failed before: ${earlier.error ?? 'no end is recorded'}`,
      'use a new key',
    );
  }

  /** What became of the operation with this key: state is not-started, running, succeeded or failed. */
  const find = (key) => describeOperation(key, readHistory(path).operation(key), { running: 'running' });

  /** Operations that a dead supervisor left open did not take hold: the shop starts again from what had succeeded. */
  function closeInterrupted() {
    for (const one of readHistory(path).operations()) {
      if (one.status !== 'started') continue;
      const error = 'interrupted: the supervisor died, and the shop started again as it was before';
      appendEvent(path, { event: 'failed', id: one.id, error, at: new Date().toISOString() });
      log.warn(`${one.kind} ${one.id} was interrupted`);
    }
  }

  return { run, find, closeInterrupted, current: () => current };
}

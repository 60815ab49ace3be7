// The app instances: how many, of which release, which of them may get requests. A slot is a place for one
// instance: shop-2 stays shop-2, on the same port where it can, through restarts and releases.
import { setTimeout as sleep } from 'node:timers/promises';
import { isHealthy } from './probe.mjs';

const checkEveryMs = 500;
const unhealthyAfter = 2;
const replaceAfter = 4;
const healthyWithinMs = 12_000;
const drainMs = 6_000;

/** launch({ slot, name, release, port }) starts a child (see children.mjs). firstPort(slot): wanted, or 0 for any. */
export function createFleet({ launch, firstPort, log }) {
  const slots = new Map();
  let turn = 0;
  let ending = false;

  const ordered = () => [...slots.values()].sort((a, b) => a.number - b.number);

  /** The next instance for a request, in turn; one other than avoid, if there is one; null where none serves. */
  function pick(avoid = null) {
    const serving = ordered().filter((slot) => slot.state === 'healthy');
    const others = serving.filter((slot) => slot !== avoid);
    const from = others.length > 0 ? others : serving;
    turn = (turn + 1) % 1_000_000;
    return from[turn % from.length] ?? null;
  }

  function addSlot(number) {
    const slot = { number, name: `shop-${number}`, release: null, state: 'stopped', child: null };
    Object.assign(slot, { port: null, wantedPort: firstPort(number), inFlight: 0, failures: 0 });
    // Whoever starts or halts a slot raises its generation; who finds another number than his own lets go of it.
    Object.assign(slot, { restarts: 0, startedAt: null, generation: 0 });
    slots.set(number, slot);
    return slot;
  }

  async function boot(slot, release) {
    slot.generation += 1;
    const mine = slot.generation;
    const child = launch({ slot: slot.number, name: slot.name, release, port: slot.wantedPort });
    Object.assign(slot, {
      release,
      child,
      state: 'starting',
      failures: 0,
      startedAt: new Date().toISOString(),
    });
    child.exited.then((how) => slot.child === child && onExit(slot, how));
    try {
      slot.port = await child.ready;
      slot.wantedPort = slot.port;
      await untilHealthy(slot.name, child, slot.port);
    } catch (error) {
      if (slot.generation === mine) slot.state = 'stopped';
      await child.stop({ graceMs: 500 });
      throw error;
    }
    if (slot.generation === mine) slot.state = 'healthy';
  }

  async function halt(slot, options) {
    slot.generation += 1;
    slot.state = 'stopping';
    await slot.child?.stop(options);
    slot.child = null;
    slot.state = 'stopped';
  }

  /** Takes no new requests, ends those that are in, then the process. */
  async function drain(slot) {
    slot.generation += 1;
    slot.state = 'draining';
    const deadline = performance.now() + drainMs;
    while (slot.inFlight > 0 && performance.now() < deadline) await sleep(10);
    await halt(slot);
  }

  async function onExit(slot, how) {
    if (ending || (slot.state !== 'healthy' && slot.state !== 'unhealthy')) return;
    log.error(`${slot.name} died (${how}), starting another`);
    slot.state = 'stopped';
    await revive(slot);
  }

  /** Until it serves, or somebody else takes the slot in hand. */
  async function revive(slot) {
    let expected = slot.generation;
    for (let pauseMs = 100; !ending && slot.generation === expected; pauseMs = Math.min(5_000, pauseMs * 2)) {
      expected += 1;
      slot.restarts += 1;
      try {
        return await boot(slot, slot.release);
      } catch (error) {
        log.error(`${error.message}, trying again in ${pauseMs}ms`);
        await sleep(pauseMs);
      }
    }
  }

  let checking = false;
  const checks = setInterval(async () => {
    if (checking) return;
    checking = true;
    await Promise.all(ordered().map(check));
    checking = false;
  }, checkEveryMs);

  const watched = (slot) => slot.state === 'healthy' || slot.state === 'unhealthy';

  async function check(slot) {
    if (!watched(slot)) return;
    const { generation } = slot;
    const healthy = await isHealthy(slot.port);
    if (!watched(slot) || slot.generation !== generation) return;
    slot.failures = healthy ? 0 : slot.failures + 1;
    if (healthy && slot.state === 'unhealthy') {
      slot.state = 'healthy';
      log.info(`${slot.name} is healthy again`);
    } else if (slot.failures === unhealthyAfter) {
      slot.state = 'unhealthy';
      log.warn(`${slot.name} does not answer its health check`);
    } else if (slot.failures === replaceAfter) {
      log.error(`${slot.name} hangs, killing it`);
      slot.child?.kill();
    }
  }

  /** An absolute number; resolves when all of them serve. The highest go first. On a failure the new ones go again. */
  async function scale(count, release) {
    const extra = ordered().filter((slot) => slot.number > count);
    const missing = Array.from({ length: count }, (_, index) => index + 1).filter(
      (number) => !slots.has(number),
    );
    const added = missing.map(addSlot);
    const started = await Promise.allSettled(added.map((slot) => boot(slot, release)));
    const failure = started.find((one) => one.status === 'rejected');
    const leaving = failure ? added : extra;
    await Promise.all(leaving.map(drain));
    for (const slot of leaving) slots.delete(slot.number);
    if (failure) throw failure.reason;
  }

  /** One at a time, each serving before the next goes. On a failure the changed ones go back to what they were. */
  async function rolling(release) {
    const changed = [];
    for (const slot of ordered()) {
      changed.push({ slot, before: slot.release });
      try {
        await drain(slot);
        await boot(slot, release);
        log.info(`${slot.name} runs release ${release}`);
      } catch (error) {
        for (const { slot: one, before } of changed) await putBack(one, before);
        throw error;
      }
    }
  }

  async function putBack(slot, release) {
    await drain(slot);
    slot.release = release;
    await revive(slot);
  }

  /** All at once: nobody serves until the first is back. */
  async function full(release) {
    const all = ordered();
    await Promise.all(all.map((slot) => halt(slot)));
    const booted = await Promise.allSettled(all.map((slot) => boot(slot, release)));
    const failed = all.filter((_, index) => booted[index].status === 'rejected');
    for (const slot of failed) void revive(slot);
    if (failed.length > 0)
      throw new Error(`${failed.map((slot) => slot.name).join(', ')} did not come back at once`);
  }

  async function stop() {
    ending = true;
    clearInterval(checks);
    await Promise.all(ordered().map((slot) => halt(slot, { graceMs: 3_000 })));
  }

  function describe() {
    return ordered().map(({ name, child, port, state, release, startedAt, restarts }) => {
      const url = port === null ? null : `http://127.0.0.1:${port}`;
      return { name, state, release, pid: child?.pid ?? null, port, url, startedAt, restarts };
    });
  }

  function tell(message) {
    for (const slot of slots.values()) slot.child?.send(message);
  }

  return { pick, scale, rolling, full, stop, describe, tell };
}

async function untilHealthy(name, child, port) {
  const deadline = performance.now() + healthyWithinMs;
  while (!(await isHealthy(port))) {
    if (!child.isRunning()) throw new Error(`${name} ended at its start`);
    if (performance.now() > deadline) throw new Error(`${name} did not become healthy`);
    await sleep(50);
  }
}

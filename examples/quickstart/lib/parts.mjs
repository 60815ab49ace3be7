// The single processes beside the apps: database, cache, traffic. Started in order, and again when they die.
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from './children.mjs';

/** options(part) gives the options of each start. onReady(part) runs after each. */
export async function startPart({ name, kind, program, options, onReady = () => {}, log }) {
  const part = { name, kind, child: null, state: 'stopped', port: null, startedAt: null, restarts: 0, stop };
  let ending = false;

  async function boot() {
    const child = startChild({ program, options: { name, ...options(part) }, log });
    part.child = child;
    part.startedAt = new Date().toISOString();
    part.port = await child.ready;
    part.state = 'running';
    child.exited.then(onExit);
    onReady(part);
  }

  async function onExit(how) {
    part.state = 'stopped';
    part.child = null;
    if (ending) return;
    log.error(`${name} died (${how}), starting it again`);
    for (let pauseMs = 100; !ending; pauseMs = Math.min(5_000, pauseMs * 2)) {
      part.restarts += 1;
      try {
        return await boot();
      } catch (error) {
        log.error(`${error.message}, trying again in ${pauseMs}ms`);
        await sleep(pauseMs);
      }
    }
  }

  async function stop() {
    ending = true;
    await part.child?.stop({ graceMs: 2_000 });
  }

  await boot();
  return part;
}

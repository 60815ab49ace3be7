// Visitors of the shop: so many requests a second, whether the earlier ones were answered or not.
// They look at every product once, in a new order, then begin again.
import { Agent, get } from 'node:http';
import { runChild } from './child-runtime.mjs';

const inFlightLimit = 200;
const burstLimit = 10;

runChild(async ({ url, perSecond, products }, log) => {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlightLimit });
  let round = [];
  let inFlight = 0;
  let failed = 0;
  let answered = 0;

  function visit() {
    if (inFlight >= inFlightLimit) return;
    if (round.length === 0) round = shuffled(products);
    inFlight += 1;
    const done = (status) => {
      inFlight -= 1;
      answered += 1;
      if (status === null || status >= 500) failed += 1;
    };
    const request = get(`${url}/products/${round.pop()}`, { agent, timeout: 15_000 }, (response) => {
      response.resume();
      response.once('close', () => done(response.statusCode));
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', () => {
      if (!request.res) done(null);
    });
  }

  let dueAt = performance.now();
  const beat = setInterval(() => {
    const now = performance.now();
    // After a pause of the machine the visitors of that time do not all come at once.
    dueAt = Math.max(dueAt, now - (burstLimit * 1_000) / perSecond);
    for (; dueAt <= now; dueAt += gapMs(perSecond)) visit();
  }, 10);
  const report = setInterval(() => {
    log.info(`last 10s: ${answered} answered, ${failed} failed, ${inFlight} waiting`);
    answered = 0;
    failed = 0;
  }, 10_000);
  log.info(`${perSecond} requests/s to ${url}`);
  return {
    stop: async () => {
      clearInterval(beat);
      clearInterval(report);
      agent.destroy();
    },
  };
});

/** About evenly, but not in step with anything else that comes so many times a second. */
const gapMs = (perSecond) => ((0.5 + Math.random()) * 1_000) / perSecond;

function shuffled(count) {
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  for (let last = ids.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [ids[last], ids[other]] = [ids[other], ids[last]];
  }
  return ids;
}

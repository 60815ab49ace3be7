// What can be asked of a running shop: the changes, each an operation of the history, and the questions.
import { ShopError } from './errors.mjs';
import { readRelease } from './releases.mjs';

/** The verbs of the control port. shop: what the supervisor made, see there. history(): as it is now, see history.mjs. */
export function createVerbs({ shop, fleet, cache, operations, meter, history, releases }) {
  async function deploy({ release, key = null }) {
    const { author, title } = readRelease(releases, release);
    const from = shop.release;
    if (from === release && !history().operation(key)) {
      const nothing = { operation: null, repeated: false, changed: false, from, to: release };
      return { ok: true, kind: 'deploy', key, ...nothing };
    }
    const plan = () => ({ author, title, from });
    return operations.run({ kind: 'deploy', asked: { release }, key, plan }, async () => {
      await fleet.rolling(release);
      shop.release = release;
      return { changed: true, from, to: release };
    });
  }

  async function rollback({ release, to: wanted = null, key = null }) {
    const plan = () => planRollback(history().releases(), release, wanted);
    return operations.run({ kind: 'rollback', asked: { release }, key, plan }, async ({ to }) => {
      await fleet.rolling(to);
      shop.release = to;
      return { changed: true, from: release, to };
    });
  }

  async function scale({ count, key = null }) {
    return operations.run({ kind: 'scale', asked: { count }, key }, async () => {
      const from = shop.desired;
      await fleet.scale(count, shop.release);
      shop.desired = count;
      return { changed: from !== count, from, to: count };
    });
  }

  async function restart({ full = false, mode = full ? 'full' : 'rolling', key = null }) {
    return operations.run({ kind: 'restart', asked: { mode }, key }, async () => {
      const names = fleet.describe().map((one) => one.name);
      if (mode === 'full') await fleet.full(shop.release);
      else await fleet.rolling(shop.release);
      return { mode, restarted: names };
    });
  }

  async function flushCache({ pattern = '*', key = null }) {
    return operations.run({ kind: 'flush-cache', asked: { pattern }, key }, () =>
      cache({ verb: 'flush', pattern }),
    );
  }

  async function cacheStats({ pattern = '*' }) {
    const { hitRate, ...stats } = await cache({ verb: 'stats', pattern });
    // As if the pages were made one after the other: the most it can take.
    const rebuildMs = stats.meanBuildMs === null ? null : stats.keys * stats.meanBuildMs;
    const rounded = hitRate === null ? null : Number(hitRate.toFixed(2));
    return { ok: true, service: 'shop-cache', pattern, ...stats, hitRate: rounded, rebuildMs };
  }

  function services() {
    const instances = fleet.describe();
    const app = {
      name: 'shop',
      kind: 'app',
      release: shop.release,
      desired: shop.desired,
      running: instances.filter((one) => one.pid !== null).length,
      healthy: instances.filter((one) => one.state === 'healthy').length,
      instances,
    };
    return [app, ...shop.parts.map(describePart)];
  }

  function status() {
    const current = operations.current();
    const operation = current && { kind: current.kind, key: current.key, startedAt: current.startedAt };
    const { dir, url, startedAt, pid, release } = shop;
    return { ok: true, running: true, dir, url, pid, startedAt, release, operation, services: services() };
  }

  function health({ service = 'shop' }) {
    const found = services().find(({ name }) => name === service);
    const { desired, running, healthy, release } = found;
    const instances = found.instances.map(instanceHealth);
    const traffic = service === 'shop' ? { traffic: meter.read() } : {};
    return { ok: true, service, desired, running, healthy, release, instances, ...traffic };
  }

  return {
    hello: () => ({
      ok: true,
      running: true,
      dir: shop.dir,
      url: shop.url,
      port: shop.port,
      pid: shop.pid,
      release: shop.release,
    }),
    status,
    health,
    deploy,
    rollback,
    scale,
    restart,
    'flush-cache': flushCache,
    'cache-stats': cacheStats,
    operation: ({ key }) => operations.find(key),
    stop: () => {
      shop.end();
      return { ok: true };
    },
  };
}

/**
 * The deploy to undo and the release to go back to, or a refusal that says why. releases: see history.mjs, newest first.
 * wanted: the release the caller was shown; null: whichever comes out.
 */
export function planRollback(releases, release, wanted) {
  const named = releases.find((one) => one.number === release && one.status === 'succeeded');
  if (!named) throw new ShopError('not-found', `release ${release} was never deployed`, 'shopctl deploys');
  if (named.rolledBack)
    throw new ShopError('refused', `release ${release} is rolled back already`, 'shopctl deploys');
  const live = releases.find((one) => one.live);
  if (named !== live) {
    const message = `release ${release} is not the latest: rolling it back would undo several deploys`;
    throw new ShopError('refused', message, `the latest is ${live.number}: shopctl rollback ${live.number}`);
  }
  const before = releases.slice(releases.indexOf(named) + 1);
  const target = before.find((one) => one.status === 'succeeded' && !one.rolledBack);
  if (!target)
    throw new ShopError('refused', `nothing good was deployed before release ${release}`, 'shopctl deploys');
  if (wanted !== null && wanted !== target.number) {
    throw new ShopError(
      'refused',
      `the rollback would lead to ${target.number}, not to ${wanted}`,
      'shopctl deploys',
    );
  }
  return { undoes: named.id, to: target.number };
}

const knownStates = new Set(['healthy', 'unhealthy', 'starting']);

function instanceHealth({ name, state, release, port, restarts }) {
  const facts = [state];
  if (release) facts.push(`release ${release}`);
  if (port) facts.push(`port ${port}`);
  if (restarts > 0) facts.push(`started again ${restarts} times`);
  return { id: name, state: knownStates.has(state) ? state : 'unhealthy', detail: facts.join(', ') };
}

function describePart({ name, kind, child, state, port, startedAt, restarts }) {
  const running = state === 'running' ? 1 : 0;
  const instance = {
    name: `${name.replace('shop-', '')}-1`,
    state: running ? 'healthy' : 'stopped',
    pid: child?.pid ?? null,
    port,
    startedAt,
    restarts,
  };
  return { name, kind, desired: 1, running, healthy: running, instances: [instance] };
}

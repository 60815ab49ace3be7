// What can be asked of a running shop: the changes, each an operation of the history, and the questions.
import { ShopError } from './errors.mjs';
import { readHistory } from './history.mjs';
import { readRelease } from './releases.mjs';

/** Returns the verbs of the control port. shop holds what the supervisor made: see supervisor.mjs. */
export function createVerbs({ shop, fleet, cache, operations, meter, history, releases }) {
  const rightNow = () => readHistory(history);

  async function deploy({ release, key = null }) {
    const { author, title } = readRelease(releases, release);
    if (key === null && shop.release === release) {
      return {
        ok: true,
        kind: 'deploy',
        operation: null,
        key,
        repeated: false,
        changed: false,
        from: release,
        to: release,
      };
    }
    const plan = () => ({ author, title, from: shop.release });
    return operations.run({ kind: 'deploy', asked: { release }, key, plan }, async () => {
      const from = shop.release;
      await fleet.rolling(release);
      shop.release = release;
      return { changed: from !== release, from, to: release };
    });
  }

  async function rollback({ release, key = null }) {
    const plan = () => planRollback(rightNow().deploys(), release);
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

  async function restart({ full = false, key = null }) {
    const mode = full ? 'full' : 'rolling';
    return operations.run({ kind: 'restart', asked: { mode }, key }, async () => {
      const names = fleet.describe().map((one) => one.name);
      if (full) await fleet.full(shop.release);
      else await fleet.rolling(shop.release);
      return { mode, restarted: names };
    });
  }

  async function flushCache({ pattern = '*', key = null }) {
    return operations.run({ kind: 'flush-cache', asked: { pattern }, key }, () =>
      cache({ verb: 'flush', pattern }),
    );
  }

  async function cacheStats() {
    const stats = await cache({ verb: 'stats' });
    // As if the pages were made one after the other: the most it can take.
    const rebuildMs = stats.meanBuildMs === null ? null : stats.keys * stats.meanBuildMs;
    return { ok: true, service: 'shop-cache', ...stats, rebuildMs };
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

  function health() {
    const checks = services().map(({ name, desired, healthy }) => ({
      service: name,
      healthy: healthy >= desired && desired > 0,
      desired,
      healthyInstances: healthy,
    }));
    return { ok: true, url: shop.url, release: shop.release, traffic: meter.read(), services: checks };
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

/** The deploy that release names and the one to go back to, or a refusal that says why. */
export function planRollback(deploys, release) {
  const live = deploys.find((one) => one.live);
  const named = deploys.findLast((one) => one.number === release && one.status === 'succeeded');
  if (!named) throw new ShopError('not-found', `release ${release} was never deployed`, 'shopctl deploys');
  if (named.rolledBack)
    throw new ShopError('refused', `release ${release} is rolled back already`, 'shopctl deploys');
  if (named !== live) {
    const message = `release ${release} is not the latest: rolling it back would undo several deploys`;
    throw new ShopError('refused', message, `the latest is ${live.number}: shopctl rollback ${live.number}`);
  }
  const target = deploys
    .slice(0, deploys.indexOf(named))
    .findLast((one) => one.status === 'succeeded' && !one.rolledBack);
  if (!target)
    throw new ShopError('refused', `nothing good was deployed before release ${release}`, 'shopctl deploys');
  return { undoes: named.id, to: target.number };
}

function describePart({ name, kind, child, state, port, startedAt, restarts }) {
  const running = state === 'running' ? 1 : 0;
  const instance = {
    name: `${name}-1`,
    state: running ? 'healthy' : 'stopped',
    pid: child?.pid ?? null,
    port,
    startedAt,
    restarts,
  };
  return { name, kind, desired: 1, running, healthy: running, instances: [instance] };
}

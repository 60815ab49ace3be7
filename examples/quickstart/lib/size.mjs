// How big the shop is. With the cache at work the database is nearly idle. Without it, it makes at most
// workers / serviceMs / (queries a page) = 4 / 0.028 s / 4 = 36 pages a second, and 40 visitors come, and the monitor.

export const size = {
  release: 491,
  instances: 2,
  app: { products: 60, poolSize: 10, poolWaitMs: 200 },
  database: { rows: 60, workers: 4, serviceMs: 28, maxConnections: 100 },
  cache: { maxKeys: 10_000 },
  traffic: { perSecond: 40, products: 60 },
};

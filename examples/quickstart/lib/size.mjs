// How big the shop is. With the cache at work the database is nearly idle. Without it, it makes at most
// workers / serviceMs / (queries a page) = 4 / 0.026 s / 4 = 38 pages a second, and 42 visitors come, and the
// monitor five times more: about one in eight is too many.

export const size = {
  release: 491,
  instances: 2,
  app: { products: 40, poolSize: 10, poolWaitMs: 200 },
  database: { rows: 40, workers: 4, serviceMs: 26, maxConnections: 100 },
  cache: { maxKeys: 10_000 },
  traffic: { perSecond: 42, products: 40 },
};

// The catalogue: what is on a product page, and where it comes from.

export async function productPage(id, { cache, database, release, settings }) {
  // With the release, so that one release never shows the stored pages of another.
  const key = `product:${release}:${id}`;
  const cached = await cache.get(key);
  if (cached) return { page: cached, cached: true };

  const since = performance.now();
  const page = await database.withConnection(async (query) => ({
    product: await query('products', id),
    price: await query('prices', id),
    reviews: await query('reviews', id),
    stock: await query('stock', id),
  }));
  await cache.set(key, page, { ttlMs: settings.cacheTtl, buildMs: performance.now() - since });
  return { page, cached: false };
}

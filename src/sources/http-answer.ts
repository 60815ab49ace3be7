// Reading an HTTP answer within bounds.

/** Null: larger than that. A body that ends too early is an error of `fetch`. */
export async function readBody(response: Response, maxBytes: number): Promise<string | null> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the body, and closes its connection.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** For one whose status says it all. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {});
}

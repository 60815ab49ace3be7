// One answer's body, whole and not endless.

/** Large comparisons have patches of megabytes. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

export class TooLarge extends Error {}

/** Statuses that have none: a Response of one may not be made with a body. */
const WITHOUT_BODY = new Set([101, 103, 204, 205, 304]);

/**
 * The same answer with its body in memory. Its type is JSON or text and nothing else, since Octokit parses by it.
 * Errors: `TooLarge`; that of the connection, where it ends before the body does.
 */
export async function readBody(
  response: Response,
  max: number,
): Promise<{ response: Response; bytes: number }> {
  const { status } = response;
  const headers = new Headers(response.headers);
  const isJson = /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers.get('content-type')?.trim() ?? '');
  headers.set('content-type', isJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8');
  if (WITHOUT_BODY.has(status)) {
    await response.body?.cancel();
    return { response: new Response(null, { status, headers }), bytes: 0 };
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.byteLength;
    if (bytes > max) {
      await reader?.cancel();
      throw new TooLarge(`more than ${Math.round(max / 1024 / 1024)} MB`);
    }
    chunks.push(part.value);
  }
  return { response: new Response(Buffer.concat(chunks), { status, headers }), bytes };
}

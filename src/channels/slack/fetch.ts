// How Slack is called over the network: a connection that does not come about is known soon, and as that.

export type Fetch = typeof globalThis.fetch;

/** Of name, TCP and TLS together. Far below the time of a call, so that one that never left here is no doubt. */
const CONNECT_WITHIN_MS = 3000;

/**
 * As the global one. Errors: those of undici; no connection within `connectWithinMs` is UND_ERR_CONNECT_TIMEOUT, and
 * nothing of the request was sent then.
 */
export async function slackFetch(connectWithinMs = CONNECT_WITHIN_MS): Promise<Fetch> {
  const { Agent, FormData: Form, fetch } = await import('undici');
  const dispatcher = new Agent({ connect: { timeout: connectWithinMs } });
  const formOf = (form: FormData) => {
    const copy = new Form();
    for (const [name, value] of form) copy.append(name, value as string);
    return copy;
  };
  return (async (url: string, { body, ...init }: RequestInit = {}) =>
    fetch(url, {
      ...(init as Record<string, unknown>),
      // Its own form is another class than the global one.
      ...(body == null ? {} : { body: body instanceof FormData ? formOf(body) : (body as string) }),
      dispatcher,
    })) as unknown as Fetch;
}

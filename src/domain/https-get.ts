// One GET over https, as the daemon gives it to who needs it. What may be asked for is decided by who asks.

export interface HttpsAnswer {
  status: number;
  text: string;
}

/**
 * Never follows a redirect: its answer is the 3xx itself. Errors: ToolError 'retry' when nothing came back in time,
 * or more than `maxBytes`.
 */
export type HttpsGet = (
  url: URL,
  options: { maxBytes: number; timeoutMs: number; signal?: AbortSignal },
) => Promise<HttpsAnswer>;

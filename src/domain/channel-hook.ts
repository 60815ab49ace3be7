// What a chat sends to the daemon's own HTTP server, for one that calls us instead of being called.

export type HookHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface HookAnswer {
  status: number;
  /** As JSON; null: an empty body. */
  body: Readonly<Record<string, unknown>> | null;
}

export interface ChannelHook {
  /** Of a body; a longer one is refused. */
  maxBytes: number;
  /** By what is signed, which is the bytes as they came. Null: it is from that chat, and of now. Else why not, for the log. */
  refuse(raw: Uint8Array, headers: HookHeaders): string | null;
  /** Only of what was not refused. Resolves once what it carries is on the disk. Errors: nothing of it was stored. */
  take(raw: Uint8Array, headers: HookHeaders): Promise<HookAnswer>;
}

// Errors that shopctl shows to people, and the exit code of each type.

export const exitCodes = {
  failed: 1,
  busy: 1,
  usage: 2,
  'not-running': 3,
  'not-found': 3,
  refused: 4,
  // Nobody can say whether it was done: shopctl then ends by a signal, see cli.mjs.
  unknown: 1,
};

export class ShopError extends Error {
  /** type: a key of exitCodes. message: what happened. hint: what to type next, may be ''. */
  constructor(type, message, hint = '') {
    super(message);
    this.name = 'ShopError';
    this.type = type;
    this.hint = hint;
  }
}

/** What goes over the control port and to stdout under --json. Anything but a ShopError is a bug: 'failed'. */
export function errorDocument(error) {
  const type = error instanceof ShopError ? error.type : 'failed';
  return { ok: false, error: { type, message: error.message, hint: error.hint ?? '' } };
}

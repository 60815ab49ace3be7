// Who we are at GitHub: a token, two of them, or an app's installation with tokens that live for an hour.
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { usageError } from '../../domain/errors.ts';

export type Credentials =
  /** `write`: for changes, where it is another one. */
  | { kind: 'token'; read: string; write: string | null }
  | { kind: 'app'; id: string; installation: string; key: KeyObject };

export type Purpose = 'read' | 'change';

export const installationTokenAnswer = z.object({
  token: z.string().min(1).max(1_000),
  expires_at: z.string().transform((text) => Date.parse(text)),
  permissions: z.record(z.string(), z.string()).default({}),
});
export type InstallationToken = z.infer<typeof installationTokenAnswer>;

/** A token is not begun with when it would end on the way. */
const BEFORE_ITS_END_MS = 5 * 60_000;

/** PEM, as GitHub gives it out; line breaks may be written `\n`, as in an environment variable. Errors: UserError. */
export function readPrivateKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // What it says may quote the key.
  }
  throw usageError(
    'the private key of the GitHub App cannot be read: it is no RSA key in PEM',
    'download a new one from the settings of the app, and give its file: --secret private-key=file:/path/key.pem',
  );
}

/**
 * A JSON Web Token (RFC 7519, RS256) as GitHub wants it of an app: it lives for ten minutes at most, and begins a
 * minute ago, for clocks that differ.
 */
export function appToken(id: string, key: KeyObject, now: number): string {
  const seconds = Math.floor(now / 1000);
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    { iat: seconds - 60, exp: seconds + 540, iss: id },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signed = parts.join('.');
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}

export interface Authorization {
  /** The value of the header. Errors: ToolError, where an installation's token cannot be had. */
  header(purpose: Purpose, signal: AbortSignal): Promise<string>;
  /** Of the installation's token; null where there is none. */
  permissions(signal: AbortSignal): Promise<Record<string, string> | null>;
  /** It was refused. True: there may be another one. */
  refused(): boolean;
  /** Takes every credential out of a text. */
  hide(text: string): string;
}

/** As many as may still be on their way somewhere. */
const REMEMBERED = 20;

/** `exchange`: asks for a new token of the installation, with the app's own; it ends by itself. */
export function createAuthorization(
  credentials: Credentials,
  clock: Clock,
  exchange: (jwt: string, installation: string) => Promise<InstallationToken>,
): Authorization {
  let secrets: string[] = [];
  let current: InstallationToken | null = null;
  let asking: Promise<InstallationToken> | null = null;
  const remember = (secret: string) => {
    secrets = [secret, ...secrets].slice(0, REMEMBERED);
  };

  async function ask({ id, installation, key }: Extract<Credentials, { kind: 'app' }>) {
    const jwt = appToken(id, key, clock.now());
    remember(jwt);
    current = await exchange(jwt, installation);
    remember(current.token);
    return current;
  }

  async function installationToken(
    app: Extract<Credentials, { kind: 'app' }>,
    signal: AbortSignal,
  ): Promise<InstallationToken> {
    if (current && clock.now() < current.expires_at - BEFORE_ITS_END_MS) return current;
    // Several reads begin at once, and one of them asks for all.
    asking ??= ask(app).finally(() => {
      asking = null;
    });
    return unlessAborted(asking, signal);
  }

  if (credentials.kind === 'token') {
    remember(credentials.read);
    if (credentials.write !== null) remember(credentials.write);
  }
  return {
    header: async (purpose, signal) => {
      if (credentials.kind === 'app') return `Bearer ${(await installationToken(credentials, signal)).token}`;
      const token = purpose === 'change' ? (credentials.write ?? credentials.read) : credentials.read;
      return `Bearer ${token}`;
    },
    permissions: async (signal) =>
      credentials.kind === 'app' ? (await installationToken(credentials, signal)).permissions : null,
    refused: () => {
      const had = current !== null;
      current = null;
      return had;
    },
    hide: (text) => secrets.reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text),
  };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

// One mail over one connection, and what is known of it afterwards (RFC 5321: nothing is taken before the answer
// to the end of DATA, so only a connection that is lost after that end leaves a doubt).
import { Readable } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { ToolError } from '../../domain/errors.ts';
import type { MailSettings } from '../../domain/pager-settings.ts';

export interface Delivery {
  settings: MailSettings;
  /** Null: the server asks for none. */
  password: string | null;
  to: string;
  /** The whole message, headers and all. */
  mail: Buffer;
  /** Certificates to trust beside the system's. */
  ca?: ConnectionOptions['ca'];
  signal: AbortSignal;
}

/** Shorter than what the engine waits for any channel, so that it is we who know how far it came. */
const DEADLINE_MS = 9000;

/** Resolves when the server has taken it. Errors: ToolError. */
export async function deliver({ settings, password, to, mail, ca, signal }: Delivery): Promise<void> {
  const connection = new SMTPConnection({
    host: settings.host,
    port: settings.port,
    secure: settings.tls === 'implicit',
    requireTLS: settings.tls === 'starttls',
    ignoreTLS: settings.tls === 'none',
    connectionTimeout: DEADLINE_MS,
    greetingTimeout: DEADLINE_MS,
    socketTimeout: DEADLINE_MS,
    tls: { minVersion: 'TLSv1.2', ...(ca ? { ca } : {}) },
  });
  let allSent = false;
  const body = new Readable({ read: () => {} });
  body.push(mail);
  body.push(null);
  body.once('end', () => {
    allSent = true;
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  try {
    await new Promise<void>((resolve, reject) => {
      // At once: after an error the rest of the message is read as well, and thrown away.
      const fail = (error: unknown) => reject(whatBecameOfIt(error, allSent));
      const end = () => fail(new Error(`no answer within ${DEADLINE_MS / 1000} s`));
      if (limit.aborted) end();
      limit.addEventListener('abort', end, { once: true });
      connection.on('error', fail);
      connection.on('end', () => fail(new Error('the connection was closed')));
      const next = (go: () => void) => (error?: unknown) => (error ? fail(error) : go());
      const send = () => connection.send({ from: settings.from, to: [to] }, body, next(resolve));
      connection.connect(
        next(() => {
          if (settings.user === undefined || password === null) send();
          else connection.login({ user: settings.user, pass: password }, next(send));
        }),
      );
    });
    connection.quit();
  } finally {
    connection.close();
  }
}

/** 4xx: later, maybe. 5xx: never. No answer: it depends on whether the server had all of it. */
function whatBecameOfIt(error: unknown, allSent: boolean): ToolError {
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  if (code >= 400 && code < 500) return new ToolError('retry', text, { cause: error });
  if (code >= 500 && code < 600) return new ToolError('failed', text, { cause: error });
  return new ToolError(allSent ? 'unknown' : 'retry', text, { cause: error });
}

// As whom AWS is asked: the SDK's own chain, a profile of it, or a role assumed with it. Nothing is stored.

import type { AwsSettings } from '../../domain/aws-settings.ts';
import type { Clock } from '../../domain/clock.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

export interface SharedCredentials {
  /** For every client of the session: a role is assumed once, not once a client. */
  provide(): Promise<Credentials>;
  forget(): void;
  /** Takes what was provided out of a text. */
  hide(text: string): string;
}

/** Those of requests that may still be on their way. */
const REMEMBERED = 4;
/** Renewed this long before they end, as the SDK does. */
const EARLY_MS = 5 * 60_000;

export function shareCredentials(load: () => Promise<Credentials>, clock: Clock): SharedCredentials {
  let kept: Promise<Credentials> | null = null;
  let endsAt = Number.POSITIVE_INFINITY;
  let secrets: string[] = [];
  return {
    async provide() {
      if (kept === null || clock.now() >= endsAt - EARLY_MS) {
        endsAt = Number.POSITIVE_INFINITY;
        kept = load();
      }
      const mine = kept;
      try {
        const credentials = await mine;
        const { secretAccessKey, sessionToken } = credentials;
        const own = [secretAccessKey, sessionToken ?? ''].filter((secret) => secret !== '');
        secrets = [...new Set([...own, ...secrets])].slice(0, REMEMBERED);
        if (kept === mine) endsAt = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
        // With a time in the past a client asks us before each request, and keeps none of its own.
        return { ...credentials, expiration: new Date(0) };
      } catch (error) {
        if (kept === mine) kept = null;
        throw error;
      }
    },
    forget() {
      kept = null;
    },
    hide: (text) => secrets.reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text),
  };
}

/** The SDK's package is loaded with the first request. */
export function loadCredentials(
  { region, profile, role, endpoint }: AwsSettings,
  client: object,
): () => Promise<Credentials> {
  let provider: (() => Promise<Credentials>) | null = null;
  return async () => {
    if (provider === null) {
      const { fromNodeProviderChain, fromTemporaryCredentials } = await import(
        '@aws-sdk/credential-providers'
      );
      const clientConfig = { region, ...client, ...(endpoint === null ? {} : { endpoint }) };
      const chain = fromNodeProviderChain({ ...(profile === null ? {} : { profile }), clientConfig });
      provider =
        role === null
          ? chain
          : fromTemporaryCredentials({
              masterCredentials: chain,
              // Seen in CloudTrail beside everything that is done with it.
              params: { RoleArn: role, RoleSessionName: 'openclaw', DurationSeconds: 3600 },
              clientConfig,
            });
    }
    return provider();
  };
}

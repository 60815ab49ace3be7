// The only place where a reference becomes a secret. Values stay in memory and are never logged.
import { readFile } from 'node:fs/promises';
import { UserError } from '../domain/errors.ts';
import type { SecretReference } from '../domain/resource.ts';

/** `env:NAME` or `file:/path` (one trailing newline is dropped). Errors: UserError that names the reference only. */
export async function resolveSecret(
  reference: SecretReference,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const [, kind, place = ''] = /^(env|file):(.+)$/.exec(reference) ?? [];
  if (kind === 'env') {
    const value = env[place];
    if (!value)
      throw new UserError(
        `the secret ${reference} is not set here`,
        `export ${place}=... in the daemon's environment, and in this one to try it out`,
      );
    return value;
  }
  if (kind === 'file') {
    try {
      const text = (await readFile(place, 'utf8')).replace(/\r?\n$/, '');
      if (text !== '') return text;
    } catch (error) {
      throw new UserError(
        `the secret ${reference} cannot be read (${errorCode(error)})`,
        'check the path and its rights',
      );
    }
    throw new UserError(`the secret ${reference} is empty`, 'write the secret into the file');
  }
  throw new UserError('a secret is not a reference', 'use env:NAME or file:/path');
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}

import { statSync } from 'node:fs';
import { UserError } from '../../domain/errors.ts';
import { type Finding, fail, warn } from '../../domain/finding.ts';
import type { Examination } from '../examine.ts';
import { resolveSecret } from '../secrets.ts';

/** Whether what a reference names can be read here. Values are never shown. */
export async function examineSecrets({ all, env }: Examination): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { kind, name, spec } of [...all('source'), ...all('channel')]) {
    for (const [key, reference] of Object.entries(spec.secrets)) {
      findings.push(...(await examineSecret({ about: `${kind} "${name}"`, key, reference, env })));
    }
  }
  return findings;
}

async function examineSecret(secret: {
  about: string;
  key: string;
  reference: string;
  env: Examination['env'];
}): Promise<Finding[]> {
  const { about, key, reference, env } = secret;
  const place = reference.replace(/^(?:env|file):/, '');
  try {
    await resolveSecret(reference, env);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (reference.startsWith('env:')) {
      // The daemon may have been started with another environment than this shell's.
      const text = `its secret ${key} is in $${place}, which is not set here`;
      return [warn(about, text, `where the daemon is started: export ${place}=...`)];
    }
    return [fail(about, `its secret ${key}: ${error.message}`, error.hint ?? 'check the file')];
  }
  if (!reference.startsWith('file:')) return [];
  const mode = statSync(place).mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  return [warn(about, `${place} can be read by other users (${mode.toString(8)})`, `chmod 600 ${place}`)];
}

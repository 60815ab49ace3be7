// Stored resources that cannot be read any more.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Harness } from './harness.ts';

/** By hand in the database: every handler that reads it throws what no handler expects. */
export function damage(h: Harness, kind: 'service' | 'contact'): void {
  const file = new Sqlite(join(h.stateDir, 'openclaw.db'));
  file
    .prepare("update resource set spec_json = '{' || spec_json, revision = revision + 1 where kind = ?")
    .run(kind);
  file.close();
}

/** As it was. */
export function repair(h: Harness, kind: 'service' | 'contact'): void {
  const file = new Sqlite(join(h.stateDir, 'openclaw.db'));
  file
    .prepare('update resource set spec_json = substr(spec_json, 2), revision = revision + 1 where kind = ?')
    .run(kind);
  file.close();
}

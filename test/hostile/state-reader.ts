// The state as it stands on disk, for who judges after each thing that happens: opened once, closed when the test ends.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { onTestFinished } from 'vitest';

export type All<Row> = (query: string, ...values: unknown[]) => Row[];

export function stateReader<Row>(stateDir: string): All<Row> {
  const database = new Sqlite(join(stateDir, 'openclaw.db'), { readonly: true });
  onTestFinished(() => {
    database.close();
  });
  const prepared = new Map<string, Sqlite.Statement>();
  return (query, ...values) => {
    const statement = prepared.get(query) ?? database.prepare(query);
    prepared.set(query, statement);
    return statement.all(...values) as Row[];
  };
}

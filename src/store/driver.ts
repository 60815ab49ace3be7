// Kysely on better-sqlite3, with what its own driver lacks: a FIFO queue for the one connection.
import type Sqlite from 'better-sqlite3';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

/** Transactions are begun by `store.ts` alone, so that several commits can share one. */
export function sqliteDialect(database: Sqlite.Database): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createDriver(database),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function createDriver(database: Sqlite.Database): Driver {
  const connection = createConnection(database);
  const waiting: (() => void)[] = [];
  let taken = false;
  const unsupported = async (): Promise<never> => {
    throw new Error('transactions go through store.write()');
  };
  return {
    init: async () => {},
    acquireConnection: async () => {
      if (taken) await new Promise<void>((resolve) => waiting.push(resolve));
      taken = true;
      return connection;
    },
    releaseConnection: async () => {
      const next = waiting.shift();
      if (next) next();
      else taken = false;
    },
    beginTransaction: unsupported,
    commitTransaction: unsupported,
    rollbackTransaction: unsupported,
    destroy: async () => {},
  };
}

function createConnection(database: Sqlite.Database): DatabaseConnection {
  const statements = new Map<string, Sqlite.Statement>();
  const prepare = (sql: string): Sqlite.Statement => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    // Queries with a list of unknown length each are a statement of their own: keep the map small.
    if (statements.size < 500) statements.set(sql, statement);
    return statement;
  };
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const statement = prepare(sql);
      if (statement.reader) return { rows: statement.all(...parameters) as R[] };
      const { changes, lastInsertRowid } = statement.run(...parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    },
    // biome-ignore lint/correctness/useYield: streaming is not offered; reads are bounded by their own limits
    async *streamQuery(): AsyncIterableIterator<never> {
      throw new Error('streaming is not offered');
    },
  };
}

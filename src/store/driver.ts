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

/**
 * Transactions are begun by `store.ts` alone, so that several commits can share one. `open` is called once, by
 * the first query.
 */
export function sqliteDialect(
  open: () => Promise<Sqlite.Database>,
  explain: (error: unknown) => unknown,
): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createDriver(open, explain),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function createDriver(open: () => Promise<Sqlite.Database>, explain: (error: unknown) => unknown): Driver {
  let connection: DatabaseConnection | undefined;
  const waiting: (() => void)[] = [];
  let taken = false;
  const unsupported = async (): Promise<never> => {
    throw new Error('transactions go through store.write()');
  };
  return {
    init: async () => {
      connection = createConnection(await open(), explain);
    },
    acquireConnection: async () => {
      if (connection === undefined) throw new Error('the connection was not opened');
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

function createConnection(
  database: Sqlite.Database,
  explain: (error: unknown) => unknown,
): DatabaseConnection {
  const statements = new Map<string, Sqlite.Statement>();
  const prepare = (sql: string): Sqlite.Statement => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    // The last used stand last. A query with a list is another statement for each length: those come and go.
    statements.delete(sql);
    statements.set(sql, statement);
    const [oldest] = statements.keys();
    if (statements.size > 500 && oldest !== undefined) statements.delete(oldest);
    return statement;
  };
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      try {
        const statement = prepare(sql);
        if (statement.reader) return { rows: statement.all(...parameters) as R[] };
        const { changes, lastInsertRowid } = statement.run(...parameters);
        return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
      } catch (error) {
        throw explain(error);
      }
    },
    // biome-ignore lint/correctness/useYield: streaming is not offered; reads are bounded by their own limits
    async *streamQuery(): AsyncIterableIterator<never> {
      throw new Error('streaming is not offered');
    },
  };
}

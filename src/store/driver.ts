// One connection to SQLite: SQL written out goes straight to it, and Kysely is built over it when something asks.
import type Sqlite from 'better-sqlite3';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Database } from './schema.ts';

/** Values for the `?`s, in their order. */
export type Values = readonly (string | number | null)[];

export interface Db {
  /**
   * SQL written out, for what runs most or must start fast: a query that Kysely builds costs a short command a
   * millisecond, and the daemon a tenth of one, each time. The rows are as the table has them: `Row` is the caller's
   * word for their columns.
   */
  rows<Row>(text: string, values?: Values): Promise<Row[]>;
  /** A change alone, which is cheaper than one that gives rows: how many rows it made or changed, and the last one's id. */
  run(text: string, values?: Values): Promise<{ changes: number; id: number }>;
  /** The first row. */
  row<Row>(text: string, values?: Values): Promise<Row | undefined>;
  /** Everything else. */
  readonly query: Kysely<Database>;
}

/** `insert into table (...) values (?, ...)`, for values in the order of the columns. */
export const insertText = (table: string, columns: readonly string[]): string =>
  `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`;

/**
 * `open` is called by the first query, and gives the same connection each time. Statements run whole, one after the other;
 * transactions are begun by `store.ts` alone, so that several commits can share one.
 */
export function databaseOn(open: () => Promise<Sqlite.Database>, explain: (error: unknown) => unknown): Db {
  let connection: Connection | undefined;
  let opening: Promise<Connection> | undefined;
  const connected = (): Promise<Connection> => {
    opening ??= open().then((database) => {
      connection = createConnection(database, explain);
      return connection;
    });
    return opening;
  };
  let kysely: Kysely<Database> | undefined;
  async function rows<Row>(sql: string, parameters: Values = []): Promise<Row[]> {
    const one = connection ?? (await connected());
    return (await one.executeQuery<Row>({ sql, parameters })).rows;
  }
  return {
    rows,
    async run(sql, parameters = []) {
      const { numAffectedRows = 0n, insertId = 0n } = await (connection ?? (await connected())).executeQuery({
        sql,
        parameters,
      });
      return { changes: Number(numAffectedRows), id: Number(insertId) };
    },
    async row<Row>(sql: string, parameters: Values = []) {
      return (await rows<Row>(sql, parameters))[0];
    },
    get query() {
      kysely ??= new Kysely<Database>({
        dialect: {
          createAdapter: () => new SqliteAdapter(),
          createDriver: () => createDriver(connected),
          createIntrospector: (db) => new SqliteIntrospector(db),
          createQueryCompiler: () => new SqliteQueryCompiler(),
        },
      });
      return kysely;
    },
  };
}

function createDriver(connected: () => Promise<Connection>): Driver {
  const unsupported = async (): Promise<never> => {
    throw new Error('transactions go through store.write()');
  };
  return {
    init: async () => {},
    acquireConnection: connected,
    releaseConnection: async () => {},
    beginTransaction: unsupported,
    commitTransaction: unsupported,
    rollbackTransaction: unsupported,
    destroy: async () => {},
  };
}

interface Connection extends DatabaseConnection {
  executeQuery<R>(query: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<QueryResult<R>>;
}

/**
 * SQLite plans by the value of a limit that is a parameter alone, and so plans the statement anew each time it runs, which
 * costs more than running it (`sqlite3ExprIsInteger` and `expmask` in its source). An expression it leaves alone.
 */
const LIMIT = /\blimit \?/g;
const PLAIN_LIMIT = 'limit ? + 0';

function createConnection(database: Sqlite.Database, explain: (error: unknown) => unknown): Connection {
  const statements = new Map<string, Sqlite.Statement>();
  const prepare = (sql: string): Sqlite.Statement => {
    const statement = statements.get(sql) ?? database.prepare(sql.replaceAll(LIMIT, PLAIN_LIMIT));
    // The last used stand last. A query with a list is another statement for each length: those come and go.
    statements.delete(sql);
    statements.set(sql, statement);
    const [oldest] = statements.keys();
    if (statements.size > 500 && oldest !== undefined) statements.delete(oldest);
    return statement;
  };
  return {
    async executeQuery<R>({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>) {
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

// A table in few words, as the migrations write it.
import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Database } from './schema.ts';

type ColumnType = 'text' | 'text!' | 'integer' | 'integer!' | 'real';

/** `id: 'id'` is a growing number the database gives; `'text'` one we give. `!` is not null. */
export async function table(
  db: Kysely<Database>,
  name: string,
  id: 'id' | 'text',
  columns: Record<string, ColumnType>,
): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(name);
  builder =
    id === 'id'
      ? // Never reused: #43 stays #43 in every message that names it.
        builder.addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      : builder.addColumn('id', 'text', (column) => column.primaryKey().notNull());
  for (const [column, type] of Object.entries(columns)) {
    const plain = type.replace('!', '') as 'text' | 'integer' | 'real';
    builder = builder.addColumn(column, plain, (definition) =>
      type.endsWith('!') ? definition.notNull() : definition,
    );
  }
  await builder.execute();
}

import { expect, test } from 'vitest';
import { migrationsOf } from '../../src/domain/migration-files.ts';

const ARE = [
  'db/migrate/20261128_add_totals.rb',
  'shop/orders/migrations/0007_totals.py',
  'prisma/migrations/20261128_totals/migration.sql',
  'migrations/0001.sql',
  'src/main/resources/db/migration/V12__totals.sql',
  'alembic/versions/ab12_totals.py',
  'db/changelog/changelog-7.xml',
  'db/schema.rb',
];
const ARE_NOT = [
  'src/migration.ts',
  'docs/migrations.md',
  'shop/orders/migrations/__init__.py',
  'prisma/migrations/migration_lock.toml',
  'migrations/README.md',
  'test/migrations/0001.sql',
  'src/immigrations/form.ts',
  'CHANGELOG.md',
  'package.json',
];

test.each(ARE)('%s changes a database', (path) => {
  expect(migrationsOf([path])).toEqual([path]);
});

test.each(ARE_NOT)('%s does not', (path) => {
  expect(migrationsOf([path])).toEqual([]);
});

test('each once, in one order', () => {
  expect(migrationsOf(['migrations/2.sql', 'a.ts', 'migrations/1.sql', 'migrations/2.sql'])).toEqual([
    'migrations/1.sql',
    'migrations/2.sql',
  ]);
});

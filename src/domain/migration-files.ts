// Which changed files change a database. One rule for every source that knows files and nothing else of a deploy.

/** Folders that migrations of the usual tools lie in: Rails, Django, Knex, Prisma, Alembic, Flyway, Liquibase. */
const FOLDER = /(?:^|\/)(?:migrations?|db\/migrate|migrate|alembic\/versions|db\/changelog|liquibase)\//i;
/** Flyway's `V12__add_orders.sql`, `R__view.sql`, `U12__...`; schemas that are applied as a whole. */
const FILE =
  /(?:^|\/)(?:[VUR][\d._]*__[^/]+\.\w+|(?:structure|schema)\.(?:sql|rb|prisma)|changelog[\w.-]*\.(?:xml|ya?ml|sql|json))$/i;
/** What may lie beside them and runs nowhere. */
const BESIDE = /(?:^|\/)(?:__init__\.py|\.git(?:keep|ignore)|[^/]*\.(?:md|txt|lock|toml|snap))$/i;
/** Tests of migrations are not run against a database that people use. */
const TEST = /(?:^|\/)(?:tests?|specs?|__tests__|fixtures)\/|\.(?:test|spec)\.\w+$/i;

/** Sorted, each once. In doubt it is one: a rollback over a migration asks twice, and nothing else is lost. */
export function migrationsOf(files: readonly string[]): string[] {
  return [...new Set(files.filter(isMigration))].sort();
}

function isMigration(path: string): boolean {
  return (FOLDER.test(path) || FILE.test(path)) && !BESIDE.test(path) && !TEST.test(path);
}

// The one place that says which better-sqlite3 runs. Version 12 is compiled for the Node it was installed by, and aborts
// Node 24.19 and later in their garbage collection (https://github.com/nodejs/node/issues/65446); version 13 comes
// compiled, for every Node from 22 on, and crashes Node 20.
import { createRequire } from 'node:module';
import type SqliteModule from 'better-sqlite3';

const name = Number.parseInt(process.versions.node, 10) >= 22 ? 'better-sqlite3-13' : 'better-sqlite3';

export const Sqlite = createRequire(import.meta.url)(name) as typeof SqliteModule;

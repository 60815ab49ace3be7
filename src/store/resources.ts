// What operators configured, one row each, the spec as JSON in the shape of `domain/resource.ts`.
import type { Selectable } from 'kysely';
import type { Clock } from '../domain/clock.ts';
import { UserError } from '../domain/errors.ts';
import type { Kind, Resource, SpecOf } from '../domain/resource.ts';
import type { Db } from './driver.ts';
import { jobTable } from './jobs.ts';
import type { ResourceTable } from './schema.ts';

type Row = Selectable<ResourceTable>;

// What `add` and `list` ask, and each alert.
const ID_BY_NAME = 'select id from resource where kind = ? and name = ?';
const BY_NAME = 'select * from resource where kind = ? and name = ?';
const BY_KIND = 'select * from resource where kind = ? order by name';
/** Another one after every change of a resource of this kind: ids are never used twice and revisions only grow. */
const MARK =
  'select count(*) as count, sum(revision) as revisions, sum(updated_at) as times, max(id) as newest ' +
  'from resource where kind = ?';
const INSERT =
  'insert into resource (kind, name, enabled, spec_json, revision, created_at, updated_at) ' +
  'values (?, ?, 1, ?, 1, ?, ?) returning *';

/** The one job that follows the silences. */
export const MUTING_KEY = 'muting';

export function resourceTable(db: Db, clock: Clock) {
  const jobs = jobTable(db, clock);
  const lists = new Map<Kind, { mark: string; list: readonly Resource[] }>();
  /** In the same commit: what a silence covers or lets go is looked at, whoever changed it and whoever runs. */
  async function changed(kind: Kind): Promise<void> {
    // Rolled back, a change leaves its number to the next one.
    lists.delete(kind);
    if (kind === 'silence') await jobs.set('muting', {}, { key: MUTING_KEY, priority: 1 });
  }

  async function refuseTaken(kind: Kind, name: string, except: number | null): Promise<void> {
    const taken = await db.row<{ id: number }>(ID_BY_NAME, [kind, name]);
    if (taken && taken.id !== except)
      throw new UserError(
        `another ${kind} is named "${name}"`,
        `change it with: openclaw ${kind} edit "${name}"`,
      );
  }

  return {
    /** By name. Who asks again before anything changed gets the very same, which nobody can change. */
    async list<K extends Kind>(kind: K): Promise<readonly Resource<K>[]> {
      const mark = JSON.stringify(await db.row(MARK, [kind]));
      const known = lists.get(kind);
      if (known?.mark === mark) return known.list as readonly Resource<K>[];
      const list = frozen((await db.rows<Row>(BY_KIND, [kind])).map((row) => fromRow<K>(row)));
      lists.set(kind, { mark, list });
      return list;
    },
    async find<K extends Kind>(kind: K, name: string): Promise<Resource<K> | null> {
      const row = await db.row<Row>(BY_NAME, [kind, name]);
      return row ? fromRow<K>(row) : null;
    },
    async findById<K extends Kind>(kind: K, id: number): Promise<Resource<K> | null> {
      const row = await db.query
        .selectFrom('resource')
        .selectAll()
        .where('kind', '=', kind)
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? fromRow<K>(row) : null;
    },
    /** Errors: UserError when the name is taken. */
    async insert<K extends Kind>(kind: K, name: string, spec: SpecOf[K]): Promise<Resource<K>> {
      await refuseTaken(kind, name, null);
      const now = clock.now();
      const row = await db.row<Row>(INSERT, [kind, name, JSON.stringify(spec), now, now]);
      if (!row) throw new Error(`${kind} "${name}" was not stored`);
      await changed(kind);
      return fromRow<K>(row);
    },
    /** Errors: UserError when the new name is taken. */
    async update<K extends Kind>(
      kind: K,
      id: number,
      change: { name?: string; spec?: SpecOf[K]; enabled?: boolean },
    ): Promise<Resource<K>> {
      if (change.name !== undefined) await refuseTaken(kind, change.name, id);
      const row = await db.query
        .updateTable('resource')
        .set((column) => ({
          ...(change.name === undefined ? {} : { name: change.name }),
          ...(change.spec === undefined ? {} : { spec_json: JSON.stringify(change.spec) }),
          ...(change.enabled === undefined ? {} : { enabled: change.enabled ? 1 : 0 }),
          revision: column('revision', '+', 1),
          updated_at: clock.now(),
        }))
        .where('kind', '=', kind)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      await changed(kind);
      return fromRow<K>(row);
    },
    async remove(kind: Kind, id: number): Promise<void> {
      await db.query.deleteFrom('resource').where('kind', '=', kind).where('id', '=', id).execute();
      await changed(kind);
    },
    /**
     * Another one after every change of any resource: what the daemon compares to see whether to load them again.
     * Ids are never reused and revisions only grow, so equal numbers mean the very same rows.
     */
    async fingerprint(): Promise<string> {
      const row = await db.query
        .selectFrom('resource')
        .select(({ fn }) => [
          fn.countAll<number>().as('count'),
          fn.sum<number>('revision').as('revisions'),
          fn.max('id').as('newest'),
        ])
        .executeTakeFirstOrThrow();
      return `${row.count}/${row.revisions}/${row.newest}`;
    },
  };
}

function fromRow<K extends Kind>(row: Row): Resource<K> {
  return {
    id: row.id,
    kind: row.kind as K,
    name: row.name,
    enabled: row.enabled === 1,
    spec: JSON.parse(row.spec_json) as SpecOf[K],
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
}

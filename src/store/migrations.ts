// The schema, step by step. A step that has run anywhere is never edited; the next one is added below it.
import { type Kysely, sql } from 'kysely';
import { table } from './create-table.ts';
import { firstFormat } from './first-format.ts';
import type { Database } from './schema.ts';
import { chainAll } from './timeline.ts';

type Migration = (db: Kysely<Database>, now: number) => Promise<void>;

export const MIGRATIONS: readonly Migration[] = [
  firstFormat,
  alertHistory,
  pagerRecord,
  forStorms,
  sharedPosts,
  askedOften,
  modelTalks,
  postsInDoubt,
  pagesByPerson,
  rootsInOrder,
];

/** An incident keeps its alerts when they fire again elsewhere; a warning knows its post. */
async function alertHistory(db: Kysely<Database>): Promise<void> {
  await db.schema.alterTable('alert').addColumn('post_id', 'integer').execute();
  await db.schema.alterTable('alert').addColumn('retired_at', 'integer').execute();
  await db.schema.dropIndex('alert_fingerprint').execute();
  await db.schema
    .createIndex('alert_fingerprint')
    .on('alert')
    .columns(['source', 'fingerprint'])
    .unique()
    .where(sql.ref('retired_at'), 'is', sql.lit(null))
    .execute();
}

/** Who has it until when, why somebody was not told, what was heard when, and a record that shows where it was changed. */
async function pagerRecord(db: Kysely<Database>): Promise<void> {
  const add = (name: string, column: string, type: 'text' | 'integer' | 'real') =>
    db.schema.alterTable(name).addColumn(column, type).execute();
  await add('incident', 'ack_expires_at', 'integer');
  await add('incident', 'ack_for_ms', 'integer');
  await add('incident', 'inhibited_by', 'integer');
  await add('alert', 'muted_by', 'text');
  await add('alert', 'expires_at', 'integer');
  await db.schema
    .createIndex('alert_expires')
    .on('alert')
    .column('expires_at')
    .where(sql.ref('expires_at'), 'is not', sql.lit(null))
    .execute();
  await add('timeline', 'hash', 'text');
  await add('post', 'contact', 'text');
  await add('post', 'page_of', 'integer');
  await add('post', 'bundle_json', 'text');
  await add('inbox', 'delivery_id', 'integer');
  await add('execution', 'freed_bytes', 'integer');
  await add('plan', 'measured_after', 'real');
  await add('plan', 'fix_revision', 'integer');
  await db.schema
    .createIndex('post_undelivered')
    .on('post')
    .column('lane')
    .where(sql.ref('state'), '!=', sql.lit('sent'))
    .execute();
  await db.schema
    .createIndex('post_page_of')
    .on('post')
    .column('page_of')
    .where(sql.ref('page_of'), 'is not', sql.lit(null))
    .execute();
  await db.schema.createIndex('incident_by_key').on('incident').columns(['key', 'id']).execute();
  await table(db, 'delivery', 'id', {
    source: 'text!',
    received_at: 'integer!',
    headers_json: 'text!',
    body: 'text!',
  });
  await db.schema.createIndex('delivery_at').on('delivery').column('received_at').execute();
  await table(db, 'marker', 'id', {
    source: 'text!',
    key: 'text!',
    service: 'text',
    title: 'text!',
    author: 'text',
    at: 'integer!',
    link: 'text',
  });
  await db.schema.createIndex('marker_key').on('marker').columns(['source', 'key']).unique().execute();
  await db.schema.createIndex('marker_by_service').on('marker').columns(['service', 'at']).execute();
  await table(db, 'heard', 'text', { at: 'integer!' });
  await chainAll(db);
}

/** A lane with thousands of jobs, or a service with thousands of incidents, costs a look no more than one with two. */
async function forStorms(db: Kysely<Database>): Promise<void> {
  await db.schema
    .alterTable('job')
    .addColumn('behind', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable('job')
    .addColumn('waits', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.dropIndex('job_due').execute();
  // Pruned by number: nobody looks for a time.
  await db.schema.dropIndex('delivery_at').execute();
  const ready = (name: string, columns: readonly ('priority' | 'run_at' | 'id')[]) =>
    db.schema
      .createIndex(name)
      .on('job')
      .columns([...columns])
      .where(sql.ref('state'), '=', sql.lit('queued'))
      .where(sql.ref('behind'), '=', sql.lit(0))
      .execute();
  await ready('job_ready', ['priority', 'run_at', 'id']);
  await ready('job_next', ['run_at']);
  await db.schema
    .createIndex('job_running')
    .on('job')
    .column('key')
    .where(sql.ref('state'), '=', sql.lit('running'))
    .execute();
  await db.schema
    .createIndex('incident_merged')
    .on('incident')
    .columns(['key', 'id'])
    .where(sql.ref('merged_into'), 'is not', sql.lit(null))
    .execute();
  await db.schema
    .createTable('traffic')
    .addColumn('place', 'text', (column) => column.primaryKey().notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .execute();
}

/** Alerts that share a post are found by it. */
async function sharedPosts(db: Kysely<Database>): Promise<void> {
  await db.schema
    .createIndex('alert_by_post')
    .on('alert')
    .column('post_id')
    .where(sql.ref('post_id'), 'is not', sql.lit(null))
    .execute();
}

/** Whether a list of resources is still the one that was read, and whose thread a post begins: one look at an index. */
async function askedOften(db: Kysely<Database>): Promise<void> {
  await sql`create index resource_revisions on resource (kind, revision, updated_at)`.execute(db);
  await sql`create index post_remote on post (remote_id, channel) where remote_id is not null`.execute(db);
}

/** What was said with a model, and what it cost. */
async function modelTalks(db: Kysely<Database>): Promise<void> {
  await table(db, 'model_talk', 'id', {
    at: 'integer!',
    purpose: 'text!',
    agent: 'text!',
    command: 'text',
    incident_id: 'integer',
    actor: 'text',
    model: 'text',
    request_json: 'text!',
    turns_json: 'text!',
    outcome_json: 'text!',
    tokens: 'integer!',
    micro_dollars: 'integer!',
  });
  await db.schema.createIndex('model_talk_at').on('model_talk').column('at').execute();
  await db.schema.createIndex('model_talk_incident').on('model_talk').column('incident_id').execute();
}

/**
 * The index: asked for each line in a thread that is not known to be ours, before it is acknowledged. The column: how
 * long a post in doubt was looked for is counted from its doubt; what waited out an outage before it is no older for that.
 */
async function postsInDoubt(db: Kysely<Database>): Promise<void> {
  await sql`create index post_root_in_doubt on post (channel) where remote_id is null and state in ('sending', 'unknown')
    and incident_id is not null and thread_post_id is null and lane != 'page'`.execute(db);
  await db.schema.alterTable('post').addColumn('in_doubt_since', 'integer').execute();
}

/** Asked for each page, to send several to one person as one: without it, all that was posted since then was read. */
async function pagesByPerson(db: Kysely<Database>): Promise<void> {
  await sql`create index post_contact on post (contact, updated_at) where contact is not null`.execute(db);
}

/** When a post was last tried, and since when the first post of a thread lets earlier ones of its room go first. */
async function rootsInOrder(db: Kysely<Database>): Promise<void> {
  await db.schema.alterTable('post').addColumn('tried_at', 'integer').execute();
  await db.schema.alterTable('post').addColumn('gave_way_at', 'integer').execute();
}

// The schema, step by step. A step that has run anywhere is never edited; the next one is added below it.
import { type Kysely, sql } from 'kysely';
import { BUILT_IN_AGENT } from '../domain/built-in.ts';
import { table } from './create-table.ts';
import type { Database } from './schema.ts';
import { chainAll } from './timeline.ts';

type Migration = (db: Kysely<Database>, now: number) => Promise<void>;

export const MIGRATIONS: readonly Migration[] = [
  first,
  alertHistory,
  pagerRecord,
  forStorms,
  sharedPosts,
  askedOften,
];

async function first(db: Kysely<Database>, now: number): Promise<void> {
  await table(db, 'resource', 'id', {
    kind: 'text!',
    name: 'text!',
    enabled: 'integer!',
    spec_json: 'text!',
    revision: 'integer!',
    created_at: 'integer!',
    updated_at: 'integer!',
  });
  await db.schema.createIndex('resource_by_name').on('resource').columns(['kind', 'name']).unique().execute();

  await table(db, 'job', 'id', {
    kind: 'text!',
    lane: 'text',
    priority: 'integer!',
    key: 'text',
    run_at: 'integer!',
    state: 'text!',
    owner: 'text',
    attempts: 'integer!',
    payload_json: 'text!',
    error: 'text',
    created_at: 'integer!',
  });
  await db.schema.createIndex('job_due').on('job').columns(['state', 'priority', 'run_at']).execute();
  await db.schema.createIndex('job_by_kind').on('job').columns(['kind', 'run_at']).execute();
  await db.schema.createIndex('job_by_lane').on('job').columns(['lane', 'state', 'id']).execute();
  await db.schema
    .createIndex('job_key')
    .on('job')
    .column('key')
    .unique()
    .where(sql.ref('state'), '=', sql.lit('queued'))
    .execute();

  await table(db, 'inbox', 'id', {
    source: 'text!',
    key: 'text!',
    kind: 'text!',
    body_json: 'text!',
    received_at: 'integer!',
    handled_at: 'integer',
  });
  await db.schema.createIndex('inbox_key').on('inbox').columns(['source', 'key']).unique().execute();

  await db.schema
    .createIndex('inbox_unhandled')
    .on('inbox')
    .columns(['kind', 'id'])
    .where(sql.ref('handled_at'), 'is', sql.lit(null))
    .execute();

  await table(db, 'alert', 'id', {
    source: 'text!',
    fingerprint: 'text!',
    status: 'text!',
    title: 'text!',
    description: 'text!',
    severity: 'text!',
    service: 'text',
    labels_json: 'text!',
    links_json: 'text!',
    value: 'real',
    threshold: 'real',
    unit: 'text',
    incident_id: 'integer',
    starts_at: 'integer!',
    cleared_at: 'integer',
    last_seen_at: 'integer!',
    count: 'integer!',
  });
  await db.schema
    .createIndex('alert_fingerprint')
    .on('alert')
    .columns(['source', 'fingerprint'])
    .unique()
    .execute();
  await db.schema.createIndex('alert_incident').on('alert').column('incident_id').execute();

  await table(db, 'incident', 'id', {
    key: 'text!',
    title: 'text!',
    severity: 'text!',
    state: 'text!',
    service: 'text',
    started_at: 'integer!',
    opened_at: 'integer!',
    acked_by: 'text',
    acked_by_name: 'text',
    acked_at: 'integer',
    resolved_at: 'integer',
    resolved_by: 'text',
    root_cause: 'text',
    probable_cause: 'text',
    context_json: 'text!',
    channel: 'text!',
    conversation: 'text!',
    header_post_id: 'integer',
    escalation: 'text',
    level: 'integer!',
    opened_by: 'text!',
    merged_into: 'integer',
  });
  await db.schema
    .createIndex('incident_open')
    .on('incident')
    .column('key')
    .unique()
    .where(sql.ref('state'), '=', sql.lit('open'))
    .execute();
  await db.schema.createIndex('incident_state').on('incident').columns(['state', 'id']).execute();

  await table(db, 'timeline', 'id', {
    incident_id: 'integer',
    at: 'integer!',
    kind: 'text!',
    actor: 'text!',
    text: 'text!',
    data_json: 'text!',
  });
  await db.schema.createIndex('timeline_incident').on('timeline').columns(['incident_id', 'id']).execute();

  await table(db, 'plan', 'id', {
    state: 'text!',
    incident_id: 'integer',
    command: 'text!',
    auto_fix: 'text',
    fix_target: 'text',
    digest: 'text!',
    expires_at: 'integer!',
    created_at: 'integer!',
    reason: 'text',
    verdict: 'text',
    body_json: 'text!',
  });
  await db.schema.createIndex('plan_state').on('plan').columns(['state', 'id']).execute();
  await db.schema.createIndex('plan_fix').on('plan').columns(['auto_fix', 'fix_target', 'id']).execute();

  await table(db, 'approval', 'id', {
    plan_id: 'integer!',
    digest: 'text!',
    state: 'text!',
    confirm_word: 'text',
    first_by: 'text',
    decided_by: 'text',
    decided_at: 'integer',
    standing: 'text',
    channel: 'text!',
    conversation: 'text!',
    incident_id: 'integer',
    expires_at: 'integer!',
    created_at: 'integer!',
  });
  await db.schema.createIndex('approval_state').on('approval').columns(['state', 'id']).execute();
  await db.schema.createIndex('approval_plan').on('approval').column('plan_id').execute();

  await table(db, 'execution', 'text', {
    plan_id: 'integer!',
    step: 'integer!',
    state: 'text!',
    capability: 'text!',
    source: 'text!',
    target: 'text!',
    auto_fix: 'text',
    args_json: 'text!',
    facts_json: 'text!',
    summary: 'text',
    settled_by: 'text',
    started_at: 'integer!',
    ended_at: 'integer',
  });
  // The target's lock: nothing else can start on it while one runs.
  await db.schema
    .createIndex('execution_lock')
    .on('execution')
    .column('target')
    .unique()
    .where(sql.ref('state'), '=', sql.lit('started'))
    .execute();
  await db.schema.createIndex('execution_plan').on('execution').columns(['plan_id', 'step']).execute();
  await db.schema.createIndex('execution_target').on('execution').columns(['target', 'started_at']).execute();
  await db.schema.createIndex('execution_fix').on('execution').columns(['auto_fix', 'started_at']).execute();

  await table(db, 'post', 'id', {
    event_id: 'text!',
    channel: 'text!',
    conversation: 'text!',
    incident_id: 'integer',
    thread_post_id: 'integer',
    lane: 'text!',
    message_json: 'text!',
    mentions_json: 'text!',
    state: 'text!',
    remote_id: 'text',
    revision: 'integer!',
    sent_revision: 'integer!',
    answers: 'text',
    outcome_json: 'text',
    error: 'text',
    created_at: 'integer!',
    updated_at: 'integer!',
  });
  await db.schema.createIndex('post_event').on('post').column('event_id').unique().execute();
  await db.schema.createIndex('post_answers').on('post').column('answers').execute();
  await db.schema.createIndex('post_incident').on('post').columns(['incident_id', 'id']).execute();
  await db.schema.createIndex('post_updated').on('post').column('updated_at').execute();

  await db.schema
    .createTable('setting')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('value_json', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('sample')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('metric', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('value', 'real', (column) => column.notNull())
    .addPrimaryKeyConstraint('sample_key', ['source', 'target', 'metric', 'at'])
    .execute();
  await db.schema.createIndex('sample_at').on('sample').column('at').execute();
  await db.schema
    .createTable('condition_state')
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('since', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('condition_state_key', ['owner', 'target'])
    .execute();

  await db
    .insertInto('resource')
    .values({
      kind: 'agent',
      name: BUILT_IN_AGENT.name,
      enabled: 1,
      spec_json: JSON.stringify(BUILT_IN_AGENT),
      revision: 1,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

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

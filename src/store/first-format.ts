// The schema as the first format had it.
import { type Kysely, sql } from 'kysely';
import { BUILT_IN_AGENT } from '../domain/built-in.ts';
import { table } from './create-table.ts';
import type { Database } from './schema.ts';

export async function firstFormat(db: Kysely<Database>, now: number): Promise<void> {
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

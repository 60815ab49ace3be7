// The tables as Kysely sees them. Instants are integers (ms, UTC), booleans 0 or 1, `*_json` columns JSON text.
import type { Generated } from 'kysely';

export interface ResourceTable {
  id: Generated<number>;
  kind: string;
  name: string;
  enabled: number;
  spec_json: string;
  revision: number;
  created_at: number;
  updated_at: number;
}
export interface JobTable {
  id: Generated<number>;
  kind: string;
  /** Jobs of one lane run one after the other, in the order they were added. */
  lane: string | null;
  priority: number;
  /** At most one queued job has a key: a second add is the same job. */
  key: string | null;
  run_at: number;
  state: 'queued' | 'running' | 'dead';
  /** Start id of the daemon that runs it. */
  owner: string | null;
  attempts: number;
  payload_json: string;
  error: string | null;
  created_at: number;
  /** Claims that only found that its turn had not come. */
  waits: number;
  /** 1: waits for another job of its lane, whose end lets it go. */
  behind: number;
}
export interface InboxTable {
  id: Generated<number>;
  source: string;
  key: string;
  kind: string;
  body_json: string;
  received_at: number;
  handled_at: number | null;
  /** The request it came in; null: older than that record, or not kept. */
  delivery_id: number | null;
}
/** A request as it came, without headers that could be secrets. Kept for a time. */
export interface DeliveryTable {
  id: Generated<number>;
  source: string;
  received_at: number;
  headers_json: string;
  body: string;
}
/** A change that somebody told us of: a deploy of a system we do not read ourselves. */
export interface MarkerTable {
  id: Generated<number>;
  source: string;
  key: string;
  service: string | null;
  title: string;
  author: string | null;
  at: number;
  link: string | null;
}
/** When a source last sent anything. The id is the source's name. */
/** When a room, `channel/conversation`, was last written to. */
export interface TrafficTable {
  place: string;
  at: number;
}
export interface HeardTable {
  id: string;
  at: number;
}
export interface AlertTable {
  id: Generated<number>;
  source: string;
  fingerprint: string;
  status: 'firing' | 'resolved';
  title: string;
  description: string;
  severity: string;
  service: string | null;
  labels_json: string;
  links_json: string;
  value: number | null;
  threshold: number | null;
  unit: string | null;
  incident_id: number | null;
  starts_at: number;
  cleared_at: number | null;
  last_seen_at: number;
  count: number;
  post_id: number | null;
  /** What keeps it from waking anybody: `silence:NAME`, `incident:7`. */
  muted_by: string | null;
  /** It counts as over then, unless it is sent again. */
  expires_at: Generated<number | null>;
  /** Set: part of a past incident's record. The same fingerprint has a newer row. */
  retired_at: number | null;
}
export interface IncidentTable {
  id: Generated<number>;
  key: string;
  title: string;
  severity: string;
  state: 'open' | 'resolved';
  service: string | null;
  started_at: number;
  opened_at: number;
  acked_by: string | null;
  acked_by_name: string | null;
  acked_at: number | null;
  resolved_at: number | null;
  resolved_by: string | null;
  root_cause: string | null;
  probable_cause: string | null;
  context_json: string;
  channel: string;
  conversation: string;
  header_post_id: number | null;
  escalation: string | null;
  level: number;
  opened_by: string;
  merged_into: number | null;
  /** When the acknowledgement runs out. */
  ack_expires_at: number | null;
  /** How long it runs each time it is renewed. */
  ack_for_ms: number | null;
  /** The open incident of something it depends on: its pages wait for that one. */
  inhibited_by: number | null;
}
export interface TimelineTable {
  id: Generated<number>;
  incident_id: number | null;
  at: number;
  kind: string;
  actor: string;
  text: string;
  data_json: string;
  /** Over this entry and the hash of the one before it; null: from before there was a chain. */
  hash: string | null;
}
export interface PlanTable {
  id: Generated<number>;
  state: string;
  incident_id: number | null;
  command: string;
  auto_fix: string | null;
  /** What an auto-fix's limits count per. */
  fix_target: string | null;
  /** The auto-fix as it was when it made the plan: an edit voids what waits. */
  fix_revision: number | null;
  digest: string;
  expires_at: number;
  created_at: number;
  reason: string | null;
  /** `better`, `same`, `worse`, `unknown`; null until the watch ends. */
  verdict: string | null;
  /** What its condition's value was when the watch ended; null: a yes or no, or not measured. */
  measured_after: number | null;
  body_json: string;
}
export interface ApprovalTable {
  id: Generated<number>;
  plan_id: number;
  digest: string;
  state: string;
  confirm_word: string | null;
  first_by: string | null;
  decided_by: string | null;
  decided_at: number | null;
  standing: string | null;
  channel: string;
  conversation: string;
  incident_id: number | null;
  expires_at: number;
  created_at: number;
}
export interface ExecutionTable {
  id: string;
  plan_id: number;
  step: number;
  state: string;
  capability: string;
  source: string;
  target: string;
  auto_fix: string | null;
  args_json: string;
  facts_json: string;
  summary: string | null;
  settled_by: string | null;
  /** What a disk step freed; null: it did not say. */
  freed_bytes: number | null;
  started_at: number;
  ended_at: number | null;
}
export interface PostTable {
  id: Generated<number>;
  event_id: string;
  channel: string;
  conversation: string;
  incident_id: number | null;
  thread_post_id: number | null;
  lane: string;
  message_json: string;
  mentions_json: string;
  state: string;
  remote_id: string | null;
  revision: number;
  sent_revision: number;
  answers: string | null;
  outcome_json: string | null;
  error: string | null;
  /** Of a page: whom it is for, and the first post of the same page where this is a further way to them. */
  contact: string | null;
  page_of: number | null;
  /** Of one page for several incidents: their ids. */
  bundle_json: string | null;
  /** Since when nobody knows whether it is there. */
  in_doubt_since: number | null;
  /** Of what is no page: when it was last sent or looked for. */
  tried_at: number | null;
  /** Of the first post of a thread: since when earlier ones of its room go first. Null: it waits for none. */
  gave_way_at: number | null;
  created_at: number;
  updated_at: number;
}
export interface SettingTable {
  key: string;
  value_json: string;
  updated_at: number;
}
export interface SampleTable {
  source: string;
  target: string;
  metric: string;
  at: number;
  value: number;
}
export interface ConditionStateTable {
  /** `alert-rule:NAME` or `auto-fix:NAME`. */
  owner: string;
  target: string;
  /** Since when the condition has held without a gap. */
  since: number;
}

/** One conversation with a model. */
export interface ModelTalkTable {
  id: Generated<number>;
  at: number;
  purpose: string;
  agent: string;
  command: string | null;
  incident_id: number | null;
  actor: string | null;
  model: string | null;
  request_json: string;
  turns_json: string;
  outcome_json: string;
  tokens: number;
  micro_dollars: number;
}

export interface Database {
  resource: ResourceTable;
  job: JobTable;
  inbox: InboxTable;
  alert: AlertTable;
  incident: IncidentTable;
  timeline: TimelineTable;
  plan: PlanTable;
  approval: ApprovalTable;
  execution: ExecutionTable;
  post: PostTable;
  setting: SettingTable;
  sample: SampleTable;
  condition_state: ConditionStateTable;
  delivery: DeliveryTable;
  marker: MarkerTable;
  heard: HeardTable;
  traffic: TrafficTable;
  model_talk: ModelTalkTable;
}

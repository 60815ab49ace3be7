// Which jobs may start now. What waits behind another job of its lane is marked so when it is added, and let go when
// that one leaves: a look at what is due then costs what is taken, and not what waits.
import { LANE_PRIORITY } from '../domain/channel.ts';
import type { Db, Values } from './driver.ts';
import type { JobRow } from './jobs.ts';

/** What may be claimed at once, so that slow work of one sort leaves room for what cannot wait. */
export interface Room {
  all: number;
  /** Of those that are not urgent. Urgent: priority 0, and what people typed. Default: no limit of its own. */
  ordinary?: number;
  /** Of a kind; default: no limit of its own. */
  ofKind?: Partial<Record<string, number>>;
}

/** Pages, escalations and what people typed. */
export const isUrgent = ({ kind, priority }: { kind: string; priority: number }): boolean =>
  kind === 'chat' || priority === 0;

const LOWEST_PRIORITY = LANE_PRIORITY.edit;

/** Of a job that is added: one of its lane runs, is due, or is tried again. A timer in the future is behind nobody. */
export const IS_HELD = `? <= ? and exists (select 1 from job where lane = ?
  and (state = 'running' or (state = 'queued' and (run_at <= ? or attempts > 0))))`;
export const isHeld = (lane: string | null, runAt: number, now: number): Values => [runAt, now, lane, now];

// Beside the mark, because a timer may have fallen due in front of a job that was not behind anything.
const READY = `select j.* from job as j where j.state = 'queued' and j.behind = 0 and j.priority = ? and j.run_at <= ?
  and (j.lane is null or (
    not exists (select 1 from job as busy where busy.lane = j.lane and busy.state = 'running')
    and not exists (select 1 from job as earlier where earlier.lane = j.lane and earlier.state = 'queued'
      and earlier.id < j.id and (earlier.run_at <= ? or earlier.attempts > 0))))`;

const LET_GO =
  "update job set behind = 0 where id = (select min(id) from job where lane = ? and state = 'queued' and behind = 1)";

/** In order: by priority, then by when they were due, then by when they were added. */
export async function readyJobs(db: Db, now: number, room: Room): Promise<JobRow[]> {
  const left: Record<string, number | undefined> = { ...room.ofKind };
  let ordinaryLeft = room.ordinary ?? Number.POSITIVE_INFINITY;
  const taken: JobRow[] = [];
  for (let priority = 0; priority <= LOWEST_PRIORITY && taken.length < room.all; priority += 1) {
    const full = Object.keys(left).filter((kind) => (left[kind] ?? 1) <= 0);
    const kinds = full.length > 0 ? ` and j.kind not in (${full.map(() => '?').join(', ')})` : '';
    const chatOnly = priority > 0 && ordinaryLeft <= 0 ? " and j.kind = 'chat'" : '';
    const values: Values = [priority, now, now, ...full, room.all - taken.length];
    const text = `${READY}${kinds}${chatOnly} order by j.run_at, j.id limit ?`;
    // What is too many of a sort stays where it is: the next look leaves that sort out.
    for (const row of await db.rows<JobRow>(text, values)) {
      const ofItsKind = left[row.kind] ?? Number.POSITIVE_INFINITY;
      if (ofItsKind <= 0 || (!isUrgent(row) && ordinaryLeft <= 0)) continue;
      if (row.kind in left) left[row.kind] = ofItsKind - 1;
      if (!isUrgent(row)) ordinaryLeft -= 1;
      taken.push(row);
    }
  }
  return taken;
}

/** After a job of this lane left it: the next one has its turn. */
export async function letGoNext(db: Db, lane: string | null): Promise<void> {
  if (lane !== null) await db.rows(LET_GO, [lane]);
}

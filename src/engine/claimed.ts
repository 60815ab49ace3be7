// What is on record with the claim of a job, so that what must not wait needs no commit of its own before its effect.
import type { Job, JobKind } from '../store/jobs.ts';
import type { Tables } from '../store/tables.ts';

/** Runs inside the claiming transaction. */
export type OnClaimed = (tx: Tables, job: Job) => Promise<void>;

export const ON_CLAIMED: Partial<Record<JobKind, OnClaimed>> = {
  post: (tx, { payload }) => tx.posts.beginPage(Number(payload.postId)),
};

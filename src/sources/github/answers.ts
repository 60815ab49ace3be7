// What GitHub answers, as far as it is used. https://docs.github.com/en/rest (version 2022-11-28)
import { z } from 'zod';
import { safeLine } from '../../domain/text/safe-text.ts';

/** One line for people: no control characters, no hidden ones, no turned direction. */
const line = (max: number) => z.string().transform((text) => safeLine(text.slice(0, max * 4)).slice(0, max));
const lineOrNone = (max: number) =>
  line(max)
    .nullish()
    .transform((text) => text ?? '');
const instant = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((at) => !Number.isNaN(at), 'is no time');
/** Ids are numbers, beyond what is exact some day. */
const id = z.union([z.number().int(), z.bigint()]).transform(String);
const sha = z.string().regex(/^[0-9a-f]{40,64}$/i, 'is no commit');
const user = z
  .object({ login: line(100) })
  .nullish()
  .transform((found) => found?.login ?? '');
/** Only what a person may follow. */
const link = z
  .string()
  .nullish()
  .transform((text) => (text && text.length <= 500 && /^https?:\/\/[^\s<>"]+$/.test(text) ? text : null));

export const deploymentAnswer = z.object({
  id,
  sha,
  ref: line(255),
  /** An object, or text that may hold one. */
  payload: z.unknown(),
  creator: user,
  created_at: instant,
});
export const deploymentsAnswer = z.array(deploymentAnswer);
export type Deployment = z.infer<typeof deploymentAnswer>;

/** `merged`: 202, where GitHub merged a branch first and made no Deployment. We ask it not to. */
export const createdAnswer = z.object({ id });

export const statusesAnswer = z.array(
  z.object({
    state: z.string(),
    description: lineOrNone(200),
    log_url: link,
    target_url: link,
  }),
);
export type DeploymentStatus = z.infer<typeof statusesAnswer>[number];

export const runAnswer = z.object({
  id,
  run_number: z.number().int().transform(String),
  display_title: lineOrNone(300),
  event: z.string(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  head_branch: lineOrNone(255),
  head_sha: sha,
  html_url: link,
  created_at: instant,
  run_started_at: instant.nullish(),
  actor: user,
  head_commit: z
    .object({ message: z.string() })
    .nullish()
    .transform((commit) => titleOf(commit?.message ?? '')),
});
export type WorkflowRun = z.infer<typeof runAnswer>;
export const runsAnswer = z.object({ workflow_runs: z.array(runAnswer) });

/** 200 with the run since 2026, 204 with nothing before. */
export const dispatchedAnswer = z.union([
  z.object({ workflow_run_id: id, html_url: link }),
  z
    .unknown()
    .refine((body) => body === '' || body === undefined || body === null, 'is neither a run nor nothing')
    .transform(() => null),
]);

export const releasesAnswer = z.array(
  z.object({
    tag_name: z.string().min(1).max(255),
    name: lineOrNone(300),
    draft: z.boolean(),
    prerelease: z.boolean(),
    published_at: instant.nullable(),
    author: user,
    html_url: link,
  }),
);

export const commitAnswer = z.object({
  sha,
  commit: z.object({
    message: z.string().transform(titleOf),
    author: z.object({ name: lineOrNone(100) }).nullish(),
  }),
  author: user,
});
export type Commit = z.infer<typeof commitAnswer>;

export const pullsAnswer = z.array(
  z.object({
    number: z.number().int().transform(String),
    title: line(300),
    user,
    merged_at: instant.nullish(),
    merge_commit_sha: z.string().nullish(),
  }),
);

export const comparisonAnswer = z.object({
  status: z.enum(['diverged', 'ahead', 'behind', 'identical']),
  total_commits: z.number().int().min(0),
  commits: z.array(commitAnswer),
  files: z
    .array(
      z.object({
        filename: line(1_000),
        previous_filename: line(1_000).optional(),
        /** Not given of a binary file, or of one that is too large. */
        patch: z.string().optional(),
      }),
    )
    .default([]),
});

export const repositoryAnswer = z.object({
  full_name: line(200),
  default_branch: line(255),
  archived: z.boolean().default(false),
  permissions: z.record(z.string(), z.boolean()).optional(),
});

export const userAnswer = z.object({ login: line(100) });

export const workflowAnswer = z.object({ name: line(200), state: z.string(), path: line(500) });

export const fileAnswer = z.object({ content: z.string(), encoding: z.string() });

/** A commit's first line. */
function titleOf(message: string): string {
  return safeLine((message.split('\n', 1)[0] ?? '').slice(0, 1_200)).slice(0, 300);
}

export function authorOf({ author, commit }: Commit): string {
  return author || commit.author?.name || 'unknown';
}

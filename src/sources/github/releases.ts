// Deploys as releases tell them: a published release is one, and its tag is its number.
import type { Call } from '../../domain/tool.ts';
import { releasesAnswer } from './answers.ts';
import { readDeployments } from './deployments.ts';
import type { Entry } from './past.ts';
import type { Bound, Github } from './repository.ts';
import { readRuns } from './runs.ts';

const PER_PAGE = 100;
const MOST_PAGES = 3;
/** How far back it is looked for what became of a release, and for rollbacks of ours. */
const OPERATIONS = 30;

type Unsettled = Omit<Entry, 'rolledBack'>;

/**
 * Releases say that they were published, and nothing of how that went: their Deployment, or their run of the workflow,
 * does where there is one by the release's tag. Ours, and what is going out, are listed beside them.
 */
export async function readReleases(
  github: Github,
  bound: Bound,
  want: number,
  call: Call,
): Promise<Unsettled[]> {
  const read = github.settings.workflow === null ? readDeployments : readRuns;
  const [releases, operations] = await Promise.all([
    listReleases(github, bound, want, call),
    read(github, bound, OPERATIONS, call),
  ]);
  const byTag = new Map(
    operations
      .filter(({ mark }) => mark === null)
      .toReversed()
      .map((each) => [each.name, each]),
  );
  const tags = new Set(releases.map(({ id }) => id));
  const beside = operations.filter(
    ({ mark, name, status }) => mark !== null || (status === 'in-progress' && !tags.has(name)),
  );
  return [
    ...releases.map((release) => {
      const operation = byTag.get(release.id);
      return operation ? { ...release, status: operation.status, link: operation.link } : release;
    }),
    ...beside,
  ];
}

async function listReleases(
  { client }: Github,
  { repository, fullName }: Bound,
  want: number,
  { signal }: Call,
): Promise<Unsettled[]> {
  const found: Unsettled[] = [];
  for (let page = 1; found.length < want && page <= MOST_PAGES; page += 1) {
    const more = await client.get({
      route: 'GET /repos/{owner}/{repo}/releases',
      parameters: { ...repository, per_page: PER_PAGE, page },
      answer: releasesAnswer,
      what: `the releases of ${fullName}`,
      signal,
    });
    for (const { tag_name: tag, name, draft, prerelease, published_at, author, html_url } of more) {
      if (draft || prerelease || published_at === null) continue;
      found.push({
        id: tag,
        number: tag,
        ref: tag,
        name: tag,
        author,
        title: name || tag,
        at: published_at,
        status: 'succeeded',
        mark: null,
        link: html_url,
      });
    }
    if (more.length < PER_PAGE) break;
  }
  return found.slice(0, want);
}

// What must be true of a state file at any instant, and what must be true once the flow is over.
// Each check gives the sentences that are not true; none is good.
import type { Subscription } from '../../src/domain/notice.ts';
import { toldLast } from '../../src/domain/paged-incident.ts';
import type { Flow } from './flow.ts';
import type { Ledger } from './ledger.ts';

const AT_WORK = new Set(['queued', 'running']);
/** Written before each try: after a crash there is one more of it. */
const TRY = /: confirming .*, try \d+$/;

/** At the very instant of the kill, before anything had a chance to repair it. */
export function brokenPromises(ledger: Ledger): string[] {
  const { plans, incidents, stored, jobs, inbox, effects, acknowledged, ending, timeline, fetched } = ledger;
  const works = (kind: string) => jobs.some((job) => job.kind === kind && AT_WORK.has(job.state));
  const atWork = (kind: string, field: string, value: unknown) =>
    jobs.some((job) => job.kind === kind && AT_WORK.has(job.state) && job.payload[field] === value);
  const broken: string[] = [];
  const must = (holds: boolean, sentence: string) => {
    if (!holds) broken.push(sentence);
  };

  for (const key of new Set(acknowledged))
    must(
      inbox.some((entry) => entry.key === key),
      `${key} was acknowledged and is not stored`,
    );
  for (const { key, kind, handledAt } of inbox) {
    if (handledAt !== null) continue;
    must(
      kind === 'chat' ? atWork('chat', 'key', key) : works(kind),
      `${key} is not handled and no job would`,
    );
  }
  must(ending.length === 0 || works('alert-end') || works('alert'), 'an alert has an end that never comes');
  for (const { id, key, body, handledAt } of inbox) {
    const { type, topic } = body as Partial<Subscription>;
    if (type !== 'subscription' || handledAt === null) continue;
    const answered = timeline.some(({ text }) => text.includes(`${topic} is confirmed`));
    must(answered || atWork('subscribe', 'inboxId', id), `${key} asks to be confirmed and no job does`);
  }
  must(
    fetched.length <= timeline.filter(({ text }) => TRY.test(text)).length,
    'a link was fetched without a record that it would',
  );
  for (const { id, state, ackedBy, clearing, inhibitedBy } of incidents) {
    if (state === 'open' && ackedBy !== null)
      must(atWork('ack-expiry', 'incidentId', id), `incident ${id} is acknowledged for ever`);
    if (state !== 'open' || ackedBy !== null || clearing) continue;
    if (inhibitedBy !== null) {
      const root = incidents.find((each) => each.id === inhibitedBy);
      must(root?.state === 'open', `incident ${id} waits for #${inhibitedBy}, which is over`);
      continue;
    }
    must(atWork('escalate', 'incidentId', id), `incident ${id} has no escalation timer`);
  }
  for (const { id, state } of incidents) {
    const told = toldLast(
      timeline.filter(({ incidentId }) => incidentId === id),
      'pager',
    );
    if (state === 'resolved' && (told === 'trigger' || told === 'acknowledge'))
      must(
        atWork('pager-turn', 'incidentId', id),
        `incident ${id} is over, and the pager would never hear of it`,
      );
  }
  for (const { id, state, approval, executions } of plans) {
    if (state === 'waiting')
      must(atWork('expire', 'approvalId', approval?.id), `plan ${id} waits and would never expire`);
    if (state === 'approved' || state === 'executing')
      must(atWork('execute', 'planId', id), `plan ${id} is ${state} and no job runs it`);
    if (state === 'watching') must(atWork('watch', 'planId', id), `plan ${id} is watched by no job`);
    if (executions.length > 0)
      must(approval?.state === 'approved', `plan ${id} was begun without an approval`);
  }
  for (const { id, state, revision, sentRevision } of stored) {
    if (state === 'failed' || state === 'unknown' || sentRevision >= revision) continue;
    must(
      atWork('post', 'postId', id),
      `post ${id} is ${state} at ${sentRevision}/${revision} and no job sends it`,
    );
  }
  const intents = new Set(plans.flatMap(({ executions }) => executions.map(({ id }) => id)));
  for (const { key, capability } of effects)
    must(intents.has(key), `${capability} happened without a record that it would`);
  return broken;
}

/** When the flow is over, however often it was killed. `calm`: the ledger of the run nobody killed. */
export function notAsCalm(flow: Flow, calm: Ledger, after: Ledger): string[] {
  return [
    ...brokenPromises(after),
    ...unfinished(after),
    ...repeatedEffects(flow, after),
    ...repeatedPosts(flow, after),
    ...lostAnswers(calm, after),
    ...(wasInDoubt(after) ? badDoubt(flow, after) : differences(flow, calm, after)),
  ];
}

/** A person had to say what became of a step. */
export function wasInDoubt(ledger: Ledger): boolean {
  return ledger.plans.some(({ executions }) => executions.some(({ settledBy }) => settledBy !== null));
}

function unfinished({ plans, inbox, jobs, stored }: Ledger): string[] {
  return [
    ...inbox.filter(({ handledAt }) => handledAt === null).map(({ key }) => `${key} was never handled`),
    ...jobs.filter(({ state }) => !AT_WORK.has(state)).map(({ kind }) => `a job ${kind} is dead`),
    ...plans
      .filter(({ state }) => state === 'executing' || state === 'approved')
      .map(({ id, state }) => `plan ${id} is still ${state}`),
    ...stored
      .filter(({ state }) => state === 'pending' || state === 'sending' || state === 'failed')
      .map(({ id, state }) => `post ${id} is still ${state}`),
  ];
}

function repeatedEffects(flow: Flow, { effects, plans }: Ledger): string[] {
  const once = plans.flatMap(({ steps, executions }) =>
    executions.filter(({ step }) => steps[step]?.repeat === 'once').map(({ id }) => id),
  );
  const twice = once.filter((id) => effects.filter(({ key }) => key === id).length > 1);
  const runs = plans.filter(({ executions }) => executions.length > 0);
  const again = flow.inDoubt === 'retry' && wasInDoubt({ plans } as Ledger) ? 1 : 0;
  const wanted = (flow.runs ?? 1) + again;
  const executed = runs.flatMap(({ executions }) =>
    executions.map(({ planId, step }) => `${planId}/${step}`),
  );
  return [
    ...twice.map((id) => `execution ${id} of a step that may run once ran twice`),
    ...(flow.effects.length > 0 && runs.length > wanted
      ? [`${runs.length} plans ran, ${wanted} should`]
      : []),
    ...executed
      .filter((each, index) => executed.indexOf(each) !== index)
      .map((each) => `step ${each} was begun as two executions`),
  ];
}

/** A page may come twice if it says so; nothing else may; and what is shown last is what is stored last. */
function repeatedPosts({ blindChannel }: Flow, { posts, stored }: Ledger): string[] {
  const wrong: string[] = [];
  for (const { eventId, lane, state, message } of stored) {
    const copies = posts.filter((post) => post.eventId === eventId);
    const unmarked = copies.filter(({ possibleRepeat }) => !possibleRepeat);
    if (unmarked.length > 1) wrong.push(`"${message.title}" was posted ${unmarked.length} times`);
    if (lane !== 'page' && copies.length > 1) wrong.push(`"${message.title}" was repeated`);
    if (copies.length === 0 && !((blindChannel || message.onlyTo) && state === 'unknown'))
      wrong.push(`"${message.title}" was never posted`);
    const shown = copies.at(-1);
    if (
      lane !== 'page' &&
      state === 'sent' &&
      shown &&
      JSON.stringify(asSaid(shown.message)) !== JSON.stringify(message)
    )
      wrong.push(`"${message.title}" is stored and "${shown.message.title}" is shown`);
  }
  return wrong;
}

/** Without the time that a post carries which had to wait. */
function asSaid(message: Ledger['posts'][number]['message']): Ledger['posts'][number]['message'] {
  return { ...message, title: message.title.replace(/^\(\d\d:\d\d UTC\) /, '') };
}

/** Every line of the script is answered as often as in the calm run: once each. */
function lostAnswers(calm: Ledger, after: Ledger): string[] {
  const answers = ({ stored }: Ledger, key: string) => stored.filter((post) => post.answers === key).length;
  return calm.inbox
    .filter(({ kind, key }) => kind === 'chat' && answers(calm, key) !== answers(after, key))
    .map(({ key }) => `${key} has ${answers(after, key)} answers, ${answers(calm, key)} in the calm run`);
}

/** In doubt is only allowed where nobody can be asked, and then the post says what to type. */
function badDoubt(flow: Flow, { stored, plans, timeline }: Ledger): string[] {
  if (flow.inDoubt === undefined) return ['a step was in doubt though its source can be asked'];
  const asked = stored.some(
    ({ message }) => message.title.includes('/done') && message.title.includes('/retry'),
  );
  const ended = plans.filter(({ executions }) => executions.length > 0).map(({ state }) => state);
  const wanted = flow.inDoubt === 'done' ? ['done'] : ['failed', 'done'];
  return [
    ...(asked ? [] : ['nobody was asked what became of the step in doubt']),
    ...(timeline.some(({ text }) => text.includes('settled')) ? [] : ['nobody is on record for settling it']),
    ...(ended.join() === wanted.join()
      ? []
      : [`the plans ended ${ended.join()} instead of ${wanted.join()}`]),
  ];
}

/** What one of them has and the other has not, but for what may depend on when the daemon died. */
export function differences(flow: Flow, calm: Ledger, after: Ledger): string[] {
  const [was, is] = [summary(flow, calm), summary(flow, after)];
  const missing = was.filter((line) => !takeFrom(is, line)).map((line) => `missing: ${line}`);
  return [...missing, ...is.map((line) => `not in the calm run: ${line}`)];
}

function takeFrom(lines: string[], line: string): boolean {
  const at = lines.indexOf(line);
  if (at >= 0) lines.splice(at, 1);
  return at >= 0;
}

/** Everything that may not depend on when the daemon died, one line each. */
function summary(flow: Flow, ledger: Ledger): string[] {
  const { plans, incidents, timeline, stored, jobs, effects, fetched, frozen } = ledger;
  return [
    ...plans.map(
      ({ id, title, state, verdict, approval }) =>
        `plan ${id} ${title}: ${state}, ${verdict}, ${approval?.state} by ${approval?.decidedBy}`,
    ),
    ...plans.flatMap(({ id, executions }) =>
      executions.map(({ step, capability, state }) => `plan ${id} step ${step} ${capability}: ${state}`),
    ),
    ...incidents.map(
      ({ id, state, level, severity, ackedBy, resolvedBy }) =>
        `incident ${id}: ${state}, level ${level}, ${severity}, ${ackedBy}, ${resolvedBy}`,
    ),
    ...timeline
      .filter(({ text }) => !TRY.test(text))
      .map(({ incidentId, kind, actor }) => `timeline ${incidentId}: ${kind} by ${actor}`),
    ...stored.map(({ conversation, lane, state, message }) =>
      // Nobody can look for what one person alone was shown, so it is not said again where that is not known.
      flow.blindChannel || message.onlyTo
        ? `post ${conversation} ${lane}: ${message.title}`
        : `post ${conversation} ${lane} ${state}: ${message.title.replace(/^Done: .*?(?= Monitoring|$)/, 'Done.')}`,
    ),
    ...ledger.pager.map((state) => `at the pager: ${state}`),
    ...new Set(jobs.map(({ kind }) => `waiting: ${kind}`)),
    ...new Set(effects.map(({ capability }) => `changed: ${capability}`)),
    ...new Set(fetched.map((link) => `fetched: ${link}`)),
    `frozen: ${frozen}`,
  ];
}

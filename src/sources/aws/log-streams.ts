// Which streams of a service's log groups are one instance's.
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call } from '../../domain/tool.ts';
import { instanceOf } from './log-query.ts';
import { machinesNamed } from './machines.ts';
import type { AwsSession } from './session.ts';

const MOST_STREAMS = 100;
const NAMED = 20;

/**
 * Null: all of them, as a single stream is everybody's. An instance is the stream itself, a part of its name (a task,
 * a machine), or the machine with that `Name` tag. Errors: ToolError 'failed' where several are there and none is its.
 */
export async function streamsOf(
  session: AwsSession,
  groups: readonly string[],
  instance: string,
  call: Call,
): Promise<string[] | null> {
  const lists = await Promise.all(groups.map((group) => newestStreams(session, group, call)));
  const streams = [...new Set(lists.flat())];
  if (streams.length <= 1) return null;
  const own = matching(streams, [instance]);
  if (own.length > 0) return own;
  const machines = await machinesNamed(session, instance, call);
  const theirs = matching(streams, machines);
  if (theirs.length > 0) return theirs;
  const known = [...new Set(streams.map(instanceOf))].slice(0, NAMED);
  throw new ToolError(
    'failed',
    `no log stream is named after ${clipped(instance, 80)}: there are ${known.join(', ')}`,
  );
}

export function matching(streams: readonly string[], names: readonly string[]): string[] {
  return streams.filter((stream) =>
    names.some((name) => stream === name || stream.split('/').includes(name)),
  );
}

async function newestStreams(session: AwsSession, group: string, call: Call): Promise<string[]> {
  const cloudWatchLogs = await session.cloudWatchLogs();
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await session.ask(
      `the streams of ${group}`,
      (options) =>
        cloudWatchLogs.describeLogStreams(
          {
            logGroupName: group,
            orderBy: 'LastEventTime',
            descending: true,
            limit: 50,
            ...(nextToken === undefined ? {} : { nextToken }),
          },
          options,
        ),
      call,
    );
    found.push(...(answer.logStreams ?? []).flatMap(({ logStreamName }) => logStreamName ?? []));
    nextToken = answer.nextToken;
  } while (nextToken !== undefined && found.length < MOST_STREAMS);
  return found;
}

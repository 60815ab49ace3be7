// Machines of EC2 by what people call them.
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call } from '../../domain/tool.ts';
import { readPages } from './pages.ts';
import type { AwsSession } from './session.ts';

const MOST = 200;

/** Ids of those that run and have this tag. Errors: those of `session.ask`. */
export async function machinesTagged(
  session: AwsSession,
  { key, value }: { key: string; value: string },
  call: Call,
): Promise<string[]> {
  const ec2 = await session.ec2();
  // A filter of EC2 reads `*` and `?` as wildcards; a backslash makes them plain.
  const plain = value.replace(/[*?\\]/g, '\\$&');
  const what = `the machines tagged ${clipped(value, 80)}`;
  const found = await readPages(
    what,
    async (NextToken) => {
      const page = await session.ask(
        what,
        (options) =>
          ec2.describeInstances(
            {
              Filters: [
                { Name: `tag:${key}`, Values: [plain] },
                { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping'] },
              ],
              ...(NextToken === undefined ? {} : { NextToken }),
            },
            options,
          ),
        call,
      );
      const items = (page.Reservations ?? []).flatMap(({ Instances = [] }) =>
        Instances.flatMap(({ InstanceId }) => InstanceId ?? []),
      );
      return { items, next: page.NextToken };
    },
    MOST,
  );
  return found.sort();
}

/** Ids of the machines with this `Name` tag, or the id itself; none where that may not be asked. */
export async function machinesNamed(session: AwsSession, name: string, call: Call): Promise<string[]> {
  if (/^i-[0-9a-f]{8,17}$/.test(name)) return [name];
  try {
    return await machinesTagged(session, { key: 'Name', value: name }, call);
  } catch (error) {
    if (error instanceof ToolError && !call.signal.aborted) return [];
    throw error;
  }
}

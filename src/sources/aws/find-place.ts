// Finds a service in AWS: by its binding, else by its exact name, else by a `service` or `Name` tag. None is guessed.
import type { Service } from '../../domain/resource.ts';
import type { Call } from '../../domain/tool.ts';
import type { PlaceKind, PlaceOf } from './place.ts';
import type { AwsSession } from './session.ts';

/**
 * Errors: ToolError 'failed' where nothing or several things match (they are listed, with the binding to write),
 * or the binding is of another kind; and those of `session.ask`.
 */
export async function findPlace<K extends PlaceKind>(
  _session: AwsSession,
  _service: Service | undefined,
  _kinds: readonly K[],
  _call: Call,
): Promise<PlaceOf<K>> {
  throw new Error('written next');
}

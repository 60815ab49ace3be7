/** Stands in the steps of an auto-fix for the service the fix runs for: the one its condition held for. */
export const AFFECTED_SERVICE = '$service';

/** The arguments with the service's name in its place. No service: they stay as they are, and name none that exists. */
export function withService(args: Record<string, unknown>, service: string | null): Record<string, unknown> {
  return args.service === AFFECTED_SERVICE && service !== null ? { ...args, service } : args;
}

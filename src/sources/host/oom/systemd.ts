// What systemd says of a unit: whether its last end was a kill for memory, and in which cgroup it runs.
import type { RunEnd } from '../run.ts';
import { runProcess } from '../run.ts';

export interface UnitState {
  /** It is down, or about to be started again, because of it: systemd forgets with the next start. */
  killed: boolean;
  /** `/system.slice/shop.service`; null: it does not run. */
  cgroup: string | null;
}

const LIMIT_MS = 5_000;

/** Null: no systemd runs here, or it knows no such unit. Properties: `Result` and `ControlGroup` of systemctl(1). */
export async function readUnit(
  unit: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<UnitState | null> {
  const words = [
    'systemctl',
    'show',
    '--no-pager',
    '--property=LoadState',
    '--property=Result',
    '--property=ControlGroup',
    '--',
    unit,
  ];
  return parseUnit(await runProcess({ words, env, signal, timeoutMs: LIMIT_MS, onFlood: 'end' }));
}

function parseUnit(end: RunEnd): UnitState | null {
  if (end.kind !== 'exited' || end.code !== 0) return null;
  const of = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(end.stdout)?.[1]?.trim() ?? '';
  if (of('LoadState') !== 'loaded') return null;
  const cgroup = of('ControlGroup');
  return { killed: of('Result') === 'oom-kill', cgroup: cgroup === '' ? null : cgroup };
}

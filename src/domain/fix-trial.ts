// What an auto-fix would do now, target by target: the answer of a dry run.
import type { PreviewLine } from './tool.ts';

export interface FixTrial {
  source: string;
  target: string;
  service: string | null;
  holds: boolean | 'unknown';
  /** `disk_usage is 92%` */
  because: string;
  value: number | null;
  unit: string;
  /** What stands in its way now: its limits, a freeze, a run under way. Empty: nothing does. */
  obstacles: { why: string; detail: string }[];
  steps: { capability: string; on: string; source: string; preview: PreviewLine[] }[];
  /** Steps with nothing to do here, each with its reason. */
  leftOut: string[];
  /** Why no plan can be made; null: one can. */
  refused: string | null;
  /** Of all steps; null: none measures it. */
  freeBytes: number | null;
  /** `would bring disk to 71%`; null: unknown. */
  forecast: string | null;
}

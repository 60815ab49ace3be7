export const SEVERITIES = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const isSeverity = (value: unknown): value is Severity =>
  (SEVERITIES as readonly unknown[]).includes(value);

/** Higher is worse. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.length - SEVERITIES.indexOf(severity);
}

/** PagerDuty's `error` is between critical and warning: it wakes nobody by itself, so warning. Null: unknown. */
export function readSeverity(text: string | undefined | null): Severity | null {
  switch (text?.trim().toLowerCase()) {
    case 'critical':
    case 'page':
    case 'fatal':
    case 'emergency':
      return 'critical';
    case 'warning':
    case 'warn':
    case 'error':
      return 'warning';
    case 'info':
    case 'informational':
    case 'none':
      return 'info';
    default:
      return null;
  }
}

export function severityMark(severity: Severity): string {
  return severity === 'critical' ? '🔴' : severity === 'warning' ? '🟡' : '🔵';
}

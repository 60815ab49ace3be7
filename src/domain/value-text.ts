// Measurements as people read them.

/** `12.3%`, `840 ms`, `1.2 s`, `4.2 GB`, `1,234`, `yes`. A value that is no number is `unknown`. */
export function valueText(value: number | null, unit: string): string {
  if (value === null || !Number.isFinite(value)) return 'unknown';
  switch (unit) {
    case '%':
      return `${short(value)}%`;
    case 'ms':
      return Math.abs(value) >= 1_000 ? `${short(value / 1_000)} s` : `${short(value)} ms`;
    case 'bytes':
    case 'B':
      return formatBytes(value);
    case 'bytes/s':
      return `${formatBytes(value)}/s`;
    case '/s':
      return `${short(value)}/s`;
    case 'boolean':
      return value === 0 ? 'no' : 'yes';
    case 'count':
    case '':
      return short(value);
    default:
      return `${short(value)} ${unit}`;
  }
}

/** `error_rate` to `Error rate`; a name with capitals stays as it is. */
export function metricWords(metric: string): string {
  const text = metric.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Decimal units, as disks are sold: `600 MB`, `4.2 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
  return `${bytes < 0 && digits !== '0' ? '-' : ''}${digits} ${units[unit] ?? 'B'}`;
}

function short(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 1 ? 1 : 2;
  // What rounds to nothing has no sign.
  return value.toLocaleString('en-US', { maximumFractionDigits: digits }).replace(/^-(?=0(?:\.0*)?$)/, '');
}

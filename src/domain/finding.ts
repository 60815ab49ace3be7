// What `doctor` finds, each with what to type.

export interface Finding {
  /** `fail`: something does not work. `warn`: something will surprise you one night. */
  level: 'ok' | 'warn' | 'fail';
  about: string;
  text: string;
  hint: string | null;
}

export function ok(about: string, text: string): Finding {
  return { level: 'ok', about, text, hint: null };
}

export function warn(about: string, text: string, hint: string): Finding {
  return { level: 'warn', about, text, hint };
}

export function fail(about: string, text: string, hint: string): Finding {
  return { level: 'fail', about, text, hint };
}

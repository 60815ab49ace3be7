import type { CompiledStep } from '../../domain/resource.ts';

/** A step as text: `services.restart service=api mode=rolling`. */
export function writeStep({ capability, args }: Pick<CompiledStep, 'capability' | 'args'>): string {
  const words = Object.entries(args).map(([key, value]) => {
    const text = String(value);
    return `${key}=${/[\s"]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text}`;
  });
  return [capability, ...words].join(' ');
}

/** Whether it was typed as a step rather than compiled from prose. */
export function isTypedStep(step: CompiledStep): boolean {
  return step.from === writeStep(step);
}

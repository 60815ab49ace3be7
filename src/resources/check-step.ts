// A typed step held against its capability: the name, the arguments, their types and ranges.
import { CHANGE_ARGS, isChangeCapability, isReadCapability, READ_ARGS } from '../domain/capability.ts';
import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { CompiledStep } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import { writeStep } from './values/typed-step.ts';

/** Arguments are texts in, typed values out. Errors: UserError naming the step and what is wrong with it. */
export function checkStep({ capability, args }: CompiledStep): CompiledStep {
  const schema = schemaOf(capability);
  const parsed = schema.safeParse(args);
  if (parsed.success) return typedStep(capability, parsed.data);
  // A schema that wanted a number says so; every other key stays the text it is ("deploy=492").
  const numbers = new Set(
    parsed.error.issues
      .filter((issue) => issue.code === 'invalid_type' && issue.expected === 'number')
      .map(({ path }) => String(path[0])),
  );
  const withNumbers = Object.entries(args).map(([key, value]) => [
    key,
    numbers.has(key) && /^\d{1,15}$/.test(String(value)) ? Number(value) : value,
  ]);
  const again = schema.safeParse(Object.fromEntries(withNumbers));
  if (again.success) return typedStep(capability, again.data);
  const issue = again.error.issues[0];
  throw usageError(
    `step ${quoted(writeStep({ capability, args }))}: ${issue?.path.join('.') || 'arguments'}: ${issue?.message ?? 'wrong'}`,
    `${capability} takes: ${Object.keys(schema.shape).join(', ') || 'no arguments'}`,
  );
}

function schemaOf(capability: string) {
  if (isChangeCapability(capability)) return CHANGE_ARGS[capability];
  if (isReadCapability(capability)) return READ_ARGS[capability];
  const known = [...Object.keys(CHANGE_ARGS), ...Object.keys(READ_ARGS)];
  const near = nearest(capability, known);
  throw usageError(
    `there is no capability ${quoted(capability)} to make a step of`,
    near === null ? `there are: ${known.join(', ')}` : `did you mean ${near}?`,
  );
}

function typedStep(capability: string, args: object): CompiledStep {
  const step = { capability, args: { ...args } as Record<string, unknown> };
  return { ...step, from: writeStep(step) };
}

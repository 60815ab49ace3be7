// A typed step held against its capability: the name, the arguments, their types and ranges.
import type { z } from 'zod';
import { CHANGE_ARGS, isChangeCapability, isReadCapability, READ_ARGS } from '../domain/capability.ts';
import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { CompiledStep } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import { writeStep } from './values/typed-step.ts';

type Issue = z.core.$ZodIssue;

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
  const [issue] = again.error.issues;
  throw usageError(
    `step ${quoted(writeStep({ capability, args }))}: ${issue ? wordsFor(issue, args) : 'wrong arguments'}`,
    `${capability} takes: ${Object.keys(schema.shape).join(', ') || 'no arguments'}`,
  );
}

function wordsFor(issue: Issue, args: Readonly<Record<string, unknown>>): string {
  const name = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => quoted(key)).join(', ');
    return issue.keys.length === 1 ? `there is no argument ${keys}` : `there are no arguments ${keys}`;
  }
  if (!Object.hasOwn(args, name)) return `the argument ${name} is missing`;
  const given = `${name}=${String(args[name])}`;
  switch (issue.code) {
    case 'invalid_value':
      return `${quoted(given)}: ${name} is ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      if (issue.origin === 'string')
        return issue.minimum === 1
          ? `${name} is blank`
          : `${quoted(given)}: at least ${issue.minimum} characters`;
      return `${quoted(given)}: at least ${issue.minimum}`;
    case 'too_big':
      return `${quoted(given)}: at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'invalid_type':
      return `${quoted(given)}: ${name} is a ${issue.expected === 'int' ? 'whole number' : issue.expected}`;
    default:
      return `${quoted(given)}: ${issue.message}`;
  }
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

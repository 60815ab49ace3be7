// Where a person sits, what is missing is asked for, one thing at a time.
import { UserError, usageError } from '../../domain/errors.ts';
import type { Kind } from '../../domain/resource.ts';
import type { Definition, Occurrence, Place } from '../../resources/definition.ts';
import type { missingFields } from '../../resources/from-flags.ts';
import { nameText } from '../../resources/operator-text.ts';
import type { Io } from '../io.ts';

type Missing = ReturnType<typeof missingFields>;

export function canAsk(io: Io): boolean {
  return io.isTty && !io.env.CI;
}

export async function askName(io: Io): Promise<string> {
  const place = asked('Name');
  const read = (text: string) => nameText(text, place);
  return read(await io.input('Name', { validate: verdict(read, place) }));
}

/** The definition's own flags, as they would have been typed. */
export async function askOwn<K extends Kind>(io: Io, { own }: Definition<K>): Promise<Occurrence[]> {
  const answers: Occurrence[] = [];
  for (;;) {
    const next = own?.ask?.(answers);
    if (!next) return answers;
    const place = asked(next.question);
    const check = (text: string) => next.check(text, place);
    const isEnough = (text: string) => next.optional === true && text.trim() === '';
    const text = await io.input(next.question, {
      validate: (given) => isEnough(given) || verdict(check, place)(given),
    });
    if (isEnough(text)) return answers;
    answers.push({ flag: next.flag, text });
  }
}

export async function askFields(io: Io, missing: Missing): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const { key, question, field } of missing) {
    const place = asked(question);
    const read = (text: string) => field.value.fromFlags([text], place);
    const { choices } = field.value;
    const text = choices
      ? await io.select(
          question,
          choices.map((value) => ({ value })),
        )
      : await io.input(question, { validate: verdict(read, place) });
    values[key] = read(text);
  }
  return values;
}

/** Elsewhere all of it is named at once. */
export function refuseMissing<K extends Kind>(
  { kind, examples }: Definition<K>,
  missing: readonly string[],
): UserError {
  return usageError(
    `openclaw ${kind} add needs ${listed(missing)}`,
    examples[0] === undefined ? undefined : `for example: ${examples[0]}`,
  );
}

/** In a prompt there is no flag to name. */
function asked(question: string): Place {
  return { name: question, write: (example) => example };
}

/** The question stands right above: it is not said again. */
function verdict(read: (text: string) => unknown, { name }: Place): (text: string) => true | string {
  return (text) => {
    try {
      read(text);
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const why = error.message.startsWith(`${name}: `)
        ? error.message.slice(name.length + 2)
        : error.message;
      return error.hint ? `${why}; ${error.hint}` : why;
    }
  };
}

function listed(flags: readonly string[]): string {
  return flags.length < 2 ? flags.join('') : `${flags.slice(0, -1).join(', ')} and ${flags.at(-1) ?? ''}`;
}

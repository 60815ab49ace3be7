// Conditions of alert rules and auto-fixes: one grammar (condition.peggy), one meaning. What is not
// measured is unknown, and unknown is neither true nor false (Kleene's three-valued logic).

import { SyntaxError as ParseError, parse } from './condition.peggy';
import { conditionError, explainFailure } from './condition-error.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { assertNever, UserError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { formatMeasure, toBase, type Unit, unitNamed, withUnit } from './unit.ts';

/** `forMs`: how long the expression must hold without a break; 0 at once. `text`: as it was written. */
export type Condition = { expression: Expression; forMs: number; text: string };

export type Expression =
  | Comparison
  | { kind: 'and' | 'or'; terms: Expression[] }
  | { kind: 'not'; term: Expression };
export type Comparison = { kind: 'compare'; metric: string; op: ComparisonOp; value: ConditionValue };
export type ComparisonOp = '>' | '>=' | '<' | '<=' | '=' | '!=';

/** `amount` is in `unit` as written; metrics are compared with it in stored units (see unit.ts): 90% is 90. */
export type ConditionValue =
  | { kind: 'number'; amount: number; unit: Unit | null }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'text'; value: string };

export type MetricValues = ReadonlyMap<string, number | boolean | string>;

/** `missing`: metrics without a usable value. `because`: the comparisons that decided, with measured values. */
export type Evaluation = { holds: boolean | 'unknown'; missing: string[]; because: string };

const longest = 1_000;
const deepest = 50;
const reasonsShown = 4;

/** Throws a usage error that points at the character. Metric names are lower-cased, keywords take any case. */
export function parseCondition(text: string): Condition {
  if (text.trim() === '') throw conditionError('', 0, 'it is empty');
  if (text.length > longest)
    throw conditionError(
      text,
      longest,
      `it is longer than ${longest.toLocaleString('en-US')} characters`,
      'split it into several rules',
    );
  refuseDeepNesting(text);
  const { expression, held } = readTree(text);
  return { expression, forMs: held === null ? 0 : readHeld(text, held), text: text.trim() };
}

/** Canonical text: `parseCondition` reads it back as the same tree and duration. */
export function formatCondition(condition: Pick<Condition, 'expression' | 'forMs'>): string {
  const held = condition.forMs > 0 ? ` for ${formatDuration(condition.forMs)}` : '';
  return formatExpression(condition.expression) + held;
}

/** Every metric the condition reads, once, in the order written. */
export function metricsOf(condition: Pick<Condition, 'expression'>): string[] {
  return [...new Set(comparisonsOf(condition.expression).map((comparison) => comparison.metric))];
}

/**
 * What a metric is held against, for "12.3% (threshold: 5%)": its first numeric comparison, the sign turned
 * around under `not`. `value` is in stored units, `unit` is for showing it. Null when there is none.
 */
export function thresholdOf(
  condition: Pick<Condition, 'expression'>,
  metric: string,
): { op: ComparisonOp; value: number; unit: Unit | null } | null {
  return findThreshold(condition.expression, metric, false);
}

/**
 * Three-valued: a metric that is missing, NaN, infinite or of another type than asked for makes its comparison
 * unknown. 1 and 0 count as true and false where the other side is one. Texts compare exactly.
 */
export function evaluate(expression: Expression, values: MetricValues): Evaluation {
  const { holds, reasons } = decide(expression, values);
  const missing = [...new Set(comparisonsOf(expression).map(({ metric }) => metric))].filter((metric) =>
    isMissing(values.get(metric)),
  );
  const shown = reasons.slice(0, reasonsShown).join('; ');
  const more = reasons.length - reasonsShown;
  return { holds, missing, because: more > 0 ? `${shown} and ${more} more` : shown };
}

type Held = { text: string; offset: number };
type Decision = { holds: boolean | 'unknown'; reasons: string[] };

function readTree(text: string): { expression: Expression; held: Held | null } {
  try {
    // The grammar builds exactly these nodes; this is where its output becomes a type.
    return parse(text, { unitNamed, toBase }) as { expression: Expression; held: Held | null };
  } catch (error) {
    if (error instanceof ParseError)
      throw explainFailure(text, {
        expected: error.expected,
        message: error.message,
        offset: error.location.start.offset,
      });
    throw error;
  }
}

function readHeld(text: string, held: Held): number {
  try {
    return parseDuration(held.text);
  } catch (error) {
    if (error instanceof UserError) throw conditionError(text, held.offset, error.message, error.hint);
    throw error;
  }
}

// Before parsing, because a recursive parser meets hostile input with its stack.
function refuseDeepNesting(text: string): void {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:\\.|[^"\\])*"|'[^']*'|[()]/g)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth > deepest)
      throw conditionError(
        text,
        index,
        `it is nested deeper than ${deepest} levels`,
        'split it into several rules',
      );
  }
}

function comparisonsOf(expression: Expression): Comparison[] {
  switch (expression.kind) {
    case 'compare':
      return [expression];
    case 'not':
      return comparisonsOf(expression.term);
    case 'and':
    case 'or':
      return expression.terms.flatMap(comparisonsOf);
    default:
      return assertNever(expression);
  }
}

function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'compare':
      return `${expression.metric} ${expression.op} ${formatValue(expression.value)}`;
    case 'not':
      return `not ${expression.term.kind === 'not' ? formatExpression(expression.term) : `(${formatExpression(expression.term)})`}`;
    case 'and':
    case 'or':
      return expression.terms
        .map((term) =>
          term.kind === 'or' && expression.kind === 'and'
            ? `(${formatExpression(term)})`
            : formatExpression(term),
        )
        .join(` ${expression.kind} `);
    default:
      return assertNever(expression);
  }
}

function formatValue(value: ConditionValue): string {
  if (value.kind === 'number') return withUnit(String(value.amount), value.unit);
  return value.kind === 'boolean' ? String(value.value) : `"${value.value.replace(/["\\]/g, '\\$&')}"`;
}

function findThreshold(
  expression: Expression,
  metric: string,
  negated: boolean,
): ReturnType<typeof thresholdOf> {
  switch (expression.kind) {
    case 'compare': {
      const { value, op } = expression;
      if (expression.metric !== metric || value.kind !== 'number') return null;
      return { op: negated ? opposite[op] : op, value: toBase(value.amount, value.unit), unit: value.unit };
    }
    case 'not':
      return findThreshold(expression.term, metric, !negated);
    case 'and':
    case 'or':
      for (const term of expression.terms) {
        const found = findThreshold(term, metric, negated);
        if (found !== null) return found;
      }
      return null;
    default:
      return assertNever(expression);
  }
}

const opposite: Readonly<Record<ComparisonOp, ComparisonOp>> = {
  '>': '<=',
  '>=': '<',
  '<': '>=',
  '<=': '>',
  '=': '!=',
  '!=': '=',
};

function decide(expression: Expression, values: MetricValues): Decision {
  switch (expression.kind) {
    case 'compare':
      return compare(expression, values.get(expression.metric));
    case 'not': {
      const { holds, reasons } = decide(expression.term, values);
      return { holds: holds === 'unknown' ? holds : !holds, reasons };
    }
    case 'and':
    case 'or': {
      // One term of the deciding value settles it; else one unknown leaves it open.
      const settles = expression.kind === 'or';
      const decisions = expression.terms.map((term) => decide(term, values));
      const known = decisions.some(({ holds }) => holds === settles) ? settles : null;
      const holds =
        known ?? (decisions.some((decision) => decision.holds === 'unknown') ? 'unknown' : !settles);
      return {
        holds,
        reasons: decisions.filter((decision) => decision.holds === holds).flatMap(({ reasons }) => reasons),
      };
    }
    default:
      return assertNever(expression);
  }
}

function compare(
  { metric, op, value }: Comparison,
  measured: number | boolean | string | undefined,
): Decision {
  if (measured === undefined || isMissing(measured))
    return { holds: 'unknown', reasons: [`${metric} is not known`] };
  if (value.kind === 'number') {
    const actual = typeof measured === 'boolean' ? Number(measured) : measured;
    if (typeof actual !== 'number') return mismatch(metric, measured, 'a number');
    const wanted = toBase(value.amount, value.unit);
    return decided(
      numberHolds[op](actual, wanted),
      metric,
      shownBeside(actual, wanted, value.unit),
      op,
      value,
    );
  }
  if (value.kind === 'boolean') {
    const actual = measured === 1 ? true : measured === 0 ? false : measured;
    if (typeof actual !== 'boolean') return mismatch(metric, measured, 'true or false');
    return decided((actual === value.value) === (op === '='), metric, String(actual), op, value);
  }
  if (typeof measured !== 'string') return mismatch(metric, measured, 'a text');
  return decided((measured === value.value) === (op === '='), metric, quoted(measured), op, value);
}

const numberHolds: Readonly<Record<ComparisonOp, (actual: number, wanted: number) => boolean>> = {
  '>': (actual, wanted) => actual > wanted,
  '>=': (actual, wanted) => actual >= wanted,
  '<': (actual, wanted) => actual < wanted,
  '<=': (actual, wanted) => actual <= wanted,
  '=': (actual, wanted) => actual === wanted,
  '!=': (actual, wanted) => actual !== wanted,
};

function decided(
  holds: boolean,
  metric: string,
  actual: string,
  op: ComparisonOp,
  value: ConditionValue,
): Decision {
  return { holds, reasons: [`${metric} is ${actual}${besides(holds, op, formatValue(value))}`] };
}

function besides(holds: boolean, op: ComparisonOp, wanted: string): string {
  if (op === '=' || op === '!=') return holds === (op === '=') ? '' : `, not ${wanted}`;
  return `, ${holds ? '' : 'not '}${op} ${wanted}`;
}

function mismatch(metric: string, measured: number | boolean | string, wanted: string): Decision {
  const shown = typeof measured === 'string' ? quoted(measured) : String(measured);
  return { holds: 'unknown', reasons: [`${metric} is ${shown}, which is not ${wanted}`] };
}

// 90.0000001 must not read as "90%, > 90%".
function shownBeside(actual: number, wanted: number, unit: Unit | null): string {
  const rounded = formatMeasure(actual, unit);
  return actual !== wanted && rounded === formatMeasure(wanted, unit)
    ? withUnit(String(actual / toBase(1, unit)), unit)
    : rounded;
}

function isMissing(value: number | boolean | string | undefined): boolean {
  return value === undefined || (typeof value === 'number' && !Number.isFinite(value));
}

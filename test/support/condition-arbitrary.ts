// Random conditions for property tests: trees of any shape over five metrics, flat lists as the parser builds.
import fc from 'fast-check';
import type { ComparisonOp, Condition, ConditionValue, Expression } from '../../src/domain/condition.ts';
import type { Unit } from '../../src/domain/unit.ts';

export const metricNames = ['disk_usage', 'error_rate', 'up', 'state', 'api.latency_p99'] as const;

const units: (Unit | null)[] = [
  null,
  '%',
  'ms',
  's',
  'm',
  'h',
  'B',
  'KB',
  'MB',
  'GB',
  'TB',
  'KiB',
  'MiB',
  'GiB',
  'TiB',
  'rps',
  '/s',
];
const equalities: ComparisonOp[] = ['=', '!='];

const number: fc.Arbitrary<ConditionValue> = fc.record({
  kind: fc.constant('number' as const),
  amount: fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.double({ min: -1e200, max: 1e200, noNaN: true }).map((amount) => amount + 0),
  ),
  unit: fc.constantFrom(...units),
});
const boolean: fc.Arbitrary<ConditionValue> = fc.record({
  kind: fc.constant('boolean' as const),
  value: fc.boolean(),
});
const text: fc.Arbitrary<ConditionValue> = fc.record({
  kind: fc.constant('text' as const),
  value: fc.string({ unit: 'grapheme', maxLength: 8 }).map((value) => value.replace(/\p{Cc}/gu, '')),
});

const comparison: fc.Arbitrary<Expression> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    metric: fc.constantFrom(...metricNames),
    op: fc.constantFrom<ComparisonOp>('>', '>=', '<', '<=', '=', '!='),
    value: number,
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    metric: fc.constantFrom(...metricNames),
    op: fc.constantFrom(...equalities),
    value: fc.oneof(boolean, text),
  }),
);

export const expressionArbitrary: fc.Arbitrary<Expression> = fc
  .letrec<{ expression: Expression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 3 },
      comparison,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        terms: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), term: tie('expression') }),
    ),
  }))
  .expression.map(flat);

export const conditionArbitrary: fc.Arbitrary<Pick<Condition, 'expression' | 'forMs'>> = fc.record({
  expression: expressionArbitrary,
  forMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 86_400_000 })),
});

function flat(expression: Expression): Expression {
  if (expression.kind === 'compare') return expression;
  if (expression.kind === 'not') return { kind: 'not', term: flat(expression.term) };
  const { kind } = expression;
  return {
    kind,
    terms: expression.terms.map(flat).flatMap((term) => (term.kind === kind ? term.terms : [term])),
  };
}

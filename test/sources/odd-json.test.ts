// Whatever JSON comes back: numbers, or a ToolError that says so.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ToolError } from '../../src/domain/errors.ts';
import { readFrames } from '../../src/sources/grafana/api.ts';
import { readEnvelope, readNames, readResult, type Series } from '../../src/sources/promql-api.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 500 };
const json = fc.jsonValue({ maxDepth: 5 });
/** Nearly right, so that the inner parts are reached. */
const result = fc.record({
  resultType: fc.constantFrom('vector', 'matrix', 'scalar', 'string'),
  result: fc.oneof(
    json,
    fc.array(
      fc.oneof(
        json,
        fc.record({ metric: json, value: json, values: fc.array(fc.oneof(json, fc.tuple(json, json))) }),
      ),
    ),
  ),
});
const frame = fc.record({
  schema: fc.record({
    fields: fc.array(
      fc.oneof(json, fc.record({ type: fc.constantFrom('time', 'number', 'x'), labels: json })),
    ),
  }),
  data: fc.record({ values: fc.array(fc.oneof(json, fc.array(json))) }),
});

function check(read: () => Series[] | string[]): void {
  try {
    for (const one of read()) {
      if (typeof one === 'string') expect(one).toMatch(/^[A-Za-z_:][A-Za-z0-9_:]*$/);
      else
        for (const { at, value } of one.points)
          expect(Number.isFinite(at) && Number.isFinite(value)).toBe(true);
    }
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    expect(error.message).toMatch(/^P /);
    expect(error.message).not.toMatch(/\p{Cc}/u);
  }
}

test('of Prometheus', () => {
  fc.assert(
    fc.property(fc.oneof(json, result), (data) => check(() => readResult('P', data))),
    runs,
  );
  fc.assert(
    fc.property(json, (data) => check(() => readNames('P', data))),
    runs,
  );
  const envelope = fc.oneof(
    json,
    fc.record({ status: fc.constantFrom('success', 'error'), error: json, data: json, warnings: json }),
  );
  fc.assert(
    fc.property(envelope, fc.constantFrom(200, 400, 404), (body, status) =>
      check(() => readEnvelope('P', { status, json: body }).warnings.map(() => 'up')),
    ),
    runs,
  );
});

test('of Grafana', () => {
  const answer = fc.oneof(
    json,
    fc.record({ message: json }),
    fc.record({
      results: fc.record({
        A: fc.oneof(json, fc.record({ frames: fc.array(fc.oneof(json, frame)) }), fc.record({ error: json })),
      }),
    }),
  );
  fc.assert(
    fc.property(answer, fc.constantFrom(200, 400), (body, status) =>
      check(() => readFrames('P', { status, json: body })),
    ),
    runs,
  );
});

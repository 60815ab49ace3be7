// Charts: what is drawn, what is said of it, and that nothing from outside breaks either.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Chart, chartAlt, chartSvg, thinned } from '../../src/domain/chart.ts';

const start = Date.parse('2026-11-23T02:20:00Z');
const chart = (change: Partial<Chart['panels'][number]> = {}, more: Partial<Chart> = {}): Chart => ({
  title: 'Metrics of api',
  from: start,
  until: start + 3_600_000,
  zone: 'UTC',
  marks: [],
  panels: [
    {
      metric: 'error_rate',
      unit: '%',
      normal: 0.2,
      threshold: 5,
      points: [0, 10, 20, 30].map((minute) => ({ at: start + minute * 60_000, value: minute / 2 })),
      ...change,
    },
  ],
  ...more,
});
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

describe('a chart', () => {
  test('names its axis with units, what is now, the peak, what is normal, and when it alerts', () => {
    const texts = textsOf(chartSvg(chart()));
    for (const text of ['0%', '5%', '10%', '15%', 'alerts at 5%', 'normal', '02:20', '02:50', '03:20 UTC'])
      expect(texts).toContain(text);
    expect(texts).toContain('peak 15% at 02:50, normal 0.2%');
  });

  test('of something that is or is not has a yes and a no on its axis, and no peak', () => {
    const up = (values: number[]) =>
      chart({
        unit: 'boolean',
        threshold: null,
        normal: 1,
        points: values.map((value, index) => ({ at: start + index * 600_000, value })),
      });
    const texts = textsOf(chartSvg(up([1, 0, 1])));
    expect(texts.filter((text) => text === 'no' || text === 'yes').sort()).toEqual(['no', 'yes', 'yes']);
    expect(texts).toContain('no at 02:30 last');
    expect(texts).not.toContain('normal');
    expect(chartAlt(up([1, 1]))).toContain('now yes, yes all the time');
    expect(chartAlt(up([0, 0]))).toContain('now no, no all the time');
  });

  test('says of now what the words beside it say', () => {
    const now = chart({ now: 17.5 });
    expect(textsOf(chartSvg(now))).toContain('17.5%');
    expect(chartAlt(now)).toContain('now 17.5%, peak 17.5% at 03:20');
    expect(chartAlt(chart({ now: null }))).toContain('now 15%');
  });

  test('shows what is normal as a band, and the moment it was left', () => {
    const left = { band: { low: 0, high: 1 }, onsetAt: start + 10 * 60_000 };
    const svg = chartSvg(chart(left));
    expect(textsOf(svg)).toContain('since 02:30');
    // 0 to 1 of a scale from 0 to 20 that is 208 high.
    expect(svg).toMatch(/<rect x="128"[^>]*height="1[0-4][.\d]*"/);
    expect(chartAlt(chart(left))).toContain('usually 0% to 1%, unusual since 02:30');
    for (const none of [{}, { band: null, onsetAt: null }, { band: left.band, onsetAt: start - 1 }])
      expect(textsOf(chartSvg(chart(none))).join()).not.toContain('since');
    // A band that reaches beyond the scale is cut to it, one outside of it is not drawn.
    expect(chartSvg(chart({ band: { low: -1e9, high: 1e9 } }))).toMatch(
      /<rect x="128" y="92" [^>]*height="208"/,
    );
    expect(chartSvg(chart({ band: { low: 1e6, high: 1e7 } }))).not.toContain('<rect x="128"');
    expect(chartSvg(chart({ band: { low: Number.NaN, high: Number.NaN } }))).not.toContain('NaN');
  });

  test('marks a deploy in its hour, and none outside of it', () => {
    const marks = [
      { at: start + 60_000, label: '#492' },
      { at: start - 60_000, label: '#491' },
    ];
    const texts = textsOf(chartSvg(chart({}, { marks })));
    expect(texts).toContain('#492');
    expect(texts).not.toContain('#491');
  });

  test('a stretch without measurements is a gap', () => {
    const points = [0, 1, 2, 40, 41].map((minute) => ({ at: start + minute * 60_000, value: 1 }));
    expect(/<path d="([^"]*)"/.exec(chartSvg(chart({ points })))?.[1]?.match(/M/g)).toHaveLength(2);
  });

  test('without measurements it says so', () => {
    expect(textsOf(chartSvg(chart({ points: [] })))).toContain('not measured in this time');
    expect(chartAlt(chart({ points: [] }))).toContain('error_rate: not measured');
  });

  test('a huge negative value alone has a scale as well', () => {
    const svg = chartSvg(
      chart({ points: [{ at: start, value: -17592186044415.943 }], unit: '', normal: null, threshold: null }),
    );
    expect(svg).toContain('<path d="M');
    expect(svg).not.toContain('NaN');
  });

  test('whatever it is given it is whole XML of numbers that exist, and its words fit', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1e308, -1e308, 5e-324, Number.NaN, Infinity));
    const series = fc.array(fc.record({ at: fc.integer({ min: start - 1e6, max: start + 5e6 }), value }), {
      maxLength: 400,
    });
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('</svg><script>', '"\'&<>', '\u0000\u001b[2J', ''),
    );
    const limit = fc.option(value, { nil: null });
    const unit = fc.constantFrom('%', 'ms', 'bytes', '/s', 'count', 'boolean', '');
    fc.assert(
      fc.property(series, word, limit, limit, unit, (points, metric, normal, threshold, unitName) => {
        const given = chart(
          { points, metric, normal, threshold, unit: unitName },
          { title: metric, marks: points.map(({ at }) => ({ at, label: metric })) },
        );
        const svg = chartSvg(given);
        expect(svg).not.toMatch(
          /NaN|Infinity|undefined/.test(metric) ? /^$/ : /"(?:NaN|-?Infinity|undefined)/,
        );
        expect(svg.replace(/<\/?(?:svg|rect|g|text|line|path|circle)\b[^<>]*>/g, '')).not.toMatch(/[<>]/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML may not hold
        expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
        expect(chartAlt(given).length).toBeLessThanOrEqual(1_000);
      }),
      { numRuns: 300, seed: 43 },
    );
  });
});

test('thinned, a series keeps its peaks and its order', () => {
  const points = Array.from({ length: 5_000 }, (_, index) => ({
    at: index,
    value: index === 3_333 ? 99 : index % 7,
  }));
  const kept = thinned(points);
  expect(kept.length).toBeLessThanOrEqual(240);
  expect(kept).toContainEqual({ at: 3_333, value: 99 });
  expect(kept.map(({ at }) => at)).toEqual(kept.map(({ at }) => at).toSorted((a, b) => a - b));
});

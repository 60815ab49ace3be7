import { describe, expect, test } from 'vitest';
import { type Event, releasesOf, rollbackFacts } from '../../../src/sources/aws/deploy-history.ts';

const events = (...all: [number, Event['status']?][]): Event[] =>
  all.map(([release, status = 'succeeded'], index) => ({ release, at: 1000 + index, status }));

const shown = (...all: [number, Event['status']?][]) =>
  releasesOf(events(...all), all.at(-1)?.[0] ?? null).map(({ release, status, rolledBack }) =>
    rolledBack ? `${release} undone` : status === 'succeeded' ? String(release) : `${release} ${status}`,
  );

describe('releases', () => {
  test('are the deployments, newest first', () => {
    expect(shown([40], [41], [42])).toEqual(['42', '41', '40']);
  });

  test('a return to an older one undoes those between, whoever did it', () => {
    expect(shown([40], [41], [42], [41])).toEqual(['41', '42 undone', '40']);
    expect(shown([40], [41], [42], [40])).toEqual(['40', '42 undone', '41 undone']);
  });

  test('one that was undone is undone after the next deploy as well', () => {
    expect(shown([41], [42], [41], [43])).toEqual(['43', '41', '42 undone']);
  });

  test('one that was undone and brought again stands', () => {
    expect(shown([41], [42], [41], [42])).toEqual(['42', '41']);
  });

  test('a restart of what runs is no deploy, and its failure makes none of it', () => {
    const [first] = releasesOf(events([41], [42], [42], [42, 'failed']), 42);
    expect(first).toMatchObject({ release: 42, at: 1001, status: 'succeeded' });
  });

  test('one that failed never ran; one going out is in progress', () => {
    expect(shown([41], [42, 'failed'], [43, 'in-progress'])).toEqual(['43 in-progress', '42 failed', '41']);
  });

  test('what runs is the newest even where no deployment of it is known', () => {
    expect(releasesOf(events([40], [41, 'failed']), 42).map(({ release }) => release)).toEqual([41, 42, 40]);
    expect(releasesOf([], 42)).toEqual([
      { release: 42, at: 0, status: 'succeeded', rolledBack: false, ran: true },
    ]);
  });
});

describe('a rollback', () => {
  test('goes to the newest good release before it that was not undone', () => {
    const releases = releasesOf(events([40], [41], [42], [41], [43]), 43);
    expect(rollbackFacts(releases, '#43', 'api')).toEqual({
      latest: '43',
      target: '41',
      migrations: [],
      inProgress: null,
    });
    const skipping = releasesOf(events([40], [41], [40], [43]), 43);
    expect(rollbackFacts(skipping, '43', 'api').target).toBe('40');
  });

  test('has no target where nothing earlier stands', () => {
    expect(rollbackFacts(releasesOf(events([42]), 42), '42', 'api').target).toBeNull();
  });

  test('says which deploys there are when it names none', () => {
    expect(() => rollbackFacts(releasesOf(events([41], [42]), 42), '77', 'api')).toThrow(
      'api has no deploy #77: the newest are #42, #41',
    );
  });
});

// The parts of bench:logs that use our own code: bundled by logs.mjs, and run in a process of its own to see its memory.
import { collectLogs } from '../../src/diagnosis/log-groups.ts';
import { streamedGroups } from '../../src/diagnosis/logs/streamed-groups.ts';
import { groupingScore } from '../support/grouping-accuracy.ts';
import { readLabelledLogs } from '../support/labelled-logs.ts';
import { settled, streaming } from '../support/log-groupers.ts';

/** Of every system in the folder, with both ways to group. */
export function scores(folder: string) {
  return readLabelledLogs(folder).map(({ system, contents, events }) => ({
    system,
    settled: groupingScore(settled(contents), events),
    streaming: groupingScore(streaming(contents), events),
  }));
}

/** Lines a second, and the most memory the process ever held, in MB. The systems' lines take turns. */
export function speed(folder: string, lines: number, way: 'settled' | 'streaming') {
  const contents = readLabelledLogs(folder).flatMap((each) => each.contents);
  const collector = collectLogs();
  const streamed = streamedGroups();
  const began = performance.now();
  for (let index = 0; index < lines; index += 1) {
    const text = contents[index % contents.length] ?? '';
    if (way === 'streaming') streamed.add(text);
    else collector.add({ at: index, level: 'unknown', text, instance: 'bench' });
  }
  const groups = way === 'settled' ? collector.groups().length : 0;
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: lines / seconds, groups, residentMb: process.resourceUsage().maxRSS / 1024 };
}

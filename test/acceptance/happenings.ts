// What can happen at a line: alerts, words of people, command lines, crashes, and a world that changes by itself.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { IncomingAlert } from '../../src/domain/alert.ts';
import { readSeverity } from '../../src/domain/severity.ts';
import { receiveAlerts } from '../../src/store/receive.ts';
import { runCli } from '../cli/run-cli.ts';
import { incomingAlert, type Place } from '../support/events.ts';
import type { Fault } from '../support/fake-channel.ts';
import type { Harness } from '../support/harness.ts';
import type { World, WorldService } from '../support/world.ts';
import type { Verb } from './runner.ts';
import type { Scene } from './scene.ts';
import { readPairs, shellWords } from './words.ts';

const SEED = resolve(import.meta.dirname, '../../examples/seed-commands.sh');

export const HAPPENINGS: readonly Verb[] = [
  {
    shape: /^alert {1,}(?<who>[\w-]+) (?<rest>.+)$/,
    run: async (scene, { who = '', rest = '' }) => {
      const { alert, source } = readAlert(scene.harness, who, rest, 'firing');
      await scene.act(() => scene.harness.alert(alert, source));
    },
  },
  {
    // Answered with 2xx, and nothing more was done about it yet.
    shape: /^accepted alert {1,}(?<who>[\w-]+) (?<rest>.+)$/,
    run: async ({ harness }, { who = '', rest = '' }) => {
      const { alert, source } = readAlert(harness, who, rest, 'firing');
      const now = harness.clock.now();
      const body = incomingAlert({ deliveryKey: randomUUID(), ...alert }, now);
      await harness.store.write((tx) =>
        receiveAlerts(tx, [{ source, key: body.deliveryKey, kind: 'alert', body, receivedAt: now }]),
      );
    },
  },
  {
    shape: /^clear {1,}(?<who>[\w-]+) (?<metric>\w+)$/,
    run: async (scene, { who = '', metric = '' }) => {
      const { alert, source } = readAlert(scene.harness, who, `${metric}=0`, 'resolved');
      await scene.act(() => scene.harness.alert(alert, source));
    },
  },
  {
    shape: /^(?<kind>bot |script )?(?<who>@[\w-]+)(?: in (?<room>#[\w-]+))? {1,}(?<text>[^\s@].*)$/,
    run: async (scene, { kind, who = '', room, text = '' }) => {
      const thread = /^#(\d+)$/.exec(room ?? '')?.[1];
      const place: Place = {
        ...(thread ? { incidentId: Number(thread) } : room ? { room } : {}),
        bot: kind === 'bot ',
        unattended: kind === 'script ',
      };
      scene.answer = '';
      await scene.act(async () => {
        scene.answer = await scene.harness.say(who, text, place);
      });
    },
  },
  {
    shape: /^\$ openclaw (?<words>.+?)(?: \(exit (?<code>\d+)\))?$/,
    run: async (scene, { words = '', code = '0' }) => {
      scene.mark();
      // `\\n` stands for a new line, which a line of a transcript cannot hold.
      await commandLine(scene, shellWords(words.replaceAll('\\n', '\n')), Number(code));
    },
  },
  {
    shape: /^\$ bash examples\/seed-commands\.sh$/,
    run: async (scene) => {
      const script = await readFile(SEED, 'utf8');
      const lines = script.slice(script.indexOf('\nopenclaw ') + 1).split(/\n\n(?=openclaw )/);
      for (const line of lines) await commandLine(scene, shellWords(line).slice(1), 0);
    },
  },
  {
    shape: /^kill -9$/,
    run: async (scene) => {
      scene.down = true;
      await scene.harness.kill();
    },
  },
  { shape: /^start$/, run: (scene) => scene.start() },
  {
    shape: /^fault {1,}slack (?<fault>retry|failed|unknown|lost)(?: to @(?<who>[\w-]+))?$/,
    run: async ({ harness }, { fault, who }) => {
      if (who === undefined) harness.slack.faults.push(fault as Fault);
      else harness.slack.faultsIn.set(`U-${who}`, fault as Fault);
    },
  },
  {
    shape: /^fault {1,}(?<channel>slack|mail) (?<what>down|back)$/,
    run: async ({ harness }, { channel, what }) => {
      harness[channel === 'mail' ? 'mail' : 'slack'].down = what === 'down';
    },
  },
  {
    shape: /^fault {1,}(?<what>[a-z-]+\.[a-z-]+(?:\.inspect)?) (?<fault>fail|retry|unknown)$/,
    run: async ({ harness }, { what = '', fault }) => {
      harness.world.faults.set(what, fault as 'fail' | 'retry' | 'unknown');
    },
  },
  {
    // The daemon dies around the next effect, which is not done (before) or done (after).
    shape: /^fault {1,}kill -9 (?<when>before|after) (?<what>[a-z-]+\.[a-z-]+)$/,
    run: async (scene, { when, what }) =>
      killAround(scene, when === 'before' ? 'before' : 'after', what ?? ''),
  },
  {
    shape: /^world {1,}state folder (?<free>\d+) of (?<total>\d+) MB free$/,
    run: async ({ harness }, { free, total }) => {
      harness.space = { freeBytes: Number(free) * 2 ** 20, totalBytes: Number(total) * 2 ** 20 };
    },
  },
  {
    shape: /^world {1,}disk=(?<percent>\d+)%$/,
    run: async ({ harness }, { percent }) => {
      harness.world.disk.percent = Number(percent);
    },
  },
  {
    shape:
      /^world {1,}(?<name>[\w-]+) deploy #(?<number>\d+) by (?<author>@\w+)(?<in> in progress)?(?: "(?<title>[^"]*)")?$/,
    run: async ({ harness }, { name = '', number = '', author = '', in: going, title = 'a change' }) => {
      const at = harness.clock.now();
      const status = going ? ('in-progress' as const) : ('succeeded' as const);
      serviceOf(harness.world, name).deploys.unshift({
        number,
        author,
        title,
        at,
        status,
        rolledBack: false,
      });
    },
  },
  {
    shape: /^world {1,}(?<name>[\w-]+) migration (?<file>\S+)$/,
    run: async ({ harness }, { name = '', file = '' }) => {
      const service = serviceOf(harness.world, name);
      service.comparison = { ...service.comparison, migrations: [file] };
    },
  },
  {
    shape: /^world {1,}(?<name>[\w-]+) log (?<level>error|info) "(?<text>[^"]+)"$/,
    run: async ({ harness }, { name = '', level, text = '' }) => {
      const line = {
        at: harness.clock.now(),
        level: level as 'error' | 'info',
        text,
        instance: `${name}-prod-01`,
      };
      serviceOf(harness.world, name).logs.push(line);
    },
  },
  {
    shape: /^world {1,}(?<name>[\w-]+) (?<pairs>\w+=.+)$/,
    run: async ({ harness }, { name = '', pairs = '' }) =>
      change(serviceOf(harness.world, name), readPairs(pairs)),
  },
  {
    // What the next such change does to its service.
    shape: /^world {1,}after (?<capability>[a-z-]+\.[a-z-]+) (?<pairs>\w+=.+)$/,
    run: async ({ harness }, { capability = '', pairs = '' }) => {
      const values = readPairs(pairs);
      const before = harness.world.afterChange;
      harness.world.afterChange = (service, done) => {
        if (done !== capability) return before(service, done);
        change(service, values);
        harness.world.afterChange = before;
      };
    },
  },
];

const OPTIONS = ['severity', 'threshold', 'title', 'source', 'service', 'description', 'since', 'metric'];

/** `api-prod-01 error_rate=12.3 threshold=5 severity=critical`: the first pair is what was measured. */
function readAlert(
  harness: Harness,
  who: string,
  text: string,
  status: 'firing' | 'resolved',
): { alert: Partial<IncomingAlert> & { title: string }; source: string } {
  const pairs = readPairs(text);
  const [metric, value] = Object.entries(pairs).find(([key]) => !OPTIONS.includes(key)) ?? [];
  if (!metric) throw new Error('an alert needs a metric=value');
  const unknown = Object.keys(pairs).filter((key) => key !== metric && !OPTIONS.includes(key));
  if (unknown.length > 0) throw new Error(`an alert has no ${unknown.join(', ')}`);
  const written = pairs.severity ?? 'critical';
  const severity = written === 'none' ? null : readSeverity(written);
  const words = metric.replaceAll('_', ' ');
  return {
    source: pairs.source ?? 'Prometheus',
    alert: {
      fingerprint: `${who}/${metric}`,
      title: pairs.title ?? `${who} ${words} ${severity === 'critical' ? 'critical' : 'high'}`,
      description: pairs.description ?? '',
      status,
      severity,
      severityText: severity === null && written !== 'none' ? written : null,
      service: pairs.service ?? who,
      labels: { metric },
      value: Number(value),
      threshold: pairs.threshold === undefined ? null : Number(pairs.threshold),
      unit: metric === 'error_rate' || metric.endsWith('usage') ? '%' : null,
      ...(pairs.since === undefined ? {} : { startsAt: timeOfDay(harness, pairs.since) }),
    },
  };
}

function timeOfDay({ clock }: Harness, text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return Math.floor(clock.now() / 86_400_000) * 86_400_000 + (hour * 60 + minute) * 60_000;
}

async function commandLine(scene: Scene, words: readonly string[], code: number): Promise<void> {
  const { harness } = scene;
  const ran = await runCli(words, { stateDir: harness.stateDir, now: harness.clock.now() });
  scene.answer = ran.stdout + ran.stderr;
  if (ran.code !== code) throw new Error(`it ended with exit code ${ran.code}:\n${scene.answer}`);
  if (!scene.down) await harness.settle();
}

function killAround(scene: Scene, when: 'before' | 'after', capability: string): void {
  const { harness } = scene;
  const usual = harness.world.onEffect;
  harness.world.onEffect = async (reached, effect) => {
    if (reached !== when || effect.capability !== capability) return usual(reached, effect);
    harness.world.onEffect = usual;
    scene.down = true;
    void harness.kill();
    // Nothing after this line of the tool runs in a process that is gone.
    await new Promise(() => {});
  };
}

const COUNTS = ['desired', 'healthy', 'cacheKeys'] as const;

function change(service: WorldService, values: Record<string, string>): void {
  for (const [key, value] of Object.entries(values)) {
    const count = COUNTS.find((each) => each === key);
    if (count) service[count] = Number(value);
    else if (key === 'primary') service.primary = value;
    else service.metrics[key] = Number(value);
  }
}

function serviceOf(world: World, name: string): WorldService {
  const found = world.services.get(name);
  if (!found) throw new Error(`the world has no ${name}`);
  return found;
}

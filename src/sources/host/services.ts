// `services.scale` and `services.restart` by the binding's lists.
import { ToolError } from '../../domain/errors.ts';
import { holdsPlaceholder } from '../../domain/host-binding.ts';
import type { ChangeTool, PreviewLine } from '../../domain/tool.ts';
import { type Host, requireBound, servesWith } from './binding.ts';
import { readHealth } from './health.ts';
import type { OomWatch } from './oom/watch.ts';
import { reconcileBy } from './operation.ts';
import type { Probes } from './probes.ts';
import { runScript } from './script.ts';

export function scaleTool(host: Host, probes: Probes): ChangeTool<'services.scale'> {
  return {
    kind: 'change',
    capability: 'services.scale',
    source: host.name,
    version: 1,
    serves: servesWith(host, ['scale', 'health']),
    inspect: async ({ count }, asked, call) => {
      const bound = requireBound(host, asked);
      const { service } = bound;
      const health = await readHealth(host, bound, probes, call);
      const capacity = health.desired ?? health.running;
      if (capacity === null) {
        throw new ToolError(
          'failed',
          `how many instances ${service.name} has now is not known: \`health\` printed no \`desired\``,
        );
      }
      const preview: PreviewLine[] = [
        { text: `${service.name}: ${plural(capacity)} now, ${plural(count)} afterwards`, how: 'measured' },
      ];
      if (health.healthy !== null && health.healthy !== capacity) {
        preview.push({ text: `${health.healthy} of them healthy`, how: 'measured' });
      }
      return { target: { id: service.name, label: service.name }, facts: { capacity }, preview };
    },
    run: async ({ count }, asked, _facts, call) => {
      const bound = requireBound(host, asked);
      await runScript(host, bound, 'scale', call, { count, key: call.key });
      return { summary: `scaled ${bound.service.name} to ${plural(count)}` };
    },
    reconcile: async (args, asked, facts, call) => {
      const bound = requireBound(host, asked);
      const told = await reconcileBy(host)(args, asked, facts, call);
      if (told !== 'unknown' || facts.capacity === args.count) return told;
      // The target is absolute: where it is reached it was done, and where nothing moved it may be done again.
      const health = await readHealth(host, bound, probes, call);
      const capacity = health.desired ?? health.running;
      if (capacity === args.count) return 'succeeded';
      return capacity === facts.capacity ? 'not-started' : 'unknown';
    },
  };
}

export function restartTool(host: Host, probes: Probes, oom: OomWatch): ChangeTool<'services.restart'> {
  return {
    kind: 'change',
    capability: 'services.restart',
    source: host.name,
    version: 1,
    serves: servesWith(host, ['restart']),
    inspect: async ({ mode }, asked, call) => {
      const bound = requireBound(host, asked);
      const { service, binding } = bound;
      if (mode === 'rolling' && !holdsPlaceholder(binding.restart ?? [], 'mode')) {
        throw new ToolError(
          'failed',
          `${service.name} can only be restarted in full here, as its \`restart\` list has no {mode}: /restart ${service.name} --full`,
        );
      }
      const health = await readHealth(host, bound, probes, call);
      // Without `health` nobody counted the instances: the service stands for itself.
      const instances = binding.health ? health.instances.map(({ id }) => id).sort() : [service.name];
      const how = binding.health ? 'measured' : 'unknown';
      const states = health.instances.map(({ id, state }) => `${id} ${state}`).slice(0, 20);
      return {
        target: { id: service.name, label: service.name },
        facts: { instances },
        preview: [
          { text: `${mode} restart of ${service.name}: ${plural(instances.length)}`, how },
          { text: `now: ${states.length === 0 ? 'no instance runs' : states.join(', ')}`, how },
        ],
      };
    },
    run: async ({ mode }, asked, _facts, call) => {
      const bound = requireBound(host, asked);
      // Counted once more before it begins: a kill of the last seconds is over with the restart as well.
      await oom.read(bound, call.signal);
      const beganAt = host.clock.now();
      await runScript(host, bound, 'restart', call, { mode, key: call.key });
      oom.restarted(bound.service.name, beganAt);
      return { summary: `restarted ${bound.service.name} (${mode})` };
    },
    reconcile: reconcileBy(host),
  };
}

function plural(count: number): string {
  return count === 1 ? '1 instance' : `${count} instances`;
}

import { usageError } from '../domain/errors.ts';
import type { HostBinding } from '../domain/host-binding.ts';
import type { Service, ServiceKind } from '../domain/resource.ts';
import type { Completed, Definition, Helpers, Place } from './definition.ts';
import { lineText, nameText } from './operator-text.ts';
import { bad, documentText, isRecord, keyPlace } from './place.ts';
import { serviceReference, sourceReference } from './references.ts';
import { refuseSecret } from './secret.ts';
import { shellQuote } from './shell-quote.ts';
import { amount } from './values/amount.ts';
import { choice } from './values/choice.ts';
import { list, names } from './values/list.ts';
import { map } from './values/map.ts';

type Binding = string | HostBinding;

const SERVICE_KINDS: readonly ServiceKind[] = ['app', 'database', 'cache', 'queue'];

export const service: Definition<'service'> = {
  kind: 'service',
  plural: 'services',
  summary: 'a thing that runs, and where each source knows it',
  fields: {
    kind: {
      flag: 'kind',
      fileKey: 'type',
      help: `one of ${SERVICE_KINDS.join(', ')} (default: app)`,
      value: choice('service kind', SERVICE_KINDS),
      default: 'app',
    },
    bindings: {
      flag: 'binding',
      help: 'where a source knows it, such as "AWS Production=asg:api-prod"; of a host source in YAML, see: openclaw apply --help',
      value: map<Binding>({
        placeholder: '<source=place>',
        example: 'AWS Production=asg:api-prod',
        key: nameText,
        value: textBinding,
        document: (value, source, place) =>
          // Its inside is checked in `complete`: the schema is loaded only where one is used.
          isRecord(value) ? (value as HostBinding) : textBinding(documentText(value, place), source, place),
        show: (binding) => (typeof binding === 'string' ? binding : `(${Object.keys(binding).join(', ')})`),
      }),
      default: {},
    },
    instances: {
      flag: 'instances',
      help: 'its instances: exact names, or api-prod-*',
      value: list('<name,…>', instancePattern),
      default: [],
    },
    dependsOn: { flag: 'depends-on', help: 'services it needs', value: names('service'), default: [] },
    hourlyCost: {
      flag: 'hourly-cost',
      help: 'what an instance costs an hour, for the cost shown when scaling',
      value: amount(),
    },
  },
  check({ name, dependsOn }) {
    if (dependsOn.includes(name)) {
      throw usageError(`service "${name}" would depend on itself`, 'leave its own name out of --depends-on');
    }
  },
  complete,
  columns: [
    { title: 'kind', text: ({ kind }) => kind },
    { title: 'bindings', text: bindingsText },
    { title: 'instances', text: ({ instances }) => instances.join(', ') },
    { title: 'depends on', text: ({ dependsOn }) => dependsOn.join(', ') },
  ],
  references: ({ bindings, dependsOn }) => [
    ...Object.keys(bindings).map(sourceReference),
    ...dependsOn.map(serviceReference),
  ],
  next: ({ name }) => `openclaw chat ${shellQuote(`/metrics ${name}`)}`,
  examples: [
    'openclaw service add --name api --binding "AWS Production=asg:api-prod" --binding "GitHub=acme/api" --instances "api-prod-*" --depends-on db-prod',
    'openclaw service add --name db-prod --kind database --binding "AWS Production=rds:db-prod"',
  ],
};

function bindingsText({ bindings }: Service): string {
  return Object.entries(bindings)
    .map(([source, binding]) => (typeof binding === 'string' ? `${source}=${binding}` : source))
    .join(', ');
}

function textBinding(text: string, source: string, place: Place): string {
  refuseSecret(source, text, place);
  return lineText(text, place, 1000);
}

function instancePattern(text: string, place: Place): string {
  const pattern = lineText(text, place, 200);
  if (!pattern.slice(0, -1).includes('*') && pattern !== '*') return pattern;
  throw bad(
    place,
    `"*" may stand only at the end of a name, after at least one character`,
    `write ${place.write('api-prod-*')}`,
  );
}

const EXAMPLE = 'a binding that works is shown by: openclaw apply --help';

async function complete(spec: Service, _given: unknown, helpers: Helpers): Promise<Completed<'service'>> {
  const structured = Object.entries(spec.bindings).filter(([, binding]) => typeof binding !== 'string');
  if (structured.length === 0) return { spec, warnings: [] };
  const { checkHostBinding, hostBindingSchema } = await import('../domain/host-binding.ts');
  const bindings = { ...spec.bindings };
  for (const [source, binding] of structured) {
    const place = keyPlace(`bindings["${source}"]`);
    const parsed = hostBindingSchema.safeParse(binding);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const path = issue?.path.length ? `${issue.path.map(String).join('.')}: ` : '';
      throw bad(place, `${path}${issue?.message ?? 'is not understood'}`, EXAMPLE);
    }
    const { dir, ...rest } = parsed.data;
    refuseSecrets(parsed.data, place);
    const problems = checkHostBinding(parsed.data);
    if (problems.length > 0) throw bad(place, problems.join('\n  '), EXAMPLE);
    // Where the file stands decides, not where the daemon will be started.
    bindings[source] = { ...(dir === undefined ? {} : { dir: helpers.resolvePath(dir) }), ...rest };
  }
  return { spec: { ...spec, bindings }, warnings: [] };
}

function refuseSecrets(binding: HostBinding, place: Place): void {
  for (const [key, value] of Object.entries(binding)) {
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    for (const text of texts) {
      if (typeof text === 'string') refuseSecret('the argument', text, keyPlace(`${place.name}.${key}`));
    }
  }
  if (binding.probe) refuseSecret('url', binding.probe.url, keyPlace(`${place.name}.probe.url`));
}

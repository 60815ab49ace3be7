// A YAML file as a list of resources with their lines. Nothing in a file can run code, blow up by aliases,
// or hide behind a key that stands twice.
import type { Node, YAMLMap, Document as YamlDocument } from 'yaml';
import { type UserError, usageError } from '../../domain/errors.ts';
import { quoted } from '../../domain/excerpt.ts';
import { KINDS, type Kind } from '../../domain/resource.ts';
import { nearest } from '../../domain/similar.ts';
import { isRecord } from '../../resources/place.ts';

export const YAML_LIMIT_BYTES = 5 * 1024 * 1024;
const MOST_ALIASES = 100;
const MOST_ERRORS = 20;

export interface YamlResource {
  kind: Kind;
  fields: Record<string, unknown>;
  /** `ops.yaml:12`, of the resource or of one of its keys. */
  where(key: string): string;
  /** What a reader of the file would not expect of its texts. */
  warnings: readonly string[];
}

export interface FileProblem {
  where: string;
  error: UserError;
}

export interface YamlInput {
  /** As it is called in messages. */
  file: string;
  text: string;
}

export async function readYaml(
  { file, text }: YamlInput,
  report: (problem: FileProblem) => void,
): Promise<YamlResource[]> {
  const { LineCounter, parseDocument, isMap, isSeq, isAlias, isScalar, visit } = await import('yaml');
  const lines = new LineCounter();
  let document: YamlDocument.Parsed;
  let content: unknown;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      uniqueKeys: true,
      strict: true,
      schema: 'core',
      merge: false,
    });
    const faults = [...document.errors, ...document.warnings];
    for (const { message, linePos } of faults.slice(0, MOST_ERRORS)) {
      report({ where: `${file}:${linePos?.[0].line ?? 1}`, error: usageError(firstLine(message)) });
    }
    if (faults.length > 0) return [];
    content = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    // Thrown for too many aliases, and by the engine for a nesting no person writes.
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    report({
      where: file,
      error: usageError('is nested too deeply, or repeats itself by too many aliases', 'write it out flat'),
    });
    return [];
  }
  if (content === null || content === undefined) {
    report({ where: file, error: usageError('holds nothing', 'begin with resources: and a list') });
    return [];
  }
  const root = document.contents;
  const extra = isRecord(content) ? Object.keys(content).find((key) => key !== 'resources') : undefined;
  if (!isRecord(content) || !isMap(root) || !Array.isArray(content.resources) || extra !== undefined) {
    const why =
      extra === undefined
        ? 'must begin with resources: and a list'
        : `holds ${quoted(extra)} beside resources`;
    report({
      where: `${file}:1`,
      error: usageError(why, 'resources:\n  - kind: command\n    name: rollback'),
    });
    return [];
  }
  const list = root.get('resources', true);
  const nodes = isSeq(list) ? list.items : [];
  const lineOf = (node: unknown): number => {
    const range = (node as Node | null)?.range;
    return range ? lines.linePos(range[0]).line : 1;
  };
  const lineEnd = (from: number) => {
    const end = text.indexOf('\n', from);
    return end < 0 ? text.length : end;
  };
  return content.resources.flatMap((item: unknown, index): YamlResource[] => {
    const node = nodes[index];
    const target = isAlias(node) ? node.resolve(document) : node;
    const own = `${file}:${lineOf(node)}`;
    if (!isRecord(item)) {
      report({ where: own, error: usageError('is not a resource', '- kind: command\n  name: rollback') });
      return [];
    }
    const kind = readKind(item.kind, (error) => report({ where: own, error }));
    if (kind === null) return [];
    const where = (key: string) => {
      const pair = isMap(target)
        ? (target as YAMLMap).items.find((one) => String(one.key) === key)
        : undefined;
      return pair ? `${file}:${lineOf(pair.key)}` : own;
    };
    const warnings: string[] = [];
    visit(node as Node, {
      Scalar(key, value) {
        // A comment of somebody's has a space after its sign, and `#{id}` was to be part of the text.
        const cut = key === 'value' && isScalar(value) && value.type === 'PLAIN' && value.range;
        const gone = cut && /^[ \t]+(#[^\s#].*)/.exec(text.slice(cut[1], lineEnd(cut[1])))?.[1];
        if (gone)
          warnings.push(
            `${file}:${lineOf(value)} ends before ${quoted(gone)}, which is a comment in YAML: put the text in quotes where that belongs to it`,
          );
      },
    });
    return [{ kind, fields: item, where, warnings }];
  });
}

function readKind(value: unknown, report: (error: UserError) => void): Kind | null {
  const kind = KINDS.find((one) => one === value);
  if (kind !== undefined) return kind;
  if (value === undefined) report(usageError('kind is missing', `one of: ${KINDS.join(', ')}`));
  else {
    const near = typeof value === 'string' ? nearest(value, KINDS) : null;
    report(
      usageError(
        `there is no kind ${quoted(String(value))}`,
        near === null ? `one of: ${KINDS.join(', ')}` : `did you mean ${near}?`,
      ),
    );
  }
  return null;
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}

import type { CreateNodeOptions, DocumentOptions, SchemaOptions, ToStringOptions } from 'yaml';

/** How configuration is written as YAML, so that it reads back as the same texts. */
export const YAML_STYLE: DocumentOptions & SchemaOptions & CreateNodeOptions & ToStringOptions = {
  schema: 'core',
  aliasDuplicateObjects: false,
  lineWidth: 0,
  // A quoted text that goes over lines comes back with other spaces where one of its lines ends in a space.
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
};

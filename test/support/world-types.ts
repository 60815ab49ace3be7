export type { Comparison, Deploy, LogLine } from '../../src/domain/capability.ts';
export type { ServiceKind } from '../../src/domain/resource.ts';

import type { Handler } from '../engine.ts';
import { nothing } from '../engine.ts';

export const pageBundle: Handler = async () => nothing;

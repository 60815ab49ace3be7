// The end of the half minute in which pages to one person were gathered.
import type { Handler } from '../engine.ts';
import { endWindow } from '../page-bundle.ts';

export const pageBundle: Handler = async (run, engine) => {
  return (tx) => endWindow(tx, run.job.payload, engine);
};

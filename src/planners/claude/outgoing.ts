// What every text passes on its way to the model, and on its way into the record of it: both have to be the same bytes.
import { redactForModel } from '../../domain/redact-for-model.ts';

export function outgoing(text: string): string {
  return redactForModel(text);
}

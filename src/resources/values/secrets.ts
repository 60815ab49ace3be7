import type { Value } from '../definition.ts';
import { lineText } from '../operator-text.ts';
import { refuseSecret, secretReference } from '../secret.ts';
import { map } from './map.ts';

/** Settings of a connection. What is a secret is refused here and belongs in `secrets()`. */
export function settings(): Value<Record<string, string>> {
  return map({
    placeholder: '<key=value>',
    example: 'region=eu-west-1',
    value(text, key, place) {
      refuseSecret(key, text, place);
      return lineText(text, place, 2000);
    },
  });
}

/** References to secrets: `token=env:GITHUB_TOKEN`. */
export function secrets(): Value<Record<string, string>> {
  return map({
    placeholder: '<key=env:NAME>',
    example: 'token=env:NAME',
    value: (text, key, place) => secretReference(text, key, place),
  });
}

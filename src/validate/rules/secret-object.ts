/** A Secret with data in `out/` is a secret in git, for ever. */
import { type ArtifactRule, asObject, get, pointerOf } from '../rule.ts';

export const secretObject: ArtifactRule = {
  id: 'secret-object',
  family: 'secrets',
  severity: 'error',
  title: 'no Secret object carries data',
  scope: 'artifact',
  check(artifact, report) {
    if (artifact.kind !== 'object' || get(artifact.value, 'kind') !== 'Secret') return;
    for (const field of ['data', 'stringData']) {
      const data = asObject(get(artifact.value, field));
      for (const key of Object.keys(data ?? {})) {
        if (get(data, key) === '') continue;
        report(
          pointerOf(field, key),
          `A Secret with data would stand in git for ever. Have it made outside (an operator, the secret store) and declare it under "provided" in the unit; config and manifests carry its name alone.`,
        );
      }
    }
  },
};

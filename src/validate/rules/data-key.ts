/** Keys of ConfigMaps and Secrets become file names. Source: IsConfigMapKey in apimachinery's validation. */
import { asObject, type ClusterRule, get, pointerOf } from '../rule.ts';

/** Keys that a Secret of a type must have. */
const required: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

export const dataKey: ClusterRule = {
  id: 'data-key',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'keys of ConfigMaps and Secrets follow their grammar, and types have their keys',
  scope: 'cluster',
  check(cluster, report) {
    for (const view of [...(cluster.byKind.get('ConfigMap') ?? []), ...(cluster.byKind.get('Secret') ?? [])]) {
      if (view.group !== '') continue;
      const seen = new Set<string>();
      const fault = (pointer: string, message: string) =>
        report(view.artifact, pointer, `${view.kind} ${view.name}: ${message}`);
      for (const field of ['data', 'binaryData', 'stringData'] as const) {
        for (const key of Object.keys(asObject(get(view.object, field)) ?? {})) {
          if (!/^[-._a-zA-Z0-9]+$/.test(key) || key === '.' || key.startsWith('..')) {
            fault(
              pointerOf(field, key),
              `the key "${key}" may have letters, digits, -, _ and ., and does not begin with two dots.`,
            );
          } else if (key.length > 253)
            fault(
              pointerOf(field, key),
              `the key ${key.slice(0, 30)}... has ${key.length} characters; 253 are allowed.`,
            );
          if (field === 'binaryData' && seen.has(key))
            fault(pointerOf(field, key), `the key ${key} stands in data and in binaryData.`);
          seen.add(key);
        }
      }
      const type = String(get(view.object, 'type') ?? '');
      for (const key of view.kind === 'Secret' && Object.hasOwn(required, type) ? required[type]! : []) {
        if (!seen.has(key)) fault('', `a Secret of type ${type} has the key ${key}.`);
      }
    }
  },
};

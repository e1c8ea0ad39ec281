/** File names of objects: readable, injective, safe where case does not count, and a function of the identity alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ObjectIdentity, objectFileName } from '../../src/compile/names.ts';

function id(group: string, kind: string, namespace: string, name: string): ObjectIdentity {
  return { group, kind, namespace, name };
}

describe('file names of objects', () => {
  test.each<[ObjectIdentity, string]>([
    [id('apps', 'Deployment', 'kube-system', 'external-dns'), 'deployment_kube-system_external-dns.yaml'],
    [id('', 'ConfigMap', 'kube-system', 'coredns'), 'configmap_kube-system_coredns.yaml'],
    [id('rbac.authorization.k8s.io', 'ClusterRole', '', 'system:coredns'), 'clusterrole_system%3acoredns.yaml'],
    [id('autoscaling.k8s.io', 'VerticalPodAutoscaler', 'a', 'b'), 'verticalpodautoscaler.autoscaling.k8s.io_a_b.yaml'],
    [id('serving.knative.dev', 'Service', 'a', 'b'), 'service.serving.knative.dev_a_b.yaml'],
    [id('', 'Service', 'a', 'b'), 'service_a_b.yaml'],
    [id('rbac.authorization.k8s.io', 'ClusterRole', '', 'PowerUser'), 'clusterrole_%50ower%55ser.yaml'],
    [id('rbac.authorization.k8s.io', 'ClusterRole', '', 'a_b'), 'clusterrole_a%5fb.yaml'],
    [id('', 'X', '', '../../etc'), 'x._..%2f..%2fetc.yaml'],
  ])('%j is %s', (identity, name) => {
    expect(objectFileName(identity)).toBe(name);
  });

  test('a very long name is cut, with a digest of the whole', () => {
    const a = objectFileName(id('apps', 'Deployment', 'n', 'x'.repeat(253)));
    const b = objectFileName(id('apps', 'Deployment', 'n', `${'x'.repeat(252)}y`));
    expect(a).toHaveLength(255);
    expect(a).toMatch(/~[0-9a-f]{32}\.yaml$/);
    expect(a).not.toBe(b);
  });

  test('two identities never share a name, even where case does not count', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'A', 'b', '-', '.', '_', '%', '2', 'e', ':', '~', '/', 'é'),
      maxLength: 6,
    });
    const identity = fc.record({
      group: fc.oneof(word, fc.constantFrom('', 'apps', 'apps.', 'deployment')),
      kind: fc.oneof(word, fc.constantFrom('Deployment', 'Service', 'ConfigMap')),
      namespace: word,
      name: word,
    });
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        // Kinds are the same when they differ by case alone: so does the API take them.
        const key = (i: ObjectIdentity) => JSON.stringify([i.group, i.kind.toLowerCase(), i.namespace, i.name]);
        expect(objectFileName(a).toLowerCase() === objectFileName(b).toLowerCase()).toBe(key(a) === key(b));
        expect(objectFileName(a)).toMatch(/^[a-z0-9.%_~-]{1,255}$/);
      }),
      { numRuns: 1000 },
    );
  });
});

/** What an applier without pruning must delete: never what is still there, and in an order that works. */
import { describe, expect, test } from 'vitest';
import { deletionsOf } from '../../src/diff/deletions.ts';
import type { Artifact, JsonValue } from '../../src/model.ts';

function artifact(path: string, value: JsonValue, kind: Artifact['kind'] = 'object'): Artifact {
  return { cluster: 'kube-1', path, kind, unit: { kind: 'component', name: 'web' }, value };
}
const object = (kind: string, name: string, apiVersion = 'v1') =>
  artifact(`kubernetes/web/${kind}_${name}.yaml`, { apiVersion, kind, metadata: { name, namespace: 'default' } });

describe('deletionsOf', () => {
  test('objects go before what they live in, stacks last', () => {
    const gone = [
      artifact('cloudformation/web/options.yaml', { 'stack-name': 'web' }, 'options'),
      object('Namespace', 'shop'),
      object('CustomResourceDefinition', 'x', 'apiextensions.k8s.io/v1'),
      object('Deployment', 'web', 'apps/v1'),
      object('ValidatingWebhookConfiguration', 'w', 'admissionregistration.k8s.io/v1'),
      object('ServiceAccount', 'web'),
    ];
    const { deletions } = deletionsOf(
      'kube-1',
      gone.map((before) => ({ before })),
      [],
    );
    expect(deletions.map((deletion) => deletion.kind)).toEqual([
      'ValidatingWebhookConfiguration',
      'Deployment',
      'ServiceAccount',
      'CustomResourceDefinition',
      'Namespace',
      'Stack',
    ]);
  });

  test('an object that moved to another file, component or API version stays', () => {
    const before = object('Deployment', 'web', 'apps/v1beta1');
    const after = { ...object('Deployment', 'web', 'apps/v1'), path: 'kubernetes/other/web.yaml' };
    expect(deletionsOf('kube-1', [{ before }, { after }], [after]).deletions).toEqual([]);
  });

  test('a changed file deletes nothing; a renamed object its old name', () => {
    const [before, after] = [object('ConfigMap', 'a'), object('ConfigMap', 'b')];
    expect(deletionsOf('kube-1', [{ before, after: before }], [before]).deletions).toEqual([]);
    expect(deletionsOf('kube-1', [{ before }, { after }], [after]).deletions.map(({ name }) => name)).toEqual(['a']);
  });
});

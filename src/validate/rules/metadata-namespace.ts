/** Namespaced kinds say their namespace, cluster-scoped ones have none. */
import { indexCrds } from '../kubernetes-schema/crds.ts';
import { judgeObjects, titleOf } from '../kubernetes-schema/issues.ts';
import { type ApiResource, asString, type ClusterRule, get } from '../rule.ts';

export const metadataNamespace: ClusterRule = {
  id: 'metadata-namespace',
  family: 'names',
  severity: 'error',
  title: 'a namespaced object says its namespace, a cluster-scoped one has none',
  scope: 'cluster',
  check(cluster, report, _unchecked, data) {
    const custom = indexCrds((cluster.byKind.get('CustomResourceDefinition') ?? []).map((view) => view.object));
    const builtIn = scopes(data.apiResources(cluster.kubernetes));
    for (const entry of judgeObjects(cluster, data)) {
      const { artifact, object, apiVersion, kind } = entry;
      const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
      const namespaced = builtIn.get(`${group}/${kind}`) ?? custom.get(`${apiVersion} ${kind}`)?.namespaced;
      if (namespaced === undefined) continue;
      const namespace = asString(get(object, 'metadata', 'namespace')) ?? '';
      if (namespaced && namespace === '') {
        report(
          artifact,
          '/metadata',
          `${titleOf(entry)} has no namespace: it would go wherever the applier happens to point. Say metadata.namespace.`,
        );
      }
      if (!namespaced && namespace !== '') {
        report(
          artifact,
          '/metadata/namespace',
          `${titleOf(entry)} has the namespace ${namespace}, but the kind belongs to the whole cluster. Drop it.`,
        );
      }
    }
  },
};

const known = new WeakMap<ReadonlyMap<string, ApiResource>, ReadonlyMap<string, boolean>>();

/** `group/Kind` to whether it is namespaced. */
function scopes(resources: ReadonlyMap<string, ApiResource> | undefined): ReadonlyMap<string, boolean> {
  if (!resources) return new Map();
  let result = known.get(resources);
  if (!result) {
    result = new Map([...resources.values()].map((row) => [`${row.group}/${row.kind}`, row.namespaced]));
    known.set(resources, result);
  }
  return result;
}

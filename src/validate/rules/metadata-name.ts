/** Names by the grammar of their kind. */
import { judgeObjects, titleOf } from '../kubernetes-schema/issues.ts';
import { nameFault, objectNameFault } from '../kubernetes-schema/metadata.ts';
import { asString, type ClusterRule, get } from '../rule.ts';

export const metadataName: ClusterRule = {
  id: 'metadata-name',
  family: 'names',
  severity: 'error',
  title: 'names follow the grammar of their kind',
  scope: 'cluster',
  check(cluster, report, _unchecked, data) {
    for (const entry of judgeObjects(cluster, data)) {
      const { artifact, object, apiVersion, kind, name } = entry;
      if (name === '') {
        const generated = asString(get(object, 'metadata', 'generateName')) !== undefined;
        const remedy = generated ? 'generateName makes a new object at each apply: give it a name' : 'give it one';
        report(artifact, '/metadata', `${kind || 'the object'} has no metadata.name: ${remedy}.`);
        continue;
      }
      const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
      const fault = objectNameFault(group, kind, name);
      if (fault) report(artifact, '/metadata/name', `${titleOf(entry)}: the name ${fault}.`);
      const namespace = asString(get(object, 'metadata', 'namespace'));
      const namespaceFault = namespace === undefined ? undefined : nameFault('label', namespace);
      if (namespaceFault)
        report(artifact, '/metadata/namespace', `${titleOf(entry)}: the namespace ${namespaceFault}.`);
    }
  },
};

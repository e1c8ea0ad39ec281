/** Rules that a CustomResourceDefinition states in CEL: the API server refuses what breaks them. */
import { judgeObjects, titleOf } from '../kubernetes-schema/issues.ts';
import type { ClusterRule } from '../rule.ts';

export const customResourceRule: ClusterRule = {
  id: 'custom-resource-rule',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'a custom resource keeps the rules of its definition',
  scope: 'cluster',
  check(cluster, report, unchecked, data) {
    for (const entry of judgeObjects(cluster, data)) {
      for (const issue of entry.issues ?? []) {
        if (issue.code === 'rule') report(entry.artifact, issue.pointer, `${titleOf(entry)}: ${issue.message}`);
        if (issue.code === 'rule-unchecked') unchecked(`a rule of ${entry.apiVersion} ${entry.kind}`, issue.message);
      }
    }
  },
};

/** A workload's selector must select the pods of its own template: the API server refuses it otherwise. */
import { asObject, asString, type ClusterRule, get } from '../rule.ts';

export const selectorMatchesLabels: ClusterRule = {
  id: 'selector-matches-labels',
  family: 'references',
  severity: 'error',
  title: 'a workload selects the pods of its own template',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      const labels = asObject(get(pod.owner.object, 'spec', 'selector', 'matchLabels'));
      if (!labels || pod.owner.kind === 'Job' || pod.owner.kind === 'CronJob') continue;
      for (const key of Object.keys(labels)) {
        const wanted = asString(labels[key]);
        const actual = asString(get(pod.labels, key));
        if (wanted === actual) continue;
        report(
          pod.owner.artifact,
          `${pod.pointer}/metadata/labels`,
          `${pod.owner.kind} ${pod.owner.name} selects pods with ${key}=${wanted}, but its template ${
            actual === undefined ? 'has no such label' : `says ${key}=${actual}`
          }. Give the template the label; the selector of a workload that runs cannot change.`,
        );
      }
    }
  },
};

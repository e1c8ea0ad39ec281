/** Spread constraints and (anti-)affinity between pods count the pods that their selector matches: usually their own. */

import type { JsonValue } from '../../model.ts';
import { matchesSelector, selectorText } from '../labels.ts';
import { asList, type ClusterRule, get } from '../rule.ts';

export const spreadSelectsPods: ClusterRule = {
  id: 'spread-selects-pods',
  family: 'references',
  severity: 'error',
  title: 'spread constraints select their own pods; pod affinity selects some pods',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      asList(get(pod.spec, 'topologySpreadConstraints')).forEach((constraint, index) => {
        const selector = get(constraint, 'labelSelector');
        if (selector !== undefined && matchesSelector(selector, pod.labels)) return;
        report(
          pod.owner.artifact,
          `${pod.pointer}/spec/topologySpreadConstraints/${index}${selector === undefined ? '' : '/labelSelector'}`,
          `${selector === undefined ? 'Without a selector' : `The selector ${selectorText(selector)} does not match these pods, so`} nothing is spread. Select the labels of this pod template.`,
        );
      });
      for (const field of ['podAffinity', 'podAntiAffinity'] as const) {
        for (const strength of [
          'requiredDuringSchedulingIgnoredDuringExecution',
          'preferredDuringSchedulingIgnoredDuringExecution',
        ] as const) {
          asList(get(pod.spec, 'affinity', field, strength)).forEach((entry, index) => {
            const term: JsonValue | undefined = strength.startsWith('preferred')
              ? get(entry, 'podAffinityTerm')
              : entry;
            const selector = get(term, 'labelSelector');
            if (selector === undefined) return;
            if (cluster.pods.some((other) => matchesSelector(selector, other.labels))) return;
            const inner = strength.startsWith('preferred') ? '/podAffinityTerm' : '';
            report(
              pod.owner.artifact,
              `${pod.pointer}/spec/affinity/${field}/${strength}/${index}${inner}/labelSelector`,
              `No pod of this cluster matches ${selectorText(selector)}: the rule has no effect${field === 'podAffinity' && strength.startsWith('required') ? ', or keeps the pods pending' : ''}.`,
            );
          });
        }
      }
    }
  },
};

/** The IAM role of a service account must be one that a stack of the cluster makes: nothing else notices a misspelt one. */

import { literalNames } from '../roles.ts';
import { asList, asString, type ClusterRule, get, nearest } from '../rule.ts';

const annotation = 'eks.amazonaws.com/role-arn';

export const iamRoleExists: ClusterRule = {
  id: 'iam-role-exists',
  family: 'cross-reference',
  severity: 'error',
  title: 'the IAM role of a service account or a pod is made by a stack of the cluster',
  scope: 'cluster',
  check(cluster, report) {
    const roles = literalNames(cluster);
    const missing = (arn: string): string | undefined => {
      const name = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
      if (name === undefined) return `"${arn}" is no ARN of an IAM role.`;
      if (roles.has(name) || cluster.provided('IAMRole', '', name)) return undefined;
      const hint = nearest(name, roles.keys());
      return `No stack of the cluster makes the IAM role ${name}${hint ? `; did you mean ${hint}?` : '.'} The program gets no credentials. A role from elsewhere is declared under "provided", kind IAMRole.`;
    };
    for (const account of cluster.byKind.get('ServiceAccount') ?? []) {
      const arn = asString(get(account.object, 'metadata', 'annotations', annotation));
      const fault = arn === undefined ? undefined : missing(arn);
      if (fault) report(account.artifact, '/metadata/annotations/eks.amazonaws.com~1role-arn', fault);
    }
    for (const pod of cluster.pods) {
      for (const container of pod.containers) {
        asList(get(container.value, 'env')).forEach((entry, index) => {
          if (get(entry, 'name') !== 'AWS_ROLE_ARN') return;
          const arn = asString(get(entry, 'value'));
          const fault = arn === undefined ? undefined : missing(arn);
          if (fault) report(pod.owner.artifact, `${container.pointer}/env/${index}/value`, fault);
        });
      }
    }
  },
};

/** A role for service accounts names its audience and its subject, and the subject exists. */
import type { JsonValue } from '../../model.ts';
import { rolesOf, trustStatements } from '../roles.ts';
import { asObject, type ClusterRule, get, nearest, pointerOf } from '../rule.ts';

export const trustPolicySubject: ClusterRule = {
  id: 'trust-policy-subject',
  family: 'cross-reference',
  severity: 'error',
  title: 'a trust policy for service accounts has `aud` and `sub`, and the account exists',
  scope: 'cluster',
  check(cluster, report) {
    for (const role of rolesOf(cluster)) {
      for (const { statement, index } of trustStatements(role)) {
        const action = get(statement, 'Action');
        const web = [action].flat().includes('sts:AssumeRoleWithWebIdentity');
        if (!web) continue;
        const pointer = pointerOf(
          'Resources',
          role.logicalId,
          'Properties',
          'AssumeRolePolicyDocument',
          'Statement',
          index,
        );
        const values = conditionValues(get(statement, 'Condition'));
        if (values.aud.length === 0) {
          report(
            role.template.artifact,
            pointer,
            `${role.logicalId}: without a condition on the token's audience (<issuer>:aud) a token that was made for another service is good enough here.`,
          );
        }
        if (values.sub.length === 0) {
          report(
            role.template.artifact,
            pointer,
            `${role.logicalId}: without a condition on the subject (<issuer>:sub) every service account of the cluster may assume the role.`,
          );
        }
        for (const { value, path } of values.sub) {
          const [, namespace, name] = /^system:serviceaccount:([^:]+):(.+)$/.exec(value) ?? [];
          if (namespace === undefined || name === undefined || /[*?]/.test(value)) continue;
          if (cluster.find('ServiceAccount', namespace, name) || cluster.provided('ServiceAccount', namespace, name))
            continue;
          const hint = nearest(
            `${namespace}/${name}`,
            (cluster.byKind.get('ServiceAccount') ?? []).map((view) => `${view.namespace}/${view.name}`),
          );
          report(
            role.template.artifact,
            `${pointer}/Condition${pointerOf(...path)}`,
            `${role.logicalId} trusts service account ${namespace}/${name}, which does not exist${hint ? `; did you mean ${hint}?` : '.'}`,
          );
        }
      }
    }
  },
};

interface Found {
  readonly value: string;
  readonly path: readonly (string | number)[];
}

/** Values of conditions on `...:aud` and `...:sub`, whatever the operator. */
function conditionValues(condition: JsonValue | undefined): {
  readonly aud: readonly Found[];
  readonly sub: readonly Found[];
} {
  const found = { aud: [] as Found[], sub: [] as Found[] };
  const operators = asObject(condition) ?? {};
  for (const operator of Object.keys(operators)) {
    const keys = asObject(operators[operator]) ?? {};
    for (const key of Object.keys(keys)) {
      const kind = key.endsWith(':aud') ? 'aud' : key.endsWith(':sub') ? 'sub' : undefined;
      if (!kind) continue;
      const value = keys[key];
      if (Array.isArray(value)) {
        value.forEach((item, index) => {
          if (typeof item === 'string') found[kind].push({ value: item, path: [operator, key, index] });
        });
      } else found[kind].push({ value: typeof value === 'string' ? value : '', path: [operator, key] });
    }
  }
  return found;
}

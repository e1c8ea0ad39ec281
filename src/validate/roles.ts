/** IAM roles of a cluster's stacks. */
import type { JsonValue } from '../model.ts';
import { asList, asString, get } from './rule.ts';
import type { ClusterView, TemplateView } from './views.ts';

export interface RoleView {
  readonly template: TemplateView;
  readonly logicalId: string;
  readonly resource: JsonValue;
  /** The literal RoleName; undefined where CloudFormation chooses or computes it. */
  readonly name?: string;
}

export function rolesOf(cluster: ClusterView): readonly RoleView[] {
  return cluster.templates.flatMap((template) =>
    Object.keys(template.resources).flatMap((logicalId): readonly RoleView[] => {
      const resource = template.resources[logicalId]!;
      if (get(resource, 'Type') !== 'AWS::IAM::Role') return [];
      const name = asString(get(resource, 'Properties', 'RoleName'));
      return [{ template, logicalId, resource, ...(name === undefined ? {} : { name }) }];
    }),
  );
}

/** Roles by their literal names. */
export function literalNames(cluster: ClusterView): ReadonlyMap<string, RoleView> {
  return new Map(rolesOf(cluster).flatMap((role) => (role.name === undefined ? [] : [[role.name, role] as const])));
}

/** Statements of a trust policy with their index. */
export function trustStatements(role: RoleView): readonly { readonly statement: JsonValue; readonly index: number }[] {
  const statements = get(role.resource, 'Properties', 'AssumeRolePolicyDocument', 'Statement');
  const list = Array.isArray(statements) ? statements : statements === undefined ? [] : [statements];
  return asList(list).map((statement, index) => ({ statement, index }));
}

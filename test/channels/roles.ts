/** Who may do what in a compiled cluster, by aggregated ClusterRoles, bindings of groups, and the admission policy. */
import type { JsonObject, JsonValue } from '../../src/model.ts';
import { at, type CompiledObject, list, nameOf, ofKind } from './compiled.ts';

/** The five roles of people: the group that a person has, by the names of the channel's defaults. */
export const people = ['ReadOnly', 'PowerUser', 'Manual', 'Emergency', 'Administrator'] as const;
export type Person = (typeof people)[number];

interface Rule {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** One thing that a person might do: a verb on a resource (`group/plural`, core: `/pods`). */
export interface Deed {
  readonly verb: string;
  readonly resource: string;
}

/** Built into every API server, and so in no artifact. */
const clusterAdmin: Rule = { groups: ['*'], resources: ['*'], verbs: ['*'] };

/** Rules of every ClusterRole, those of aggregated ones among them: what the controller manager would fill in. */
export function clusterRules(objects: readonly CompiledObject[]): ReadonlyMap<string, readonly Rule[]> {
  const roles = ofKind(objects, 'ClusterRole');
  return new Map(
    roles.map((role) => {
      const selectors = list(role, 'aggregationRule', 'clusterRoleSelectors');
      const members = selectors.length === 0 ? [role] : roles.filter((other) => selected(other, selectors));
      return [nameOf(role), members.flatMap(ownRules)];
    }),
  );
}

function selected(role: JsonObject, selectors: readonly JsonValue[]): boolean {
  return selectors.some((selector) =>
    Object.entries((at(selector, 'matchLabels') ?? {}) as JsonObject).every(
      ([key, value]) => at(role, 'metadata', 'labels', key) === value,
    ),
  );
}

function ownRules(role: JsonObject): readonly Rule[] {
  return list(role, 'rules')
    .filter((rule) => at(rule, 'resources') !== undefined)
    .map((rule) => ({
      groups: list(rule, 'apiGroups').map(String),
      resources: list(rule, 'resources').map(String),
      verbs: list(rule, 'verbs').map(String),
    }));
}

/** Names of the ClusterRoles that a group is bound to in the whole cluster. */
export function boundRoles(objects: readonly CompiledObject[], group: string): readonly string[] {
  return ofKind(objects, 'ClusterRoleBinding')
    .filter((binding) =>
      list(binding, 'subjects').some((subject) => at(subject, 'kind') === 'Group' && at(subject, 'name') === group),
    )
    .map((binding) => String(at(binding, 'roleRef', 'name')))
    .sort();
}

/** Rules that a person of a role has in the whole cluster. */
export function rulesOf(objects: readonly CompiledObject[], person: Person): readonly Rule[] {
  const rules = clusterRules(objects);
  return boundRoles(objects, person).flatMap((role) =>
    role === 'cluster-admin' ? [clusterAdmin] : (rules.get(role) ?? []),
  );
}

export function allows(rules: readonly Rule[], deed: Deed): boolean {
  const slash = deed.resource.indexOf('/');
  const group = deed.resource.slice(0, slash);
  const resource = deed.resource.slice(slash + 1);
  return rules.some(
    (rule) =>
      (rule.groups.includes('*') || rule.groups.includes(group)) &&
      (rule.resources.includes('*') || rule.resources.includes(resource)) &&
      (rule.verbs.includes('*') || rule.verbs.includes(deed.verb)),
  );
}

/** Whether the admission policy refuses what a person writes in the platform's namespaces. */
export function refusedInPlatform(objects: readonly CompiledObject[], person: Person): boolean {
  const policy = ofKind(objects, 'ValidatingAdmissionPolicy').find((object) => nameOf(object) === 'system-namespaces');
  if (policy === undefined) return false;
  const judged = groupsIn(at(policy, 'spec', 'matchConditions', 0, 'expression'));
  const admitted = groupsIn(at(policy, 'spec', 'validations', 0, 'expression'));
  return judged.includes(person) && !admitted.includes(person);
}

/** The literal list of groups in one of the policy's expressions. */
function groupsIn(expression: JsonValue | undefined): readonly string[] {
  const literal = /\[.*\]/.exec(String(expression))?.[0];
  if (literal === undefined) throw new Error(`no list of groups in ${String(expression)}`);
  return JSON.parse(literal) as string[];
}

/** RBAC rules about groups, resources or verbs that do not exist are accepted and grant nothing. */
import type { JsonValue } from '../../model.ts';
import { asList, asString, type ClusterRule, get, nearest, pointerOf } from '../rule.ts';
import type { ClusterView } from '../views.ts';

/** Verbs of the API server, those of RBAC itself, and those that built-in authorizers ask for. */
const verbs = new Set([
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'bind',
  'escalate',
  'impersonate',
  'approve',
  'sign',
  'attest',
  'use',
  'proxy',
  'request-serviceaccounts-token-audience',
  '*',
]);
/** Not API resources, but what impersonation and built-in authorizers check (by group). */
const virtual: Readonly<Record<string, readonly string[]>> = {
  // The kubelet's own API asks for these subresources of a node (Kubernetes documentation, "Kubelet authorization").
  '': [
    'users',
    'groups',
    'nodes/metrics',
    'nodes/stats',
    'nodes/log',
    'nodes/spec',
    'nodes/proxy',
    'nodes/healthz',
    'nodes/pods',
    'nodes/configz',
    'nodes/checkpoint',
  ],
  'authentication.k8s.io': ['userextras', 'uids', 'userextras/*'],
  'certificates.k8s.io': ['signers'],
  policy: ['podsecuritypolicies'],
};

export const unknownRbacResource: ClusterRule = {
  id: 'unknown-rbac-resource',
  family: 'rbac',
  severity: 'error',
  title: 'RBAC rules name groups, resources and verbs that exist',
  scope: 'cluster',
  check(cluster, report, unchecked, data) {
    const builtIn = data.apiResources(cluster.kubernetes);
    if (!builtIn) {
      unchecked(`RBAC resources of Kubernetes ${cluster.kubernetes}`, 'no API resources are pinned for this minor');
      return;
    }
    const resources = resourcesByGroup(cluster, [...builtIn.values()]);
    for (const kind of ['Role', 'ClusterRole']) {
      for (const role of cluster.byKind.get(kind) ?? []) {
        asList(get(role.object, 'rules')).forEach((rule, index) => {
          const fault = (message: string, ...path: readonly (string | number)[]) =>
            report(role.artifact, pointerOf('rules', index, ...path), `${kind} ${role.name}: ${message}`);
          checkVerbs(rule, fault);
          checkResources(rule, resources, cluster, fault);
        });
      }
    }
  },
};

type Fault = (message: string, ...path: readonly (string | number)[]) => void;

function checkVerbs(rule: JsonValue, fault: Fault): void {
  asList(get(rule, 'verbs')).forEach((verb, index) => {
    if (typeof verb !== 'string' || verbs.has(verb)) return;
    const hint = nearest(verb, verbs);
    fault(`there is no verb "${verb}"${hint ? `; did you mean "${hint}"?` : '.'}`, 'verbs', index);
  });
}

function checkResources(
  rule: JsonValue,
  known: ReadonlyMap<string, ReadonlySet<string>>,
  cluster: ClusterView,
  fault: Fault,
): void {
  const groups = asList(get(rule, 'apiGroups')).flatMap((group) => asString(group) ?? []);
  groups.forEach((group, index) => {
    if (group === '*' || known.has(group) || cluster.provided('APIGroup', '', group)) return;
    const version = /\/v\d/.test(group);
    const hint = version ? group.slice(0, group.indexOf('/')) : nearest(group, known.keys());
    fault(
      version
        ? `an API group has no version: write "${hint}".`
        : `there is no API group "${group}" in this cluster${hint !== undefined ? `; did you mean "${hint}"?` : '.'} A group whose CRDs something else installs is declared under "provided", kind APIGroup.`,
      'apiGroups',
      index,
    );
  });
  if (groups.some((group) => group === '*' || (!known.has(group) && cluster.provided('APIGroup', '', group)))) return;
  const usable = groups.filter((group) => known.has(group));
  if (usable.length === 0) return;
  asList(get(rule, 'resources')).forEach((resource, index) => {
    if (typeof resource !== 'string' || resource === '*' || resource.startsWith('*/')) return;
    const main = resource.split('/')[0]!;
    const found = usable.some((group) => {
      const set = known.get(group)!;
      return set.has(resource) || (resource.endsWith('/*') && set.has(main));
    });
    if (found) return;
    const elsewhere = [...known].find(([, set]) => set !== anything && set.has(resource));
    const hint = nearest(
      resource,
      usable.flatMap((group) => [...known.get(group)!]),
    );
    fault(
      `there is no resource "${resource}" in ${usable.map((group) => (group === '' ? 'the core group' : group)).join(', ')}${
        elsewhere
          ? `; it is in ${elsewhere[0] === '' ? 'the core group ("")' : elsewhere[0]}.`
          : hint
            ? `; did you mean "${hint}"?`
            : '.'
      }`,
      'resources',
      index,
    );
  });
}

function resourcesByGroup(
  cluster: ClusterView,
  builtIn: readonly { readonly group: string; readonly plural: string }[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const byGroup = new Map<string, Set<string>>();
  const add = (group: string, plural: string) => {
    const set = byGroup.get(group);
    if (set) set.add(plural);
    else byGroup.set(group, new Set([plural]));
  };
  for (const resource of builtIn) add(resource.group, resource.plural);
  for (const [group, names] of Object.entries(virtual)) for (const name of names) add(group, name);
  for (const crd of cluster.byKind.get('CustomResourceDefinition') ?? []) {
    const group = asString(get(crd.object, 'spec', 'group'));
    const plural = asString(get(crd.object, 'spec', 'names', 'plural'));
    if (group === undefined || plural === undefined) continue;
    for (const suffix of ['', '/status', '/scale', '/finalizers']) add(group, plural + suffix);
  }
  for (const service of cluster.byKind.get('APIService') ?? []) {
    // An aggregated API has resources that only its server knows: every name is admitted below.
    const group = asString(get(service.object, 'spec', 'group'));
    if (group !== undefined && !byGroup.has(group)) byGroup.set(group, anything);
  }
  return byGroup;
}

/** A set that has every resource. */
const anything: Set<string> = Object.assign(new Set<string>(), { has: () => true });

/** Rights from which every other right can be had. */
import type { JsonValue } from '../../model.ts';
import { asList, type ClusterRule, get } from '../rule.ts';

interface Path {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly effect: string;
  /** Only when granted for the whole cluster. */
  readonly clusterWide?: boolean;
}

/** Source: Kubernetes documentation, "Role Based Access Control Good Practices": privilege escalation risks. */
const paths: readonly Path[] = [
  {
    group: 'rbac.authorization.k8s.io',
    resources: ['roles', 'clusterroles'],
    verbs: ['escalate', 'bind'],
    effect: 'may grant itself any right',
  },
  {
    group: '',
    resources: ['users', 'groups', 'serviceaccounts'],
    verbs: ['impersonate'],
    effect: 'may act as anybody',
  },
  {
    group: '',
    resources: ['secrets'],
    verbs: ['get', 'list', 'watch'],
    effect: 'reads every secret of the cluster',
    clusterWide: true,
  },
  { group: '', resources: ['serviceaccounts/token'], verbs: ['create'], effect: 'may act as any service account' },
  { group: '', resources: ['pods/exec', 'pods/attach'], verbs: ['create', 'get'], effect: 'gets into any pod' },
  {
    group: '',
    resources: ['nodes/proxy'],
    verbs: ['get', 'create'],
    effect: 'reaches the kubelet past admission and audit',
  },
  {
    group: 'admissionregistration.k8s.io',
    resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    verbs: ['create', 'update', 'patch'],
    effect: 'may read and change whatever is admitted',
  },
  {
    group: 'certificates.k8s.io',
    resources: ['certificatesigningrequests/approval'],
    verbs: ['update', 'patch'],
    effect: 'may approve a certificate for anybody, together with its signer',
  },
];

export const escalationPath: ClusterRule = {
  id: 'escalation-path',
  family: 'rbac',
  severity: 'error',
  title: 'no RBAC rule from which every right can be had, without a reason in the source',
  scope: 'cluster',
  check(cluster, report) {
    for (const kind of ['Role', 'ClusterRole']) {
      for (const role of cluster.byKind.get(kind) ?? []) {
        asList(get(role.object, 'rules')).forEach((rule, index) => {
          for (const path of paths) {
            if (path.clusterWide && kind === 'Role') continue;
            if (!matches(rule, path)) continue;
            report(
              role.artifact,
              `/rules/${index}`,
              `${kind} ${role.name}: whoever has this ${path.effect} (${path.resources.join(', ')}: ${path.verbs.join(', ')}). Narrow it with resourceNames or a Role, or say in the source why it must be: "weir-ignore escalation-path: <reason>".`,
            );
          }
        });
      }
    }
  },
};

/** A rule names the path outright: wildcards are the wildcard rule's finding. */
function matches(rule: JsonValue, path: Path): boolean {
  if (asList(get(rule, 'resourceNames')).length > 0) return false;
  const groups = asList(get(rule, 'apiGroups'));
  const resources = asList(get(rule, 'resources'));
  const verbs = asList(get(rule, 'verbs'));
  return (
    groups.includes(path.group) &&
    path.resources.some((resource) => resources.includes(resource)) &&
    path.verbs.some((verb) => verbs.includes(verb))
  );
}

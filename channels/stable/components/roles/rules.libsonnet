// What the roles of people allow. Resources are listed, never starred: `pods/exec` is readable to whoever may `get` it,
// and a kind that an upgrade brings should be granted by somebody.
local look = ['get', 'list', 'watch'];
local change = ['create', 'update', 'patch', 'delete', 'deletecollection'];
local rule(group, resources, verbs) = { apiGroups: [group], resources: resources, verbs: verbs };

// Kinds that applications are made of, by API group: PowerUsers write them. No DaemonSets: those are the platform's.
local applications = {
  '': [
    'configmaps',
    'endpoints',
    'events',
    'persistentvolumeclaims',
    'pods',
    'podtemplates',
    'replicationcontrollers',
    'serviceaccounts',
    'services',
  ],
  apps: ['deployments', 'deployments/scale', 'replicasets', 'replicasets/scale', 'statefulsets', 'statefulsets/scale'],
  autoscaling: ['horizontalpodautoscalers'],
  batch: ['cronjobs', 'jobs'],
  'discovery.k8s.io': ['endpointslices'],
  'networking.k8s.io': ['ingresses', 'networkpolicies'],
  policy: ['poddisruptionbudgets'],
};

// Kinds that people may see and the platform writes.
local platform = {
  '': [
    'limitranges',
    'namespaces',
    'nodes',
    'persistentvolumes',
    'pods/log',
    'pods/status',
    'resourcequotas',
  ],
  'admissionregistration.k8s.io': [
    'mutatingwebhookconfigurations',
    'validatingadmissionpolicies',
    'validatingadmissionpolicybindings',
    'validatingwebhookconfigurations',
  ],
  'apiextensions.k8s.io': ['customresourcedefinitions'],
  'apiregistration.k8s.io': ['apiservices'],
  apps: ['controllerrevisions', 'daemonsets'],
  'coordination.k8s.io': ['leases'],
  'events.k8s.io': ['events'],
  'flowcontrol.apiserver.k8s.io': ['flowschemas', 'prioritylevelconfigurations'],
  'metrics.k8s.io': ['nodes', 'pods'],
  'networking.k8s.io': ['ingressclasses'],
  'node.k8s.io': ['runtimeclasses'],
  'rbac.authorization.k8s.io': ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
  'scheduling.k8s.io': ['priorityclasses'],
  'storage.k8s.io': ['csidrivers', 'csinodes', 'csistoragecapacities', 'storageclasses', 'volumeattachments'],
};

// Custom resources by the unit that brings them: [unit, group, what people write, what they only see].
local custom = [
  ['routegroup-crd', 'zalando.org', ['routegroups'], []],
  ['stackset-controller', 'zalando.org', ['stacks', 'stacksets'], []],
  ['fabric-gateway', 'zalando.org', ['fabricgateways'], []],
  ['kube-metrics-adapter', 'zalando.org', ['scalingschedules'], ['clusterscalingschedules']],
  ['kube-aws-iam-controller', 'zalando.org', ['awsiamroles'], []],
  ['vertical-pod-autoscaler', 'autoscaling.k8s.io', ['verticalpodautoscalers'], ['verticalpodautoscalercheckpoints']],
  ['karpenter', 'karpenter.sh', [], ['nodeclaims', 'nodepools']],
  ['karpenter', 'karpenter.k8s.aws', [], ['ec2nodeclasses']],
];

{
  // Everything but secrets. Nothing here runs a command, opens a connection or makes a token.
  read:: [
    rule(group, std.sort(std.get(applications, group, []) + std.get(platform, group, [])), look)
    for group in std.setUnion(std.objectFields(applications), std.objectFields(platform))
  ],

  readPlatform(on):: [
    rule(entry[1], std.sort(entry[2] + entry[3]), look)
    for entry in custom
    if on(entry[0])
  ],

  write:: [
    rule(group, applications[group], change)
    for group in std.objectFields(applications)
  ] + [
    // weir-ignore escalation-path: People who write applications write their secrets; outside production, or for a while.
    rule('', ['secrets'], look + change),
    // weir-ignore escalation-path: Debugging one's own pods; those of the platform are closed by admission.
    rule('', ['pods/attach', 'pods/exec', 'pods/portforward'], ['get', 'create']),
    rule('', ['services/proxy'], ['get', 'create']),
    rule('', ['pods/ephemeralcontainers'], ['patch', 'update']),
    // weir-ignore escalation-path: Tokens of one's own service accounts; those of the platform are closed by admission.
    rule('', ['pods/eviction', 'serviceaccounts/token'], ['create']),
    rule('', ['namespaces'], ['create', 'update', 'patch', 'delete']),
    // The API server refuses a role that gives more than its author has: neither `escalate` nor `bind` is granted.
    rule('rbac.authorization.k8s.io', ['rolebindings', 'roles'], change),
    rule('apiextensions.k8s.io', ['customresourcedefinitions'], change),
  ],

  writePlatform(on):: [
    rule(entry[1], entry[2], change)
    for entry in custom
    if on(entry[0]) && entry[2] != []
  ] + (
    // A node that is broken is given back; its pool is the platform's to write.
    if on('karpenter') then [rule('karpenter.sh', ['nodeclaims'], ['delete'])] else []
  ),

  // Beyond Manual in an incident: take a node or a broken admission webhook out of the way, restart what runs everywhere.
  rescue:: [
    rule('', ['nodes'], ['patch', 'update', 'delete']),
    rule('', ['persistentvolumes'], ['patch', 'update']),
    rule('apps', ['daemonsets'], ['patch', 'update']),
    // weir-ignore escalation-path: A webhook that refuses everything stops the repair too; for an incident, with approval.
    rule(
      'admissionregistration.k8s.io',
      ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
      ['patch', 'update', 'delete'],
    ),
  ],
}

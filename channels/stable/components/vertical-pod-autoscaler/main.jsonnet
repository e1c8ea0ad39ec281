local kube = import '../../lib/kube.libsonnet';
local checkpoints = import 'crds/verticalpodautoscalercheckpoints.json';
local autoscalers = import 'crds/verticalpodautoscalers.json';
local weir = import 'weir.libsonnet';

local component = 'vertical-pod-autoscaler';
local namespace = 'kube-system';

// Three programs: the recommender watches what containers use, the updater evicts pods that have too little or too
// much, the admission controller gives a new pod what was recommended.
function(cluster, config, images)
  local selector(role) = kube.selector(component, role);
  local labels = kube.selector(component);
  local image(role) = images[role + (if config.version == 'legacy' then '-legacy' else '')];
  local read = ['get', 'list', 'watch'];

  // `rules` are of the whole cluster; each program has what its own work takes and no more.
  local program(role, rules, leaseRules, args, port, pod={}, container={}, replicas=1) =
    local name = 'vpa-' + role;
    {
      [role + '-account']: kube.serviceAccount(name, namespace, selector(role)),
      [role + '-cluster-role']: kube.clusterRole(name, rules, selector(role)),
      [role + '-cluster-role-binding']:
        kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector(role)),
      [role + '-role']: kube.role(name, namespace, leaseRules, selector(role)),
      [role + '-role-binding']:
        kube.roleBinding(name, namespace, name, [kube.account(name, namespace)], labels=selector(role)),
      [role + '-deployment']: kube.deployment(name, namespace, selector(role), {
        serviceAccountName: name,
        priorityClassName: 'system-cluster-critical',
        securityContext: kube.nonRoot(),
        topologySpreadConstraints: kube.spread(selector(role)),
        containers: [{
          name: role,
          image: image(role),
          args: ['--address=:' + port, '--v=2'] + args,
          env: kube.env({ NAMESPACE: kube.fieldRef('metadata.namespace') }),
          ports: [{ name: 'prometheus', containerPort: port }],
          livenessProbe: kube.httpProbe('/health-check', 'prometheus', initialDelay=5, period=10, failures=6),
          readinessProbe: kube.httpProbe('/health-check', 'prometheus', period=10),
          resources: kube.resources(config.cpu, config.memory),
          securityContext: kube.restricted,
        } + container],
      } + pod, replicas=replicas, podAnnotations=kube.scrape(port)),
    };

  // What an autoscaler may point at.
  local targets = [
    { apiGroups: ['apps'], resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'], verbs: read },
    {
      apiGroups: ['apps'],
      resources: ['deployments/scale', 'replicasets/scale', 'statefulsets/scale'],
      verbs: ['get', 'watch'],
    },
    { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: read },
    { apiGroups: [''], resources: ['replicationcontrollers'], verbs: read },
  ] + (
    if std.get(cluster.enabled, 'stackset-controller', false)
    then [{ apiGroups: ['zalando.org'], resources: ['stacks/scale'], verbs: ['get', 'watch'] }] else []
  );
  local actor = targets + [
    { apiGroups: [''], resources: ['limitranges', 'nodes', 'pods'], verbs: read },
    { apiGroups: ['autoscaling.k8s.io'], resources: ['verticalpodautoscalers'], verbs: read },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: read + ['create', 'patch', 'update'] },
  ];
  local webhookLease = 'vpa-admission-controller';

  {
    autoscalers: autoscalers { metadata+: { labels: labels } },
    checkpoints: checkpoints { metadata+: { labels: labels } },
  } + program('recommender', actor + [
    { apiGroups: ['autoscaling.k8s.io'], resources: ['verticalpodautoscalers/status'], verbs: ['get', 'patch'] },
    {
      apiGroups: ['autoscaling.k8s.io'],
      resources: ['verticalpodautoscalercheckpoints'],
      verbs: ['create', 'delete', 'get', 'list', 'patch', 'watch'],
    },
    { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['get', 'list'] },
  ], kube.leaseRules('vpa-recommender-lease'), [
    // Only pods that an autoscaler selects are kept in memory.
    '--memory-saver=true',
    '--pod-recommendation-min-memory-mb=' + std.floor(weir.quantity.bytes(config.min_memory) / 1048576),
  ], 8942) + program('updater', actor + [
    { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  ] + (if config.in_place then [
         { apiGroups: [''], resources: ['pods', 'pods/resize'], verbs: ['patch'] },
       ] else []), kube.leaseRules('vpa-updater') + [
    // It evicts only while the admission controller, which renews this lease, is there to do its part.
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: [webhookLease],
      verbs: ['get', 'list', 'watch'],
    },
  ], [
    '--min-replicas=' + config.min_replicas,
    '--evict-after-oom-threshold=' + config.evict_after_oom,
  ], 8943) + program('admission-controller', targets + [
    { apiGroups: [''], resources: ['limitranges', 'nodes', 'pods'], verbs: read },
    { apiGroups: ['autoscaling.k8s.io'], resources: ['verticalpodautoscalers'], verbs: read },
    // weir-ignore escalation-path: It registers its webhook itself, with the authority of the mounted secret, so that
    // a new authority needs no change here; making one has no name to limit it to.
    { apiGroups: ['admissionregistration.k8s.io'], resources: ['mutatingwebhookconfigurations'], verbs: ['create'] },
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingwebhookconfigurations'],
      resourceNames: ['vpa-webhook-config'],
      verbs: ['delete', 'get', 'patch'],
    },
  ], kube.leaseRules(webhookLease), [
    '--port=8000',
    '--webhook-service=vpa-webhook',
    '--webhook-timeout-seconds=5',
    '--reload-cert=true',
  ], 8944, pod={
    volumes: [{ name: 'certificates', secret: { secretName: 'vpa-tls-certs' } }],
  }, container={
    ports: [
      { name: 'webhook', containerPort: 8000 },
      { name: 'prometheus', containerPort: 8944 },
    ],
    volumeMounts: [{ name: 'certificates', mountPath: '/etc/tls-certs', readOnly: true }],
  }, replicas=2) + {
    service: kube.service('vpa-webhook', namespace, selector('admission-controller'), [
      { name: 'https', port: 443, targetPort: 'webhook' },
    ]),
    disruptionBudget:
      kube.podDisruptionBudget('vpa-admission-controller', namespace, selector('admission-controller')),
  }

local kube = import '../../lib/kube.libsonnet';

// Where each kind lives.
local groups = {
  cronjobs: 'batch',
  deployments: 'apps',
  horizontalpodautoscalers: 'autoscaling',
  stacks: 'zalando.org',
  statefulsets: 'apps',
};

// One replica that forgets nothing: what it scaled down is remembered in annotations. It serves no port, so there is
// nothing to probe: a loop that fails ends the process.
function(cluster, config, images)
  local name = 'kube-downscaler';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local kinds = std.sort([
    kind
    for kind in config.include_resources
    if kind != 'stacks' || std.get(cluster.enabled, 'stackset-controller', false)
  ]);
  {
    account: kube.serviceAccount(name, namespace, selector),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['namespaces', 'pods'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'get', 'list', 'patch', 'update', 'watch'] },
    ] + [
      { apiGroups: [groups[kind]], resources: [kind], verbs: ['get', 'list', 'patch', 'update', 'watch'] }
      for kind in kinds
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: images[name],
        args: [
          '--interval=%d' % config.interval,
          '--grace-period=%d' % config.grace_period,
          '--include-resources=' + std.join(',', kinds),
          '--exclude-namespaces=' + std.join(',', config.exclude_namespaces),
          '--exclude-deployments=' + std.join(',', config.exclude_workloads),
          '--default-uptime=' + config.default_uptime,
          '--default-downtime=' + config.default_downtime,
          '--deployment-time-annotation=deployment-time',
          '--enable-events',
        ],
        resources: kube.resources('5m', config.memory),
        securityContext: kube.restricted,
      }],
    }, strategy={ type: 'Recreate' }),
  }

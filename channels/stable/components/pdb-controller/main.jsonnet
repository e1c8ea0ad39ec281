local kube = import '../../lib/kube.libsonnet';

function(config, images)
  local name = 'pdb-controller';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  {
    account: kube.serviceAccount(name, namespace, selector),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['namespaces', 'pods'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['get', 'list'] },
      {
        apiGroups: ['policy'],
        resources: ['poddisruptionbudgets'],
        verbs: ['create', 'delete', 'get', 'list', 'update'],
      },
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    // It serves nothing that could be asked whether it lives; it exits when it cannot go on.
    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: images[name],
        args: ['--max-unavailable=' + config.max_unavailable] + (
          if config.non_ready_ttl != null then ['--non-ready-ttl=' + config.non_ready_ttl] else []
        ) + (if config.parent_resource_hash then ['--use-parent-resource-hash'] else []),
        resources: kube.resources('10m', config.memory.min),
        securityContext: kube.restricted,
      }],
    }, strategy={ type: 'Recreate' }),

    autoscaler: kube.verticalPodAutoscaler(name, namespace, 'Deployment', {
      [name]: kube.memoryBounds(config.memory),
    }, selector),
  }

local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';
local weir = import 'weir.libsonnet';

// Node groups are found by the tags that pools put on their Auto Scaling groups. Of the groups that a pod fits on, the
// one of the pool with the highest `scaling_priority` grows; a group that gets no capacity is left out for a while, and
// so the next one is the fallback.
function(cluster, shared, config, images)
  local name = 'cluster-autoscaler';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local priorities = 'cluster-autoscaler-priority-expander';
  local status = 'cluster-autoscaler-status';

  // How many nodes the pod network has room for.
  local capacity = std.pow(2, shared.node_cidr_mask_size - weir.cidr.prefix(shared.pod_cidr)) - config.reserved_nodes;

  // Pools of Auto Scaling groups with workers. Only the order of priorities counts.
  local pools = [
    pool
    for pool in std.objectValues(cluster.node_pools)
    if std.startsWith(pool.profile, 'worker-') && pool.profile != 'worker-karpenter'
  ];
  local groups = std.flatMap(function(priority) [
    priority + ':',
  ] + [
    '  - ' + nodes.groupPattern(cluster, pool)
    for pool in pools
    if nodes.expanderPriority(pool) == priority
  ], std.set([nodes.expanderPriority(pool) for pool in pools]));

  {
    account: kube.serviceAccount(name, namespace, selector, iam.annotations(cluster, name)),

    clusterRole: kube.clusterRole(name, [
      // It taints and cordons nodes and writes why it does not.
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch', 'update', 'patch'] },
      { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
      { apiGroups: [''], resources: ['pods/status'], verbs: ['update'] },
      { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
      // What the scheduler that it simulates looks at.
      {
        apiGroups: [''],
        resources: [
          'namespaces',
          'persistentvolumeclaims',
          'persistentvolumes',
          'pods',
          'replicationcontrollers',
          'services',
        ],
        verbs: ['get', 'list', 'watch'],
      },
      {
        apiGroups: ['apps'],
        resources: ['daemonsets', 'replicasets', 'statefulsets'],
        verbs: ['get', 'list', 'watch'],
      },
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['get', 'list', 'watch'] },
      {
        apiGroups: ['storage.k8s.io'],
        resources: ['csidrivers', 'csinodes', 'csistoragecapacities', 'storageclasses', 'volumeattachments'],
        verbs: ['get', 'list', 'watch'],
      },
      {
        apiGroups: ['resource.k8s.io'],
        resources: ['deviceclasses', 'resourceclaims', 'resourceslices'],
        verbs: ['get', 'list', 'watch'],
      },
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    role: kube.role(name, namespace, kube.leaseRules(name) + [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'list', 'watch'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: [status], verbs: ['get', 'update', 'delete'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: [priorities], verbs: ['get'] },
    ], selector),

    roleBinding: kube.roleBinding(name, namespace, name, [kube.account(name, namespace)], labels=selector),

    // Read again by the program when it changes. Its keys are YAML integers, which no JSON value has: so it is text.
    priorities: kube.configMap(priorities, namespace, { priorities: std.join('\n', groups) + '\n' }, selector),

    deployment: kube.deployment(name, namespace, selector, kube.onControlPlane {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      topologySpreadConstraints: kube.spread(selector),
      containers: [{
        name: name,
        image: images[name],
        command: ['./cluster-autoscaler'],
        args: [
          '--cloud-provider=aws',
          '--cluster-name=' + cluster.local_id,
          '--namespace=' + namespace,
          '--node-group-auto-discovery=asg:tag=' + std.join(',', std.objectFields(nodes.autoscalerTags(cluster))),
          '--expander=priority',
          '--balance-similar-node-groups=true',
          '--max-nodes-total=' + capacity,
          '--max-nodes-per-scaleup=' + config.max_nodes_per_scale_up,
          '--max-node-provision-time=' + config.max_provision_time,
          '--max-pod-eviction-time=' + config.max_pod_eviction_time,
          '--max-graceful-termination-sec=' + weir.duration.seconds(config.max_graceful_termination),
          '--max-scale-down-parallelism=' + config.scale_down_parallelism,
          '--scale-down-enabled=' + config.scale_down,
          '--scale-down-unneeded-time=' + config.unneeded_time,
          '--scale-down-utilization-threshold=' + config.utilization_threshold,
          '--unremovable-node-recheck-timeout=' + config.unremovable_recheck_timeout,
          // Local volumes and the platform's own pods do not hold a node: budgets say what may not be disturbed.
          '--skip-nodes-with-local-storage=false',
          '--skip-nodes-with-system-pods=false',
          // Pods of the buffer (-1000000) make nodes grow; anything below does not.
          '--expendable-pods-priority-cutoff=-1000000',
          '--leader-elect=true',
          '--leader-elect-resource-name=' + name,
          '--v=' + config.log_level,
        ],
        env: kube.env(iam.env(cluster, name)),
        ports: [{ name: 'metrics', containerPort: 8085 }],
        livenessProbe: kube.httpProbe('/health-check', 'metrics', initialDelay=30, timeout=5),
        readinessProbe: kube.httpProbe('/health-check', 'metrics', timeout=5),
        resources: kube.resources(config.cpu, config.memory),
        securityContext: kube.restricted,
        volumeMounts: [iam.mount],
      }],
      volumes: [iam.volume],
    }, replicas=2, podAnnotations=kube.scrape(8085)),

    disruptionBudget: kube.podDisruptionBudget(name, namespace, selector),
  }

local iam = import '../../lib/iam.libsonnet';
local interruption = import '../../lib/interruption.libsonnet';
local kube = import '../../lib/kube.libsonnet';

function(cluster, config, images)
  local name = 'karpenter';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local ports = { metrics: 8080, health: 8081 };
  local rule(group, resources, verbs) = { apiGroups: [group], resources: resources, verbs: verbs };
  local look = ['get', 'list', 'watch'];
  {
    nodePools: import 'crds/nodepools.libsonnet',
    nodeClaims: import 'crds/nodeclaims.libsonnet',
    nodeOverlays: import 'crds/nodeoverlays.libsonnet',
    nodeClasses: import 'crds/ec2nodeclasses.libsonnet',
    capacityBuffers: import 'crds/capacitybuffers.libsonnet',

    account: kube.serviceAccount(name, namespace, selector, iam.annotations(cluster, name)),

    clusterRole: kube.clusterRole(name, [
      // What its nodes must fit.
      rule('', ['namespaces', 'nodes', 'persistentvolumeclaims', 'persistentvolumes', 'pods', 'podtemplates', 'replicationcontrollers'], look),
      rule('apps', ['daemonsets', 'deployments', 'replicasets', 'statefulsets'], look),
      rule('policy', ['poddisruptionbudgets'], look),
      rule('storage.k8s.io', ['csinodes', 'storageclasses', 'volumeattachments'], look),
      rule('autoscaling.x-k8s.io', ['capacitybuffers', 'capacitybuffers/status'], look),
      rule('autoscaling.x-k8s.io', ['capacitybuffers/status'], ['patch', 'update']),
      // Its own kinds.
      rule('karpenter.sh', ['nodeclaims', 'nodeclaims/status', 'nodeoverlays', 'nodeoverlays/status', 'nodepools', 'nodepools/status'], look),
      rule('karpenter.sh', ['nodeclaims', 'nodeclaims/status'], ['create', 'delete', 'patch', 'update']),
      rule('karpenter.sh', ['nodeoverlays/status', 'nodepools', 'nodepools/status'], ['patch', 'update']),
      rule('karpenter.k8s.aws', ['ec2nodeclasses'], look),
      rule('karpenter.k8s.aws', ['ec2nodeclasses', 'ec2nodeclasses/status'], ['patch', 'update']),
      // Draining and ending nodes.
      rule('', ['nodes'], ['delete', 'patch', 'update']),
      rule('', ['pods'], ['delete']),
      rule('', ['pods/eviction'], ['create']),
      rule('', ['events'], ['create', 'get', 'list', 'patch', 'watch']),
    ], selector),
    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    // Leader election. A lease that does not exist yet has no name to go by.
    role: kube.role(name, namespace, [
      rule('coordination.k8s.io', ['leases'], ['create', 'get', 'watch']),
      rule('coordination.k8s.io', ['leases'], ['patch', 'update']) { resourceNames: ['karpenter-leader-election'] },
    ], selector),
    roleBinding: kube.roleBinding(name, namespace, name, [kube.account(name, namespace)], labels=selector),

    // On the control plane: it must not depend on the nodes that it makes.
    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      nodeSelector: kube.controlPlaneSelector,
      tolerations: [kube.controlPlaneToleration],
      topologySpreadConstraints: kube.spread(selector),
      // The cluster's DNS may wait for a node that only Karpenter can make.
      dnsPolicy: 'Default',
      securityContext: kube.nonRoot(65532),
      containers: [{
        name: 'controller',
        image: images.karpenter,
        env: kube.env(iam.env(cluster, name) {
          KUBERNETES_MIN_VERSION: '1.19.0-0',
          KARPENTER_SERVICE: name,
          LOG_LEVEL: config.log_level,
          METRICS_PORT: std.toString(ports.metrics),
          HEALTH_PROBE_PORT: std.toString(ports.health),
          SYSTEM_NAMESPACE: kube.fieldRef('metadata.namespace'),
          CPU_REQUESTS: {
            valueFrom: { resourceFieldRef: { containerName: 'controller', divisor: '1m', resource: 'requests.cpu' } },
          },
          MEMORY_LIMIT: {
            valueFrom: { resourceFieldRef: { containerName: 'controller', divisor: '0', resource: 'limits.memory' } },
          },
          FEATURE_GATES: std.join(',', [
            'ReservedCapacity=false',
            'SpotToSpotConsolidation=' + config.spot_to_spot_consolidation,
            'NodeRepair=false',
            'NodeOverlay=false',
            'StaticCapacity=false',
            'CapacityBuffer=false',
          ]),
          BATCH_IDLE_DURATION: config.batch_idle_duration,
          BATCH_MAX_DURATION: config.batch_max_duration,
          // Tags of what it makes, and the conditions of its role, go by this name.
          CLUSTER_NAME: cluster.id,
          CLUSTER_ENDPOINT: cluster.api_server_url,
          EKS_CONTROL_PLANE: 'false',
          INTERRUPTION_QUEUE: interruption.queueName(cluster, name),
          VM_MEMORY_OVERHEAD_PERCENT: std.toString(config.memory_overhead_percent),
        }),
        ports: [
          { name: 'metrics', containerPort: ports.metrics },
          { name: 'health', containerPort: ports.health },
        ],
        livenessProbe: kube.httpProbe('/healthz', 'health', initialDelay=30, timeout=30),
        readinessProbe: kube.httpProbe('/readyz', 'health', initialDelay=5, timeout=30),
        resources: kube.resources(config.cpu, config.memory),
        securityContext: kube.restricted,
        volumeMounts: [iam.mount],
      }],
      volumes: [iam.volume],
    }, replicas=2, podAnnotations=kube.scrape(ports.metrics)),

    budget: kube.podDisruptionBudget(name, namespace, selector),
  }

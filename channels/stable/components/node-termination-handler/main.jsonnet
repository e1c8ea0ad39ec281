local cloudformation = import '../../lib/cloudformation.libsonnet';
local iam = import '../../lib/iam.libsonnet';
local interruption = import '../../lib/interruption.libsonnet';
local kube = import '../../lib/kube.libsonnet';
local ports = import 'ports.libsonnet';

function(cluster, config, images)
  local name = 'node-termination-handler';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local queue = config.mode == 'queue';

  local environment = {
    NODE_NAME: kube.fieldRef('spec.nodeName'),
    POD_NAME: kube.fieldRef('metadata.name'),
    NAMESPACE: kube.fieldRef('metadata.namespace'),
    ENABLE_PROBES_SERVER: 'true',
    PROBES_SERVER_PORT: std.toString(ports.probes),
    PROBES_SERVER_ENDPOINT: '/healthz',
    ENABLE_PROMETHEUS_SERVER: 'true',
    PROMETHEUS_SERVER_PORT: std.toString(ports.metrics),
    JSON_LOGGING: 'true',
    LOG_LEVEL: 'info',
    DELETE_LOCAL_DATA: 'true',
    IGNORE_DAEMON_SETS: 'true',
    TAINT_NODE: 'true',
    CORDON_ONLY: 'false',
    EMIT_KUBERNETES_EVENTS: 'true',
    NODE_TERMINATION_GRACE_PERIOD: std.toString(config.node_grace_period),
    POD_TERMINATION_GRACE_PERIOD: std.toString(config.pod_grace_period),
    // The node's metadata is asked, or the queue is read: with both on, the program starts neither right. What the queue
    // tells is drained without further switches; it tells what there are rules for.
    ENABLE_SPOT_INTERRUPTION_DRAINING: std.toString(!queue),
    ENABLE_SCHEDULED_EVENT_DRAINING: std.toString(!queue),
    ENABLE_REBALANCE_MONITORING: 'false',
    ENABLE_REBALANCE_DRAINING: std.toString(!queue && config.rebalance == 'drain'),
    ENABLE_SQS_TERMINATION_DRAINING: std.toString(queue),
  } + (
    if queue then iam.env(cluster, name) {
      QUEUE_URL: interruption.queueUrl(cluster, name),
      CHECK_TAG_BEFORE_DRAINING: 'true',
      // The rules hear of every instance of the account; this cluster's carry its tag.
      MANAGED_TAG: cloudformation.ownerTag(cluster),
      WORKERS: '10',
    } else { METADATA_TRIES: '3' }
  );

  local pod = {
    serviceAccountName: name,
    securityContext: kube.nonRoot(1000),
    containers: [{
      name: name,
      image: images[name],
      env: kube.env(environment),
      ports: [
        { name: 'metrics', containerPort: ports.metrics },
        { name: 'probes', containerPort: ports.probes },
      ],
      livenessProbe: kube.httpProbe('/healthz', 'probes', initialDelay=10),
      resources: kube.resources('25m', config.memory),
      securityContext: kube.restricted,
      [if queue then 'volumeMounts']: [iam.mount],
    }],
    [if queue then 'volumes']: [iam.volume],
  };
  {
    account: kube.serviceAccount(name, namespace, selector, if queue then iam.annotations(cluster, name) else {}),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'patch', 'update'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      { apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['get'] },
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    deployment: if queue then kube.deployment(name, namespace, selector, pod {
      priorityClassName: 'system-cluster-critical',
      nodeSelector: kube.controlPlaneSelector,
      tolerations: [kube.controlPlaneToleration],
      topologySpreadConstraints: kube.spread(selector),
    }, replicas=2, podAnnotations=kube.scrape(ports.metrics)),

    budget: if queue then kube.podDisruptionBudget(name, namespace, selector),

    daemonSet: if !queue then kube.daemonSet(name, namespace, selector, pod {
      priorityClassName: 'system-node-critical',
      // weir-ignore host-namespaces: A node's metadata answers to its own network alone: the hop limit is one.
      hostNetwork: true,
      dnsPolicy: 'ClusterFirstWithHostNet',
      tolerations: kube.tolerateAll,
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{
              matchExpressions: [
                { key: 'node.kubernetes.io/role', operator: 'In', values: ['worker'] },
                { key: 'karpenter.sh/nodepool', operator: 'DoesNotExist' },
              ],
            }],
          },
        },
      },
    }, podAnnotations=kube.scrape(ports.metrics), updateStrategy={
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '25%' },
    }),
  }

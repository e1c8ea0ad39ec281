local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';
local weir = import 'weir.libsonnet';

// The contract of the program:
// - A node with the label `lifecycle-status=decommission-pending` is cordoned, drained by the five times below, and ended
//   through its Auto Scaling group (EC2 directly where it has none).
// - Eviction respects disruption budgets until `drain-grace-period` is over; then, one pod each
//   `drain-force-evict-interval`, a pod may be deleted that is older than `drain-min-pod-lifetime` and whose siblings
//   under the same budget are older than the two sibling times.
// - It reads AWS credentials from AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE, and is alone: there is no leader election.
function(cluster, config, images)
  local name = 'cluster-lifecycle-controller';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local seconds = weir.duration.seconds;
  assert seconds(config.drain_grace_period) <= seconds(config.drain_min_pod_lifetime) :
         'cluster-lifecycle-controller: drain_grace_period (%s) must not be longer than drain_min_pod_lifetime (%s): the grace would never matter'
         % [config.drain_grace_period, config.drain_min_pod_lifetime];
  assert seconds(config.drain_force_evict_interval) > 0 :
         'cluster-lifecycle-controller: drain_force_evict_interval must be longer than nothing';
  {
    account: kube.serviceAccount(name, namespace, selector, iam.annotations(cluster, name)),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['pods'], verbs: ['delete', 'get', 'list', 'patch', 'watch'] },
      { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'patch', 'update', 'watch'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['get', 'list', 'watch'] },
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    // On the control plane: it drains workers, and must not drain itself.
    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      nodeSelector: kube.controlPlaneSelector,
      tolerations: [kube.controlPlaneToleration],
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: if config.image == null then images[name] else config.image,
        args: [
          '--drain-grace-period=' + config.drain_grace_period,
          '--drain-min-pod-lifetime=' + config.drain_min_pod_lifetime,
          '--drain-min-healthy-sibling-lifetime=' + config.drain_min_healthy_sibling_lifetime,
          '--drain-min-unhealthy-sibling-lifetime=' + config.drain_min_unhealthy_sibling_lifetime,
          '--drain-force-evict-interval=' + config.drain_force_evict_interval,
        ],
        env: kube.env(iam.env(cluster, name)),
        resources: kube.resources('100m', config.memory),
        securityContext: kube.restricted,
        volumeMounts: [iam.mount],
      }],
      volumes: [iam.volume],
    }, strategy={ type: 'Recreate' }),
  }

local kube = import '../../lib/kube.libsonnet';

// A pod that needs room pushes a buffer pod out; the buffer pod, pending, makes the autoscaler add a node.
function(cluster, config, images)
  local name = 'autoscaling-buffer';
  local namespace = 'kube-system';
  local zones = std.objectFields(cluster.facts.subnets);
  local buffer(zone) =
    local selector = kube.selector(name, zone);
    kube.deployment(name + '-' + zone, namespace, selector, {
      automountServiceAccountToken: false,
      priorityClassName: name,
      terminationGracePeriodSeconds: 0,
      nodeSelector: { 'topology.kubernetes.io/zone': zone, 'node.kubernetes.io/role': 'worker' },
      securityContext: kube.nonRoot(),
      containers: [{
        name: 'pause',
        image: images.pause,
        resources: kube.resources(config.cpu, config.memory),
        securityContext: kube.restricted,
      }],
    }, replicas=config.pods, strategy={ type: 'Recreate' });
  {
    // Below everything, and pushing nobody out itself. The value cannot change.
    priorityClass: kube.object('scheduling.k8s.io/v1', 'PriorityClass', name, labels=kube.selector(name)) {
      value: -1000000,
      preemptionPolicy: 'Never',
      description: 'Room kept warm: any other pod may push these out.',
    },
  } + {
    ['deployment-' + zone]: buffer(zone)
    for zone in zones
  } + {
    // Draining a node must not wait for a pod that does nothing, nor a budget hold the autoscaler back.
    ['budget-' + zone]: kube.podDisruptionBudget(name + '-' + zone, namespace, kube.selector(name, zone), '100%')
    for zone in zones
  }

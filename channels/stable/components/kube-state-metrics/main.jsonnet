local kube = import '../../lib/kube.libsonnet';

function(config, images)
  local name = 'kube-state-metrics';
  local namespace = 'kube-system';
  local selector = kube.selector(name);

  // What is measured, by API group. The role and the program's flag are both made from it, so they cannot disagree.
  // Secrets are not: to count them is to read them.
  local resources = {
    '': [
      'configmaps',
      'limitranges',
      'namespaces',
      'nodes',
      'persistentvolumeclaims',
      'persistentvolumes',
      'pods',
      'replicationcontrollers',
      'resourcequotas',
      'services',
    ],
    apps: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
    'admissionregistration.k8s.io': ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    autoscaling: ['horizontalpodautoscalers'],
    batch: ['cronjobs', 'jobs'],
    'certificates.k8s.io': ['certificatesigningrequests'],
    'coordination.k8s.io': ['leases'],
    'discovery.k8s.io': ['endpointslices'],
    'networking.k8s.io': ['ingresses', 'networkpolicies'],
    policy: ['poddisruptionbudgets'],
    'storage.k8s.io': ['storageclasses', 'volumeattachments'],
  };
  local names = std.sort(std.flatMap(function(group) resources[group], std.objectFields(resources)));
  local allowed(map) = std.join(',', [
    resource + '=[' + std.join(',', map[resource]) + ']'
    for resource in std.objectFields(map)
    if map[resource] != []
  ]);
  local flag(name, value) = if value == '' then [] else ['--' + name + '=' + value];
  local unknown = [
    resource
    for resource in std.objectFields(config.labels) + std.objectFields(config.annotations)
    if !std.setMember(resource, names)
  ];

  assert unknown == [] : 'kube-state-metrics: labels or annotations of ' + unknown[0] + ', which is not measured';
  {
    account: kube.serviceAccount(name, namespace, selector),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [group], resources: resources[group], verbs: ['list', 'watch'] }
      for group in std.objectFields(resources)
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    service: kube.service(name, namespace, selector, [{ name: 'http', port: 80, targetPort: 'http' }]),

    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: images[name],
        args: [
                '--port=8080',
                '--telemetry-port=8081',
                '--resources=' + std.join(',', names),
              ] + flag('metric-labels-allowlist', allowed(config.labels))
              + flag('metric-annotations-allowlist', allowed(config.annotations)),
        ports: [
          { name: 'http', containerPort: 8080 },
          { name: 'telemetry', containerPort: 8081 },
        ],
        livenessProbe: kube.httpProbe('/livez', 'http', initialDelay=5, timeout=5),
        readinessProbe: kube.httpProbe('/readyz', 'telemetry', initialDelay=5, timeout=5),
        resources: kube.resources(config.cpu, config.memory.min),
        securityContext: kube.restricted,
      }],
    }, podAnnotations=kube.scrape(8080)),

    autoscaler: kube.verticalPodAutoscaler(name, namespace, 'Deployment', {
      [name]: kube.memoryBounds(config.memory),
    }, selector),
  }

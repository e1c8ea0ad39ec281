local kube = import '../../lib/kube.libsonnet';
local weir = import 'weir.libsonnet';

// Where each kind lives, and the unit that brings it.
local kinds = {
  configmaps: { group: '' },
  cronjobs: { group: 'batch' },
  deployments: { group: 'apps' },
  ingresses: { group: 'networking.k8s.io' },
  jobs: { group: 'batch' },
  namespaces: { group: '' },
  persistentvolumeclaims: { group: '' },
  routegroups: { group: 'zalando.org', unit: 'routegroup-crd' },
  services: { group: '' },
  stacksets: { group: 'zalando.org', unit: 'stackset-controller' },
  statefulsets: { group: 'apps' },
};

function(cluster, config, images)
  local name = 'kube-janitor';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local volumes = config.unused_volume_lifetime != 'forever';
  local present(kind) = !std.objectHas(kinds[kind], 'unit') || std.get(cluster.enabled, kinds[kind].unit, false);
  local resources = std.set(
    [kind for kind in config.resources if present(kind)] + (if volumes then ['persistentvolumeclaims'] else [])
  );
  local workloads = std.setInter(resources, ['deployments', 'stacksets', 'statefulsets']);
  local rules = (
    if config.cleanup_pull_requests && workloads != [] then [{
      id: 'pull-requests',
      resources: workloads,
      jmespath: "starts_with(metadata.name, 'pr-') || contains(metadata.name, '-pr-')",
      ttl: config.pull_request_lifetime,
    }] else []
  ) + (
    if volumes then [{
      id: 'unused-volumes',
      resources: ['persistentvolumeclaims'],
      jmespath: '_context.pvc_is_not_mounted && _context.pvc_is_not_referenced',
      ttl: config.unused_volume_lifetime,
    }] else []
  );
  local rulesFile = kube.configMap(name, namespace, { 'rules.yaml': std.manifestJsonEx({ rules: rules }, '  ') + '\n' }, selector);
  {
    account: kube.serviceAccount(name, namespace, selector),

    // The incumbent may delete everything; this one, the kinds of `resources`.
    clusterRole: kube.clusterRole(name, [
      { apiGroups: [kinds[kind].group], resources: [kind], verbs: ['delete', 'get', 'list', 'watch'] }
      for kind in resources
    ] + [
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    ] + (
      // Who refers to a volume claim is looked up before it counts as unused.
      if volumes then [
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: ['get', 'list', 'watch'] },
      ] else []
    ), selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    rules: rulesFile,

    // It serves no port, so there is nothing to probe.
    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: images[name],
        args: [
          '--interval=%d' % config.interval,
          '--include-resources=' + std.join(',', resources),
          '--exclude-namespaces=' + std.join(',', config.exclude_namespaces),
          '--rules-file=/config/rules.yaml',
          '--deployment-time-annotation=deployment-time',
        ],
        resources: kube.resources('5m', '150Mi'),
        securityContext: kube.restricted,
        volumeMounts: [{ name: 'rules', mountPath: '/config', readOnly: true }],
      }],
      volumes: [{ name: 'rules', configMap: { name: name } }],
    }, strategy={ type: 'Recreate' }, podAnnotations={ 'weir/config-hash': weir.hash(rulesFile.data) }),
  }

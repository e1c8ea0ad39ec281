local kube = import '../../lib/kube.libsonnet';
local stacks = import 'crds/stacks.json';
local stackSets = import 'crds/stacksets.json';

// The definitions are without prose: with it, one object comes near the size that `kubectl apply` can annotate.
function(cluster, shared, config, images)
  local name = 'stackset-controller';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local own = ['create', 'delete', 'get', 'list', 'patch', 'update'];
  local rule(group, resources, verbs) = { apiGroups: [group], resources: resources, verbs: verbs };
  local switched(on, flag, rules) = { args: if on then ['--' + flag] else [], rules: if on then rules else [] };

  local routeGroups = std.get(cluster.enabled, 'routegroup-crd', false);

  // A kind that stacks may have is a flag and a rule together.
  local kinds = [
    switched(config.routegroups && routeGroups, 'enable-routegroup-support', [
      rule('zalando.org', ['routegroups'], own),
    ]),
    // It makes them and gives them an owner; the owner's end removes them.
    switched(config.configmaps, 'enable-configmap-support', [rule('', ['configmaps'], ['get', 'list', 'update'])]),
    switched(config.secrets, 'enable-secret-support', [
      // weir-ignore escalation-path: Stacks bring secrets of any name to any namespace.
      rule('', ['secrets'], ['get', 'list', 'update']),
    ]),
    switched(config.platform_credentials_sets, 'enable-pcs-support', [
      // weir-ignore unknown-rbac-resource: Whoever runs a credentials service installs this resource.
      rule('zalando.org', ['platformcredentialssets'], own),
    ]),
  ];
  {
    stacks: stacks { metadata+: { labels: selector } },
    stackSets: stackSets { metadata+: { labels: selector } },

    account: kube.serviceAccount(name, namespace, selector),

    clusterRole: kube.clusterRole(name, [
      rule('zalando.org', ['stacks', 'stacksets'], own + ['watch']),
      rule('zalando.org', ['stacks/status', 'stacksets/status'], ['get', 'patch', 'update']),
      rule('apps', ['deployments'], own),
      rule('', ['services'], own),
      rule('networking.k8s.io', ['ingresses'], own),
      rule('autoscaling', ['horizontalpodautoscalers'], own),
      rule('', ['events'], ['create', 'get', 'list', 'patch', 'update', 'watch']),
    ] + std.flatMap(function(kind) kind.rules, kinds), selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    // Two would act on the same stacks, and there is no leader election.
    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: images[name],
        args: [
          '--interval=' + config.sync_interval,
          '--reconcile-workers=' + config.workers,
          '--metrics-address=:7979',
          '--cluster-domain=' + cluster.facts.hosted_zone.name,
          '--cluster-domain=ingress.' + shared.cluster_domain,
        ] + std.flatMap(function(kind) kind.args, kinds) + [
          '--sync-ingress-annotation=' + annotation
          for annotation in config.sync_annotations
        ],
        ports: [{ name: 'metrics', containerPort: 7979 }],
        livenessProbe: kube.httpProbe('/healthz', 'metrics', initialDelay=30, timeout=5),
        readinessProbe: kube.httpProbe('/healthz', 'metrics', timeout=5),
        resources: kube.resources('10m', config.memory.min),
        securityContext: kube.restricted,
      }],
    }, strategy={ type: 'Recreate' }, podAnnotations=kube.scrape(7979)),

    autoscaler: kube.verticalPodAutoscaler(name, namespace, 'Deployment', {
      [name]: kube.memoryBounds(config.memory),
    }, selector),
  }

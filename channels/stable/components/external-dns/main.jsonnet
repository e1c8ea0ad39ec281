local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';

// One writer at a time: two replicas would race for the same records, and there is no leader election.
function(cluster, config, images)
  local name = 'external-dns';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  // A source that is not there would stop the records of every other.
  local routeGroups = std.get(cluster.enabled, 'routegroup-crd', false);
  local domains = if config.domain_filter == [] then [cluster.facts.hosted_zone.name] else config.domain_filter;
  {
    account: kube.serviceAccount(name, namespace, selector, iam.annotations(cluster, name)),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['services', 'pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['get', 'list', 'watch'] },
    ] + (
      if routeGroups
      then [{ apiGroups: ['zalando.org'], resources: ['routegroups'], verbs: ['get', 'list', 'watch'] }] else []
    ), selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: images['external-dns'],
        args: [
          '--source=service',
          '--source=ingress',
        ] + (if routeGroups then ['--source=skipper-routegroup'] else []) + [
          '--provider=aws',
          '--registry=txt',
          '--txt-owner-id=' + cluster.region + ':' + cluster.local_id,
          '--txt-prefix=' + config.ownership_prefix,
          '--policy=' + config.policy,
          '--annotation-filter=external-dns.alpha.kubernetes.io/exclude notin (true)',
          '--aws-batch-change-size=120',
          '--aws-zones-cache-duration=' + config.zones_cache_duration,
          '--metrics-address=:7979',
        ] + [
          '--domain-filter=' + domain
          for domain in domains
        ] + [
          '--exclude-domains=' + domain
          for domain in config.excluded_domains
        ],
        env: kube.env(iam.env(cluster, name)),
        ports: [{ name: 'metrics', containerPort: 7979 }],
        livenessProbe: kube.httpProbe('/healthz', 'metrics'),
        readinessProbe: kube.httpProbe('/healthz', 'metrics'),
        resources: kube.resources('50m', '256Mi'),
        securityContext: kube.restricted,
        volumeMounts: [iam.mount],
      }],
      volumes: [iam.volume],
    }, strategy={ type: 'Recreate' }, podAnnotations={
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '7979',
      'prometheus.io/path': '/metrics',
    }),

    autoscaler: kube.verticalPodAutoscaler(name, namespace, 'Deployment', {
      [name]: { maxAllowed: { memory: config.memory } },
    }, selector),
  }

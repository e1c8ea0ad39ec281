local cloudformation = import '../../lib/cloudformation.libsonnet';
local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';

// It makes CloudFormation stacks of its own, one for each load balancer, and attaches the groups of nodes that have the
// ingress tag. Ports and the kind of load balancer are the same that security groups and the router have.
function(cluster, shared, config, images)
  local name = 'kube-ingress-aws-controller';
  local namespace = 'kube-system';
  local component = 'ingress-controller';
  local selector = kube.selector(component);
  local routeGroups = std.get(cluster.enabled, 'routegroup-crd', false);
  local ingress = shared.ingress;
  local network = ingress.load_balancer == 'network';
  local tags = std.objectFields(config.certificate_tag);

  assert std.length(tags) <= 1 : 'ingress-controller: certificate_tag takes one tag, not ' + std.join(', ', tags);
  {
    account: kube.serviceAccount(name, namespace, selector, iam.annotations(cluster, component)),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['patch', 'update'] },
    ] + (
      if routeGroups then [
        { apiGroups: ['zalando.org'], resources: ['routegroups'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: ['zalando.org'], resources: ['routegroups/status'], verbs: ['patch', 'update'] },
      ] else []
    ), selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    // Two at a time would fight over stacks, and there is no leader election.
    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: images[name],
        args: [
          '--cluster-id=' + cluster.id,
          '--vpc-id=' + cluster.facts.vpc.id,
          '--cluster-local-domain=' + shared.cluster_domain,
          '--target-access-mode=HostPort',
          '--target-port=' + ingress.https_port,
          '--health-check-port=' + ingress.https_port,
          '--load-balancer-type=' + ingress.load_balancer,
          '--ssl-policy=' + config.ssl_policy,
          '--deregistration-delay-timeout=' + config.deregistration_delay,
          '--cert-polling-interval=' + config.certificate_poll_interval,
          '--stack-termination-protection',
          '--additional-stack-tags=InfrastructureComponent=true',
        ] + (
          if network then [
            '--nlb-http-enabled',
            '--nlb-http-target-port=' + ingress.http_port,
            '--nlb-zone-affinity=' + config.zone_affinity,
          ] + (if config.cross_zone then ['--nlb-cross-zone'] else [])
          // An application load balancer redirects by itself.
          else [
            '--redirect-http-to-https',
            '--idle-connection-timeout=' + config.idle_timeout,
          ] + (
            if config.deny_internal_domains then [
              '--deny-internal-domains',
              '--internal-domains=*.' + shared.cluster_domain,
            ] else []
          )
        ) + ['--cert-filter-tag=' + tag + '=' + config.certificate_tag[tag] for tag in tags],
        env: kube.env(iam.env(cluster, component) {
          CUSTOM_FILTERS: std.join(' ', [
            'tag:' + cloudformation.ownerTag(cluster) + '=owned',
            'tag-key=' + nodes.workerTag,
            'tag:' + nodes.ingressTag + '=true',
          ]),
        }),
        ports: [{ name: 'metrics', containerPort: 7979 }],
        livenessProbe: kube.httpProbe('/metrics', 'metrics', initialDelay=30, timeout=5),
        readinessProbe: kube.httpProbe('/metrics', 'metrics', timeout=5),
        resources: kube.resources('50m', config.memory.min),
        securityContext: kube.restricted,
        volumeMounts: [iam.mount],
      }],
      volumes: [iam.volume],
    }, strategy={ type: 'Recreate' }, podAnnotations=kube.scrape(7979)),

    autoscaler: kube.verticalPodAutoscaler(name, namespace, 'Deployment', {
      [name]: kube.memoryBounds(config.memory),
    }, selector),
  }

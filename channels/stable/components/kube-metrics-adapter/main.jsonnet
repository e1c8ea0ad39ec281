local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';
local schedules = import 'schedules.libsonnet';

function(cluster, shared, config, images)
  local name = 'kube-metrics-adapter';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local account = kube.account(name, namespace);
  local controller = kube.account('horizontal-pod-autoscaler', namespace);
  local when(on, list) = if on then list else [];
  local rule(group, resources, verbs) = { apiGroups: [group], resources: resources, verbs: verbs };

  local prometheusUrl =
    if config.prometheus_url != null then config.prometheus_url
    else 'http://prometheus.' + namespace + '.svc.' + shared.cluster_domain;
  // Requests are counted by Prometheus; without it there are none.
  local ingressMetrics = config.prometheus && config.ingress_metrics;
  local routeGroupMetrics =
    config.prometheus && config.routegroup_metrics && std.get(cluster.enabled, 'routegroup-crd', false);
  local hostMetrics = config.prometheus && config.host_metrics;
  local regions = std.set([cluster.region] + config.aws_regions);
  local tokens = config.zmon_url != null || config.nakadi_url != null;

  local api(version, group) = kube.object(
    'apiregistration.k8s.io/v1', 'APIService', version + '.' + group, labels=selector
  ) {
    spec: {
      group: group,
      version: version,
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { name: name, namespace: namespace, port: 443 },
      // The program signs a certificate of its own at each start. What it serves is no secret of the caller.
      insecureSkipTLSVerify: true,
    },
  };
  // weir-ignore wildcard-rule: A metric's name is a resource to the API, and metrics are anyone's to name.
  local reader(group) = kube.clusterRole(name + ':' + group, [rule(group, ['*'], ['get', 'list'])], selector);

  {
    account: kube.serviceAccount(name, namespace, selector, iam.annotations(cluster, name)),

    collector: kube.clusterRole(name, [
      rule('', ['pods'], ['list']),
      rule('', ['events'], ['create', 'patch']),
      rule('apps', ['deployments', 'statefulsets'], ['get']),
      rule('autoscaling', ['horizontalpodautoscalers'], ['get', 'list', 'watch']),
    ] + when(ingressMetrics, [
      rule('networking.k8s.io', ['ingresses'], ['get']),
    ]) + when(routeGroupMetrics, [
      rule('zalando.org', ['routegroups'], ['get']),
    ]) + when(config.scaling_schedules, [
      rule('zalando.org', ['clusterscalingschedules', 'scalingschedules'], ['get', 'list', 'watch']),
      rule('zalando.org', ['clusterscalingschedules/status', 'scalingschedules/status'], ['update']),
    ]), selector),
    collectorBinding: kube.clusterRoleBinding(name, name, [account], selector),

    // Every extension of the API asks the API server who is calling and whether they may.
    delegator: kube.clusterRoleBinding(name + ':auth-delegator', 'system:auth-delegator', [account], selector),
    authenticationReader: kube.roleBinding(
      name + '-auth-reader',
      namespace,
      'extension-apiserver-authentication-reader',
      [account],
      labels=selector,
    ),

    customReader: reader('custom.metrics.k8s.io'),
    customReaderBinding: kube.clusterRoleBinding(
      name + ':custom.metrics.k8s.io', name + ':custom.metrics.k8s.io', [controller], selector
    ),
    externalReader: reader('external.metrics.k8s.io'),
    externalReaderBinding: kube.clusterRoleBinding(
      name + ':external.metrics.k8s.io', name + ':external.metrics.k8s.io', [controller], selector
    ),

    customApi: api('v1beta1', 'custom.metrics.k8s.io'),
    externalApi: api('v1beta1', 'external.metrics.k8s.io'),

    service: kube.service(name, namespace, selector, [
      { name: 'https', port: 443, targetPort: 'https' },
    ]),

    // They stay where schedules are no metrics: to remove the resources would remove every schedule.
    scalingSchedules: schedules('ScalingSchedule', 'Namespaced') { metadata+: { labels: selector } },
    clusterScalingSchedules: schedules('ClusterScalingSchedule', 'Cluster') { metadata+: { labels: selector } },

    // Two would each keep half of what they saw: metrics are in memory.
    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: images[name],
        args: [
                '--secure-port=6443',
                '--cert-dir=/tmp',
                '--metrics-address=:7979',
              ] + when(config.prometheus, ['--prometheus-server=' + prometheusUrl])
              + when(ingressMetrics, ['--skipper-ingress-metrics'])
              + when(routeGroupMetrics, ['--skipper-routegroup-metrics'])
              + when(hostMetrics, [
                '--external-rps-metrics',
                '--external-rps-metric-name=skipper_serve_host_duration_seconds_count',
              ])
              + when(config.scaling_schedules, [
                '--scaling-schedule',
                '--scaling-schedule-default-scaling-window=' + config.scaling_window,
                '--scaling-schedule-ramp-steps=' + config.ramp_steps,
                '--scaling-schedule-default-time-zone=' + config.time_zone,
              ])
              + when(config.aws_metrics, ['--aws-external-metrics'] + ['--aws-region=' + region for region in regions])
              + when(config.zmon_url != null, ['--zmon-kariosdb-endpoint=' + config.zmon_url])
              + when(config.nakadi_url != null, ['--nakadi-endpoint=' + config.nakadi_url])
              + when(tokens, ['--credentials-dir=/meta/credentials']),
        env: kube.env(iam.env(cluster, name)),
        ports: [
          { name: 'https', containerPort: 6443 },
          { name: 'metrics', containerPort: 7979 },
        ],
        livenessProbe: kube.httpProbe('/livez', 'https', initialDelay=30, timeout=5, scheme='HTTPS'),
        readinessProbe: kube.httpProbe('/readyz', 'https', timeout=5, scheme='HTTPS'),
        resources: kube.resources(config.cpu, config.memory.min),
        securityContext: kube.restricted,
        volumeMounts: [iam.mount, { name: 'certificate', mountPath: '/tmp' }] + when(tokens, [
          { name: 'credentials', mountPath: '/meta/credentials', readOnly: true },
        ]),
      }],
      volumes: [iam.volume, kube.emptyDir('certificate', '1Mi')] + when(tokens, [
        { name: 'credentials', secret: { secretName: name } },
      ]),
    }, strategy={ type: 'Recreate' }, podAnnotations=kube.scrape(7979)),

    autoscaler: kube.verticalPodAutoscaler(name, namespace, 'Deployment', {
      [name]: kube.memoryBounds(config.memory),
    }, selector),
  }

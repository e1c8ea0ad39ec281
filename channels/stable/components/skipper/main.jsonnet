local kube = import '../../lib/kube.libsonnet';
local flags = import 'flags.libsonnet';
local redisObjects = import 'redis.libsonnet';
local routesrvObjects = import 'routesrv.libsonnet';
local weir = import 'weir.libsonnet';

// Routers take traffic at ports of their node, one router per node. In front of them are the load balancers that the
// ingress controller makes, and for names inside the cluster a service with a fixed address.
function(cluster, shared, config, images)
  local namespace = 'kube-system';
  local name = 'skipper-ingress';
  local reader = 'skipper-ingress-routesrv';
  local secret = 'skipper-ingress';
  local ingress = shared.ingress;
  local network = ingress.load_balancer == 'network';
  local routesrv = config.routesrv.mode;
  local login = config.oauth2_login;
  local opa = config.open_policy_agent;
  local tokeninfo = config.tokeninfo;

  // Both Deployments of routers have this label; services and budgets select it.
  local routerLabel = { 'app.kubernetes.io/part-of': 'ingress' };
  local routers = { 'app.kubernetes.io/name': 'skipper' } + routerLabel;
  local routerLabels = kube.selector('skipper', 'ingress');

  local scaling = {
    metrics(cpu, memory, schedules):: [
      kube.utilization('cpu', cpu),
      kube.utilization('memory', memory),
    ] + [
      {
        type: 'Object',
        object: {
          describedObject: { apiVersion: 'zalando.org/v1', kind: 'ClusterScalingSchedule', name: schedule },
          metric: { name: schedule },
          target: { type: 'AverageValue', averageValue: std.toString(schedules[schedule]) },
        },
      }
      for schedule in std.objectFields(schedules)
    ],
    behavior(scaleDownWait, scaleUpPercent):: {
      scaleDown: {
        stabilizationWindowSeconds: scaleDownWait,
        policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }],
      },
      scaleUp: {
        stabilizationWindowSeconds: 0,
        policies: [{ type: 'Percent', value: scaleUpPercent, periodSeconds: 60 }],
      },
    },
  };

  local poolLabels = [
    std.get(std.get(pool.config, 'labels', {}), 'dedicated')
    for pool in std.objectValues(cluster.node_pools)
  ];
  local placement(dedicated) =
    assert dedicated == null || std.member(poolLabels, dedicated) :
           'skipper: no node pool has the label dedicated=' + dedicated;
    {
      nodeSelector: { 'node.kubernetes.io/role': 'worker' } + (
        if dedicated != null then { dedicated: dedicated } else {}
      ),
      [if dedicated != null then 'tolerations']: [
        { key: 'dedicated', operator: 'Equal', value: dedicated, effect: 'NoSchedule' },
      ],
    };

  // Where routers ask about tokens: the bridge, the server beside them, or elsewhere.
  local tokeninfoUrls = {
    disabled: tokeninfo.url,
    production: 'http://127.0.0.1:9021/oauth2/tokeninfo',
    bridge: 'http://127.0.0.1:9000/oauth2/tokeninfo',
  };
  local tokeninfoServer(role, port, metricsPort, provider, upstream) = {
    name: role,
    image: images.tokeninfo,
    env: kube.env({
      LISTEN_ADDRESS: '127.0.0.1:' + port,
      METRICS_LISTEN_ADDRESS: ':' + metricsPort,
      OPENID_PROVIDER_CONFIGURATION_URL: provider,
      UPSTREAM_TOKENINFO_URL: upstream,
    }),
    ports: [{ name: role, containerPort: metricsPort }],
    readinessProbe: kube.httpProbe('/health', port, timeout=5, host='127.0.0.1'),
    resources: kube.resources('100m', '100Mi'),
    securityContext: kube.restricted,
  };
  // The second server is asked when the first says that it does not know the token.
  local bridgeRoutes = std.join('\n', [
    'production: Path("/oauth2/tokeninfo") -> loopbackIfStatus(401, "/second") -> "http://127.0.0.1:9021";',
    'second: Path("/second") -> setPath("/oauth2/tokeninfo") -> "http://127.0.0.1:9121";',
    'health: Path("/health") -> status(200) -> <shunt>;',
  ]);
  local smallRouter(role, port, supportPort, routes, host='') = {
    name: role,
    image: images.skipper,
    command: ['skipper'],
    args: flags.list({
      address: host + ':' + port,
      'support-listener': ':' + supportPort,
      'metrics-flavour': 'prometheus',
      'access-log-disabled': true,
      'inline-routes': routes,
      'wait-for-healthcheck-interval': config.drain_wait,
    }),
    resources: kube.resources('50m', '100Mi'),
    securityContext: kube.restricted,
  };
  local tokeninfoContainers = {
    disabled: [],
    production: [
      tokeninfoServer('tokeninfo', 9021, 9020, tokeninfo.provider_url, tokeninfo.upstream_url),
    ],
    bridge: self.production + [
      tokeninfoServer('tokeninfo-2', 9121, 9120, tokeninfo.bridge_provider_url, tokeninfo.bridge_upstream_url),
      smallRouter('tokeninfo-bridge', 9000, 9001, bridgeRoutes, host='127.0.0.1') {
        readinessProbe: kube.httpProbe('/health', 9000, timeout=5, host='127.0.0.1'),
      },
    ],
  };

  // A network load balancer cannot redirect. The method and body of a request are kept: 308.
  local redirect = smallRouter(
    'http-redirect',
    ingress.http_port,
    9922,
    std.join('\n', [
      'health: Path("/kube-system/healthz") -> status(200) -> <shunt>;',
      'redirect: * -> redirectTo(308, "https:") -> <shunt>;',
    ]),
  ) {
    ports: [
      { name: 'http', containerPort: ingress.http_port, hostPort: ingress.http_port },
      { name: 'http-metrics', containerPort: 9922, hostPort: 9922 },
    ],
    livenessProbe: kube.httpProbe('/kube-system/healthz', 'http', initialDelay=30, timeout=5),
    readinessProbe: kube.httpProbe('/kube-system/healthz', 'http', timeout=5),
  };

  local routesFrom =
    if routesrv == 'enabled'
    then flags.remote(config, 'http://' + reader + '.' + namespace + '.svc.' + shared.cluster_domain)
    else flags.kubernetes(cluster, shared, config);
  local secretKeys = if login.enabled then ['encryption-key', 'client-id', 'client-secret'] else [];
  local environment =
    (if config.redis.enabled && config.redis.password
     then { SWARM_REDIS_PASSWORD: kube.secretRef(secret, 'redis-password') } else {})
    + flags.tracingEnvironment(cluster, shared, config)
    + (if opa.enabled then { STYRA_TOKEN: kube.secretRef(secret, 'styra-token') } else {});
  local opaConfig = {
    // Filled in by the router for each of its agents.
    'opa.yaml': weir.yaml({
      services: {
        bundles: { url: opa.bundle_url, credentials: { bearer: { token: '{{ .Env.STYRA_TOKEN }}' } } },
      },
      labels: { environment: cluster.environment, cluster: cluster.name },
      discovery: { service: 'bundles', resource: 'discovery', decision: '{{ .bundlename }}' },
    }),
  };

  // One definition for the routers and the one that tries a new image.
  local router(role, image, replicas) =
    local selector = kube.selector('skipper', role);
    kube.deployment('skipper-' + role, namespace, selector, placement(config.dedicated_pool) {
      serviceAccountName: if routesrv == 'enabled' then name else reader,
      // Routes and rate limits come from elsewhere then: nothing in the pod asks the Kubernetes API.
      automountServiceAccountToken: routesrv != 'enabled',
      priorityClassName: 'system-cluster-critical',
      // weir-ignore host-namespaces: Load balancers send traffic to ports of nodes; a hop more would cost time.
      hostNetwork: true,
      dnsPolicy: 'ClusterFirstWithHostNet',
      // Until load balancers have left, then until the last idle connection is closed.
      terminationGracePeriodSeconds:
        weir.duration.seconds(config.drain_wait) + weir.duration.seconds(config.server.idle_timeout),
      securityContext: kube.nonRoot(1000),
      [if config.topology_spread then 'topologySpreadConstraints']: [
        constraint { labelSelector: { matchLabels: routers } }
        for constraint in kube.spread(routers)
      ],
      containers: [{
        name: name,
        image: image,
        command: ['skipper'],
        args: flags.list(flags.proxy(cluster, shared, config, tokeninfoUrls[tokeninfo.mode]) + routesFrom),
        [if environment != {} then 'env']: kube.env(environment),
        ports: [
          { name: 'ingress', containerPort: ingress.https_port, hostPort: ingress.https_port },
          { name: 'metrics', containerPort: 9911, hostPort: 9911 },
        ],
        livenessProbe: {
          tcpSocket: { port: 'ingress' },
          initialDelaySeconds: config.liveness_delay,
          timeoutSeconds: 5,
        },
        readinessProbe:
          kube.httpProbe('/kube-system/healthz', 'ingress', initialDelay=config.readiness_delay, timeout=5),
        resources: kube.resources(config.cpu, config.memory),
        securityContext: kube.restricted,
        [if secretKeys != [] || opa.enabled then 'volumeMounts']:
          (if secretKeys != [] then [{ name: 'secrets', mountPath: '/etc/skipper/secrets', readOnly: true }] else [])
          + (if opa.enabled then [{ name: 'opa', mountPath: '/etc/skipper/opa', readOnly: true }] else []),
      }] + (if network then [redirect] else []) + tokeninfoContainers[tokeninfo.mode],
      [if secretKeys != [] || opa.enabled then 'volumes']:
        (if secretKeys != [] then [{
           name: 'secrets',
           secret: { secretName: secret, items: [{ key: key, path: key } for key in secretKeys] },
         }] else [])
        + (if opa.enabled then [kube.configVolume('opa', 'skipper-open-policy-agent')] else []),
    }, replicas=replicas, podLabels=routerLabel, podAnnotations=kube.scrape(9911) {
      [if opa.enabled then 'weir/config-hash']: weir.hash(opaConfig),
    }, strategy={
      type: 'RollingUpdate',
      // A node has room for one router: a surge waits for nodes, so a few routers go first.
      rollingUpdate: { maxSurge: '5%', maxUnavailable: 1 },
    });

  local canary = config.canary;
  local missing(keys, from) = [key for key in keys if from[key] == null];
  local complete(feature, keys, from) =
    assert missing(keys, from) == [] : 'skipper: ' + feature + ' needs ' + missing(keys, from)[0];
    true;
  local requirements = [
    if login.enabled then complete('oauth2_login', ['auth_url', 'token_url'], login) else true,
    if opa.enabled then complete('open_policy_agent', ['bundle_url'], opa) else true,
    if tokeninfo.mode != 'disabled'
    then complete('tokeninfo.mode ' + tokeninfo.mode, ['provider_url', 'upstream_url'], tokeninfo) else true,
    if tokeninfo.mode == 'bridge'
    then complete('tokeninfo.mode bridge', ['bridge_provider_url', 'bridge_upstream_url'], tokeninfo) else true,
  ];

  assert std.all(requirements);
  assert config.min_replicas <= config.max_replicas : 'skipper: min_replicas is more than max_replicas';
  {
    account: kube.serviceAccount(name, namespace, routerLabels) { automountServiceAccountToken: false },
    readerAccount: kube.serviceAccount(reader, namespace, kube.selector('skipper', 'routesrv')),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['services'], verbs: ['get', 'list'] },
      if config.routing.endpoint_slices
      then { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list'] }
      else { apiGroups: [''], resources: ['endpoints'], verbs: ['get', 'list'] },
    ] + (
      // It looks whether the resource exists, and does without.
      if std.get(cluster.enabled, 'routegroup-crd', false)
      then [{ apiGroups: ['zalando.org'], resources: ['routegroups'], verbs: ['get', 'list'] }] else []
    ), routerLabels),
    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(reader, namespace)], routerLabels),

    service: kube.service(name, namespace, routers, [
      { name: 'http', port: 80, targetPort: 'ingress' },
      { name: 'metrics', port: 9911, targetPort: 'metrics' },
    ], labels=routerLabels),

    // Names inside the cluster resolve to this address.
    internalService: kube.service('skipper-internal', namespace, routers, [
      { name: 'http', port: 80, targetPort: 'ingress' },
    ] + (
      if config.routing.east_west_port
      then [{ name: 'ingress', port: ingress.https_port, targetPort: 'ingress' }] else []
    ), labels=routerLabels) { spec+: { clusterIP: shared.internal_ingress_ip } },

    // Its autoscaler says how many.
    deployment: router('ingress', images.skipper, null),
    canaryDeployment: if canary then router('ingress-canary', images['skipper-canary'], 1),

    autoscaler: kube.horizontalPodAutoscaler(
      name,
      namespace,
      'Deployment',
      // The canary takes its share, and one router of the ordinary kind there must be.
      std.max(1, config.min_replicas - (if canary then 1 else 0)),
      config.max_replicas,
      scaling.metrics(config.autoscaling.cpu_target, config.autoscaling.memory_target, config.autoscaling.schedules),
      scaling.behavior(config.autoscaling.scale_down_wait, config.autoscaling.scale_up_percent),
      routerLabels,
    ),

    disruptionBudget: kube.podDisruptionBudget(name, namespace, routers, '5%') { metadata+: { labels: routerLabels } },

    opaConfig: if opa.enabled then kube.configMap('skipper-open-policy-agent', namespace, opaConfig, routerLabels),
  } + (
    if routesrv == 'disabled' then {}
    else routesrvObjects(cluster, shared, config, images, namespace, reader, scaling, placement)
  ) + (
    if config.redis.enabled then redisObjects(config, images, namespace, scaling, placement) else {}
  ) + (
    if !config.pod_deletion_cost.enabled then {} else
      local costName = 'skipper-ingress-pod-deletion-cost-controller';
      local cost = config.pod_deletion_cost;
      local selector = kube.selector('skipper', 'pod-deletion-cost-controller');
      {
        costAccount: kube.serviceAccount(costName, namespace, selector),
        costRole: kube.role(costName, namespace, [
          // Kubernetes cannot limit this to the routers' pods.
          { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'patch'] },
        ], selector),
        costRoleBinding: kube.roleBinding(
          costName, namespace, costName, [kube.account(costName, namespace)], labels=selector
        ),
        costDeployment: kube.deployment(costName, namespace, selector, {
          serviceAccountName: costName,
          securityContext: kube.nonRoot(),
          containers: [{
            name: 'controller',
            image: images['pod-deletion-cost-controller'],
            args: [
              '--namespace=' + namespace,
              '--selector=app.kubernetes.io/part-of=ingress',
              '--poll-interval=' + cost.poll_interval,
              '--poll-timeout=' + cost.poll_timeout,
              '--v=' + cost.log_level,
            ] + (if cost.resync_interval != null then ['--resync-interval=' + cost.resync_interval] else []),
            resources: kube.resources(cost.cpu, cost.memory),
            securityContext: kube.restricted,
          }],
        }),
      }
  )

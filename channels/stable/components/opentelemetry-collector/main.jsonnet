local kube = import '../../lib/kube.libsonnet';
local weir = import 'weir.libsonnet';

function(cluster, shared, config, images)
  local name = 'opentelemetry-collector';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local tracing = shared.tracing;
  local daemonSet = config.mode == 'daemonset';
  local ports = { 'otlp-grpc': 4317, 'otlp-http': 4318 } + (if config.zipkin then { zipkin: 9411 } else {});
  local health = 13133;
  local metrics = 8888;

  local tags = tracing.tags {
    'k8s.cluster.name': cluster.name,
    'cloud.provider': 'aws',
    'cloud.account.id': cluster.account_id,
    'cloud.region': cluster.region,
    'deployment.environment.name': cluster.environment,
  };

  local configuration = {
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: '0.0.0.0:%d' % ports['otlp-grpc'] },
          http: { endpoint: '0.0.0.0:%d' % ports['otlp-http'] },
        },
      },
      [if config.zipkin then 'zipkin']: { endpoint: '0.0.0.0:%d' % ports.zipkin },
    },
    processors: {
      // First, so that a flood is refused at the door.
      memory_limiter: { check_interval: '1s', limit_percentage: 80, spike_limit_percentage: 25 },
      k8sattributes: {
        auth_type: 'serviceAccount',
        [if daemonSet then 'filter']: { node_from_env_var: 'NODE_NAME' },
        extract: {
          metadata: ['k8s.namespace.name', 'k8s.node.name', 'k8s.pod.name', 'k8s.pod.uid'],
          labels: [{ key: label, from: 'pod', tag_name: label } for label in ['application', 'component', 'version']],
        },
        pod_association: [{ sources: [{ from: 'connection' }] }],
      },
      resource: {
        attributes: [
          { action: 'upsert', key: tag, value: tags[tag] }
          for tag in std.objectFields(tags)
        ],
      },
      [if config.sampling_percentage < 100 then 'probabilistic_sampler']: {
        sampling_percentage: config.sampling_percentage,
      },
      batch: { timeout: '1s', send_batch_size: 1024, send_batch_max_size: 2048 },
    },
    exporters: {
      otlp: {
        endpoint: '%s:%d' % [tracing.host, tracing.port],
        tls: { insecure: !tracing.tls },
        headers: { [tracing.token_header]: '${env:TRACING_TOKEN}' },
        retry_on_failure: { enabled: true, max_elapsed_time: '60s' },
        sending_queue: { enabled: true, queue_size: 2000 },
      },
    },
    extensions: { health_check: { endpoint: '0.0.0.0:%d' % health } },
    service: {
      extensions: ['health_check'],
      pipelines: {
        traces: {
          receivers: ['otlp'] + (if config.zipkin then ['zipkin'] else []),
          processors: ['memory_limiter', 'k8sattributes', 'resource']
                      + (if config.sampling_percentage < 100 then ['probabilistic_sampler'] else [])
                      + ['batch'],
          exporters: ['otlp'],
        },
      },
      telemetry: {
        logs: { level: 'warn', encoding: 'json' },
        metrics: { readers: [{ pull: { exporter: { prometheus: { host: '0.0.0.0', port: metrics } } } }] },
      },
    },
  };

  local pod = {
    serviceAccountName: name,
    priorityClassName: if daemonSet then 'system-node-critical' else 'system-cluster-critical',
    securityContext: kube.nonRoot(10001),
    containers: [{
      name: name,
      image: images[name],
      args: ['--config=/config/config.yaml'],
      env: kube.env({
        NODE_NAME: kube.fieldRef('spec.nodeName'),
        // The runtime collects garbage before the kernel ends it.
        GOMEMLIMIT: std.toString(std.floor(weir.quantity.bytes(config.memory) * 0.8)),
        TRACING_TOKEN: kube.secretRef(tracing.token_secret, 'token'),
      }),
      ports: [
        { name: port, containerPort: ports[port] }
        for port in std.objectFields(ports)
      ] + [
        { name: 'health', containerPort: health },
        { name: 'metrics', containerPort: metrics },
      ],
      livenessProbe: kube.httpProbe('/', 'health', initialDelay=10),
      readinessProbe: kube.httpProbe('/', 'health'),
      resources: kube.resources(config.cpu, config.memory),
      securityContext: kube.restricted,
      volumeMounts: [{ name: 'config', mountPath: '/config', readOnly: true }],
    }],
    volumes: [{ name: 'config', configMap: { name: name } }],
  };
  local annotations = kube.scrape(metrics) + { 'weir/config-hash': weir.hash(configuration) };
  if tracing.host == null then {} else {
    account: kube.serviceAccount(name, namespace, selector),
    // Which pod an address belongs to.
    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['namespaces', 'pods'], verbs: ['get', 'list', 'watch'] },
    ], selector),
    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    config: kube.configMap(name, namespace, { 'config.yaml': weir.yaml(configuration) }, selector),

    service: kube.service(name, namespace, selector, [
      { name: port, port: ports[port], targetPort: port }
      for port in std.objectFields(ports)
    ]) {
      // A pod sends to the collector of its own node, which knows its address.
      spec+: if daemonSet then { internalTrafficPolicy: 'Local' } else {},
    },

    deployment: if !daemonSet then kube.deployment(name, namespace, selector, pod {
      topologySpreadConstraints: kube.spread(selector),
    }, replicas=config.replicas, podAnnotations=annotations),
    budget: if !daemonSet && config.replicas > 1 then kube.podDisruptionBudget(name, namespace, selector),

    daemonSet: if daemonSet then kube.daemonSet(name, namespace, selector, pod {
      tolerations: kube.tolerateAll,
    }, podAnnotations=annotations, updateStrategy={ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } }),
  }

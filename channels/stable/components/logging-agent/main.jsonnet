local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';
local pipeline = import 'pipeline.libsonnet';
local weir = import 'weir.libsonnet';

// Pods choose by annotation: `logging/destination` is none, primary, archive or both; `logging/parser` is a parser of
// Scalyr's. The API key comes from a Secret; its digest in `facts.secrets`, where it stands, rolls the pods when it changes.
function(cluster, config, images)
  local name = 'logging-agent';
  local namespace = 'visibility';
  local selector = kube.selector(name);
  local port = 2020;
  local scalyr = config.primary == 'scalyr';
  local archive = config.archive_bucket != null;
  local configuration = pipeline.configuration(cluster, config, port);
  local digest = std.get(std.get(std.get(cluster.facts, 'secrets', {}), 'scalyr-api-key', {}), 'sha256');
  if !scalyr && !archive then {} else {
    account: kube.serviceAccount(name, namespace, selector, if archive then iam.annotations(cluster, name) else {}),
    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['namespaces', 'pods'], verbs: ['get', 'list', 'watch'] },
    ], selector),
    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    config: kube.configMap(name, namespace, {
      'fluent-bit.yaml': weir.yaml(configuration),
      'shape.lua': pipeline.shape,
    }, selector),

    daemonSet: kube.daemonSet(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-node-critical',
      tolerations: kube.tolerateAll,
      terminationGracePeriodSeconds: 40,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{
        name: name,
        image: images[name],
        command: ['/fluent-bit/bin/fluent-bit'],
        args: ['--config=/config/fluent-bit.yaml'],
        env: kube.env({
          CLUSTER: cluster.name,
          DEFAULT_PARSER: config.default_parser,
          NODE_NAME: kube.fieldRef('spec.nodeName'),
          [if scalyr then 'SCALYR_API_KEY']: kube.secretRef(name, 'scalyr-api-key'),
        } + (if archive then iam.env(cluster, name) else {})),
        ports: [{ name: 'http', containerPort: port }],
        livenessProbe: kube.httpProbe('/', 'http', initialDelay=10, failures=6),
        readinessProbe: kube.httpProbe('/api/v1/health', 'http', initialDelay=10, failures=6),
        resources: kube.resources(config.cpu, config.memory),
        // weir-ignore run-as-root: Root owns the logs; it has no capability.
        securityContext: kube.restricted { runAsUser: 0 },
        volumeMounts: [
          { name: 'config', mountPath: '/config', readOnly: true },
          { name: 'logs', mountPath: '/var/log', readOnly: true },
          { name: 'state', mountPath: '/state' },
        ] + (if archive then [iam.mount] else []),
      }],
      volumes: [
        { name: 'config', configMap: { name: name } },
        // Logs of containers and the journal, to read.
        { name: 'logs', hostPath: { path: '/var/log', type: 'Directory' } },
        // weir-ignore host-path: Positions, and what waits for a destination, outlive the pod.
        { name: 'state', hostPath: { path: '/var/lib/logging-agent', type: 'DirectoryOrCreate' } },
      ] + (if archive then [iam.volume] else []),
    }, podAnnotations=kube.scrape(port, '/api/v2/metrics/prometheus') + {
      'logging/parser': 'systemd',
      'weir/config-hash': weir.hash({ configuration: configuration, shape: pipeline.shape }),
      [if scalyr && digest != null then 'weir/secret-digest']: digest,
    }, updateStrategy={ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } }),
  }

local kube = import '../../lib/kube.libsonnet';
local rules = import 'rules.libsonnet';
local scrape = import 'scrape.libsonnet';
local weir = import 'weir.libsonnet';

function(cluster, shared, config, images)
  local name = 'prometheus';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local port = 9090;
  local bytes = weir.quantity.bytes;
  local remote = config.remote_write;
  local withToken = remote.url != null && remote.token;
  local host = 'prometheus.' + cluster.facts.hosted_zone.name;
  local ui = config.ui.users != [] && std.get(cluster.enabled, 'routegroup-crd', false);

  assert bytes(config.storage.retention_size) < bytes(config.storage.size) :
         'prometheus: storage.retention_size (%s) must be less than storage.size (%s): a full volume stops it for good'
         % [config.storage.retention_size, config.storage.size];

  local configuration = {
    global: {
      scrape_interval: config.scrape_interval,
      evaluation_interval: config.scrape_interval,
      // ${POD_NAME} is filled in from the environment at start.
      external_labels: { cluster: cluster.name, prometheus_replica: '${POD_NAME}' },
    },
    rule_files: ['/etc/prometheus/rules.yaml'],
    [if remote.url != null then 'remote_write']: [{
      url: remote.url,
      [if withToken then 'authorization']: { type: 'Bearer', credentials_file: '/etc/prometheus-remote-write/token' },
      queue_config: {
        batch_send_deadline: remote.batch_send_deadline,
        min_backoff: remote.min_backoff,
        max_backoff: remote.max_backoff,
      },
    }],
    scrape_configs: scrape(cluster, shared, config),
  };
  local ruleGroups = { groups: rules(cluster) };
  {
    account: kube.serviceAccount(name, namespace, selector),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    ], selector),
    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    config: kube.configMap(name, namespace, {
      'prometheus.yaml': weir.yaml(configuration),
      'rules.yaml': weir.yaml(ruleGroups),
    }, selector),

    service: kube.service(name, namespace, selector, [{ name: 'http', port: 80, targetPort: 'http' }]),
    // Gives each replica a name of its own, which a StatefulSet must have.
    replicas: kube.service(name + '-replicas', namespace, selector, [{ name: 'http', port: port, targetPort: 'http' }]) {
      spec+: { clusterIP: 'None' },
    },

    statefulSet: kube.statefulSet(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      terminationGracePeriodSeconds: 120,
      topologySpreadConstraints: kube.spread(selector),
      securityContext: kube.nonRoot() { fsGroupChangePolicy: 'OnRootMismatch' },
      containers: [{
        name: name,
        image: images.prometheus,
        args: [
          '--config.file=/etc/prometheus/prometheus.yaml',
          '--storage.tsdb.path=/prometheus',
          '--storage.tsdb.retention.time=' + config.storage.retention_time,
          '--storage.tsdb.retention.size=%dMB' % std.floor(bytes(config.storage.retention_size) / 1048576),
          '--web.listen-address=:%d' % port,
        ] + (if ui then ['--web.external-url=https://' + host + '/'] else []),
        env: kube.env({ POD_NAME: kube.fieldRef('metadata.name') }),
        ports: [{ name: 'http', containerPort: port }],
        // Reading the journal of a day takes minutes.
        startupProbe: kube.httpProbe('/-/ready', 'http', period=10, failures=90),
        livenessProbe: kube.httpProbe('/-/healthy', 'http', period=10, timeout=5, failures=6),
        readinessProbe: kube.httpProbe('/-/ready', 'http', period=10, timeout=5),
        resources: kube.resources(config.resources.cpu, config.resources.memory),
        securityContext: kube.restricted,
        volumeMounts: [
          { name: 'data', mountPath: '/prometheus' },
          { name: 'config', mountPath: '/etc/prometheus', readOnly: true },
        ] + (
          if withToken then [{ name: 'remote-write', mountPath: '/etc/prometheus-remote-write', readOnly: true }] else []
        ),
      }],
      volumes: [
        { name: 'config', configMap: { name: name } },
      ] + (
        if withToken then [{
          name: 'remote-write',
          secret: { secretName: 'prometheus-remote-write', items: [{ key: 'token', path: 'token' }] },
        }] else []
      ),
    }, name + '-replicas', config.replicas, claims=[{
      metadata: { name: 'data' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        [if config.storage.class != null then 'storageClassName']: config.storage.class,
        resources: { requests: { storage: config.storage.size } },
      },
    }], podAnnotations=kube.scrape(port) + {
      'weir/config-hash': weir.hash({ configuration: configuration, rules: ruleGroups }),
    }),

    budget: if config.replicas > 1 then kube.podDisruptionBudget(name, namespace, selector),

    autoscaler: if std.get(cluster.enabled, 'vertical-pod-autoscaler', false) then
      kube.verticalPodAutoscaler(name, namespace, 'StatefulSet', {
        [name]: {
          minAllowed: { cpu: config.resources.cpu_min, memory: config.resources.memory_min },
          maxAllowed: { memory: config.resources.memory_max },
        },
      }, selector),

    // The page for people who log in at the router.
    route: if ui then kube.object('zalando.org/v1', 'RouteGroup', name, namespace, selector) {
      spec: {
        hosts: [host],
        backends: [{ name: name, type: 'service', serviceName: name, servicePort: 80 }],
        defaultBackends: [{ backendName: name }],
        routes: [{
          pathSubtree: '/',
          filters: [
            'oauthGrant()',
            'oauthTokeninfoAnyKV(' + std.join(', ', ['"uid", ' + std.escapeStringJson(user) for user in config.ui.users]) + ')',
          ],
        }],
      },
    },
  } + {
    // Looking at pods, in the namespaces that are scraped and in no other.
    ['role-' + where]: kube.role(name, where, [
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
    ], selector)
    for where in std.set(config.pod_namespaces + ['kube-system'])
  } + {
    ['roleBinding-' + where]: kube.roleBinding(name, where, name, [kube.account(name, namespace)], labels=selector)
    for where in std.set(config.pod_namespaces + ['kube-system'])
  }

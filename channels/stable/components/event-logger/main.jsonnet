local kube = import '../../lib/kube.libsonnet';
local weir = import 'weir.libsonnet';

function(cluster, config, images)
  local name = 'event-logger';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local port = 2112;
  local file = kube.configMap(name, namespace, {
    'config.yaml': weir.yaml({
      clusterName: cluster.name,
      logFormat: 'json',
      logLevel: 'warn',
      // What an event is about stands in the event: without the look-up it needs to read events and nothing else.
      omitLookup: true,
      // After a restart the events of the last minute are written again, rather than some never.
      maxEventAgeSeconds: 60,
      metricsNamePrefix: 'event_logger_',
      leaderElection: { enabled: false },
      route: {
        routes: [
          { match: [{ receiver: 'log' }] }
          + (if config.kinds == 'warnings' then { drop: [{ type: 'Normal' }] } else {}),
        ],
      },
      receivers: [{ name: 'log', stdout: { deDot: true } }],
    }),
  }, selector);
  {
    account: kube.serviceAccount(name, namespace, selector),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['events'], verbs: ['get', 'list', 'watch'] },
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    config: file,

    // One replica: two would write every event twice.
    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: images[name],
        args: ['-conf=/config/config.yaml', '-metrics-address=:%d' % port],
        ports: [{ name: 'metrics', containerPort: port }],
        livenessProbe: kube.httpProbe('/-/healthy', 'metrics'),
        readinessProbe: kube.httpProbe('/-/ready', 'metrics'),
        resources: kube.resources(config.cpu, config.memory),
        securityContext: kube.restricted,
        volumeMounts: [{ name: 'config', mountPath: '/config', readOnly: true }],
      }],
      volumes: [{ name: 'config', configMap: { name: name } }],
    }, strategy={ type: 'Recreate' }, podAnnotations=kube.scrape(port) + {
      'logging/destination': config.destination,
      'logging/parser': 'json',
      'weir/config-hash': weir.hash(file.data),
    }),
  }

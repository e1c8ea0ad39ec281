local kube = import '../../lib/kube.libsonnet';
local corefile = import 'corefile.libsonnet';
local weir = import 'weir.libsonnet';

// One pod on each node, in the node's network: a cache on port 53, and CoreDNS on a port that only the node itself can
// reach. Clients ask the service's address and reach the cache of their own node.
//
// Pods change when a node is replaced or someone deletes them (OnDelete): a wrong change of DNS must not reach every
// node within minutes. The Corefile alone is reloaded in place.
function(cluster, shared, config, images)
  local name = 'coredns';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local port = 9254;
  local metricsPort = 9153;
  local healthPort = 9154;
  local readyPort = 9155;
  local cachePort = 9054;
  local minor = std.parseInt(std.split(cluster.kubernetes, '.')[1]);

  local observed = ['errors', 'prometheus :' + metricsPort, 'ready 127.0.0.1:' + readyPort, 'bind 127.0.0.1'];
  local forward(servers) = if config.max_upstream_concurrency == 0 then 'forward . ' + servers else {
    head: 'forward . ' + servers,
    body: ['max_concurrent ' + config.max_upstream_concurrency],
  };
  local internal = 'ingress.' + shared.cluster_domain;
  local internalPattern = '"^.*[.]' + std.strReplace(internal, '.', '[.]') + '[.]$"';
  local localZones = [shared.cluster_domain, shared.pod_cidr, shared.service_cidr];

  local blocks = [
    {
      zones: [zone],
      directives: observed + [forward(std.join(' ', config.custom_zones[zone].nameservers)), 'cache 30'],
    }
    for zone in std.objectFields(config.custom_zones)
  ] + [
    {
      zones: [internal],
      directives: observed + (if config.log_internal_ingress then ['log'] else []) + [
        {
          head: 'template IN A',
          body: [
            'match ' + internalPattern,
            'answer "{{ .Name }} 60 IN A ' + shared.internal_ingress_ip + '"',
            'fallthrough',
          ],
        },
        // Clients ask for AAAA too and must not take the name for missing.
        { head: 'template IN AAAA', body: ['rcode NOERROR'] },
      ],
    },
    {
      zones: localZones + config.tracing_endpoints,
      directives: observed + [
        'rewrite name exact ' + endpoint + ' ' + config.tracing_local_endpoint
        for endpoint in config.tracing_endpoints
      ] + (if config.log_service_names then ['log svc.svc.' + shared.cluster_domain + '.'] else []) + [
        { head: 'kubernetes ' + std.join(' ', localZones), body: ['pods insecure'] },
        'cache 30',
      ],
    },
    {
      zones: ['.'],
      directives: observed + (if config.log_forwarded then ['log'] else []) + [
        // These three are of the whole process and stand in one block.
        'health 127.0.0.1:' + healthPort,
        'pprof 127.0.0.1:9156',
        'reload',
        forward('/etc/resolv.conf'),
        'cache 30',
      ],
    },
  ];

  // Reverse zones of addresses inside the cluster: the whole octets that the networks cover.
  local octets(cidr) = [
    std.split(weir.cidr.subnet(cidr, 16, index), '.')
    for index in std.range(0, weir.cidr.size(cidr) / 65536 - 1)
  ];
  local reverseZones = [
    part[1] + '.' + part[0] + '.in-addr.arpa.'
    for part in std.flatMap(octets, [
      cidr
      for cidr in [shared.pod_cidr, shared.service_cidr]
      if weir.cidr.prefix(cidr) <= 16
    ])
  ];
  local unboundConf = std.join('\n', [
    'server:',
    '  directory: "/etc/unbound"',
    '  chroot: ""',
    '  pidfile: ""',
    // The container's user is the one that it is given; there is nothing to drop.
    '  username: ""',
    '  interface: 0.0.0.0',
    '  interface-automatic: yes',
    '  access-control: 0.0.0.0/0 allow',
    '  do-daemonize: no',
    '  use-syslog: no',
    '  logfile: ""',
    '  log-servfail: yes',
    // CoreDNS is on this host.
    '  do-not-query-localhost: no',
    // Names of the cluster are not signed.
    '  module-config: "iterator"',
    '  so-reuseport: yes',
    '  cache-min-ttl: 1',
    '  minimal-responses: yes',
    '  extended-statistics: yes',
  ] + [
    '  local-zone: "' + zone + '" transparent'
    for zone in reverseZones
  ] + [
    'remote-control:',
    '  control-enable: yes',
    '  control-use-cert: no',
    '  control-interface: /run/unbound/unbound.ctl',
  ] + std.flatMap(function(zone) [
    'forward-zone:',
    '  name: "' + zone + '"',
    '  forward-addr: 127.0.0.1@' + port,
  ], ['.'] + reverseZones)) + '\n';

  // Time to leave the service's endpoints before the port closes.
  local stop = { preStop: { sleep: { seconds: 35 } } };
  local dnsPorts = [
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
    { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
  ];
  local bindsLowPort(capabilities) = kube.restricted {
    // weir-ignore run-as-root: Another user could not keep the capability to bind port 53 over the program's start.
    runAsUser: 0,
    capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] + capabilities },
  };
  local confMount(file) = { name: 'config', mountPath: '/etc/' + file, subPath: file, readOnly: true };

  local caches = {
    dnsmasq: {
      containers: [
        {
          name: 'dnsmasq',
          image: images.dnsmasq,
          command: ['/usr/sbin/dnsmasq'],
          args: [
            '--keep-in-foreground',
            '--log-facility=-',
            '--user=root',
            '--group=root',
            '--conf-file=/dev/null',
            '--pid-file=',
            '--no-hosts',
            '--no-resolv',
            '--bind-interfaces',
            // Not every address: a stub resolver of the node may have one of its own.
            '--listen-address=127.0.0.1',
            '--listen-address=$(HOST_IP)',
            '--cache-size=' + config.cache_size,
            '--no-negcache',
            '--dns-forward-max=1500',
            '--server=127.0.0.1#' + port,
          ],
          env: kube.env({ HOST_IP: kube.fieldRef('status.hostIP') }),
          ports: dnsPorts,
          // The other container asks this one and says how it went.
          livenessProbe: kube.httpProbe('/healthcheck/dnsmasq', cachePort, initialDelay=60, timeout=5, failures=5),
          readinessProbe: kube.httpProbe('/healthcheck/dnsmasq', cachePort, initialDelay=5, timeout=5),
          lifecycle: stop,
          resources: kube.resources(config.dnsmasq.cpu, config.dnsmasq.memory),
          // weir-ignore added-capabilities: dnsmasq sets its group at the start, even to the one it has.
          securityContext: bindsLowPort(['SETGID']),
        },
        {
          name: 'dnsmasq-metrics',
          image: images['dnsmasq-metrics'],
          args: [
            '--v=2',
            '--probe=dnsmasq,127.0.0.1:53,kubernetes.default.svc.' + shared.cluster_domain + ',5,A',
            '--prometheus-port=' + cachePort,
          ],
          ports: [{ name: 'cache-metrics', containerPort: cachePort }],
          livenessProbe: kube.httpProbe('/metrics', 'cache-metrics', initialDelay=60, timeout=5, failures=5),
          resources: kube.resources(config.dnsmasq.metrics_cpu, config.dnsmasq.metrics_memory),
          securityContext: kube.restricted { runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1001 },
        },
      ],
      files: {},
      volumes: [],
    },
    unbound: {
      containers: [
        {
          name: 'unbound',
          image: images.unbound,
          args: ['-c', '/etc/unbound.conf'],
          ports: dnsPorts,
          [if config.unbound.liveness_probe then 'livenessProbe']: {
            tcpSocket: { port: 53, host: '127.0.0.1' },
            initialDelaySeconds: 60,
            timeoutSeconds: 5,
          },
          readinessProbe: { tcpSocket: { port: 53, host: '127.0.0.1' }, initialDelaySeconds: 5 },
          lifecycle: stop,
          resources: kube.resources(config.unbound.cpu, config.unbound.memory),
          securityContext: bindsLowPort([]),
          volumeMounts: [confMount('unbound.conf'), { name: 'control', mountPath: '/run/unbound' }],
        },
        {
          name: 'unbound-metrics',
          image: images['unbound-metrics'],
          args: [
            '-unbound.ca=',
            '-unbound.cert=',
            '-unbound.host=unix:///run/unbound/unbound.ctl',
            '-web.listen-address=:' + cachePort,
          ],
          ports: [{ name: 'cache-metrics', containerPort: cachePort }],
          livenessProbe: kube.httpProbe('/_healthz', 'cache-metrics', initialDelay=60, timeout=5, failures=5),
          resources: kube.resources(config.unbound.metrics_cpu, config.unbound.metrics_memory),
          // The control socket is open to root's group.
          securityContext: kube.restricted { runAsNonRoot: true, runAsUser: 10000, runAsGroup: 0 },
          volumeMounts: [{ name: 'control', mountPath: '/run/unbound' }],
        },
      ],
      files: { 'unbound.conf': unboundConf },
      volumes: [kube.emptyDir('control', '1Mi')],
    },
  };
  local cache = caches[config.cache];

  assert weir.cidr.contains(shared.service_cidr, shared.dns_service_ip) :
         'dns_service_ip ' + shared.dns_service_ip + ' is not in service_cidr ' + shared.service_cidr;
  assert weir.cidr.contains(shared.service_cidr, shared.internal_ingress_ip) :
         'internal_ingress_ip ' + shared.internal_ingress_ip + ' is not in service_cidr ' + shared.service_cidr;
  assert config.tracing_endpoints == [] || config.tracing_local_endpoint != null :
         'coredns: tracing_endpoints needs tracing_local_endpoint';
  {
    account: kube.serviceAccount(name, namespace, selector),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['services', 'namespaces'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    config: kube.configMap(name, namespace, { Corefile: corefile.text(blocks, port) } + cache.files, selector),

    service: kube.service(name, namespace, selector, [
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 'dns-tcp' },
    ]) {
      spec+: {
        clusterIP: shared.dns_service_ip,
      } + (
        // The own node's cache; another node's while that one is away. Before 1.34 there was no such choice.
        if minor >= 34 then { trafficDistribution: 'PreferSameNode' } else { internalTrafficPolicy: 'Local' }
      ),
    },

    daemonSet: kube.daemonSet(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-node-critical',
      // weir-ignore host-namespaces: It answers at the node's own address, and works where pods have no network yet.
      hostNetwork: true,
      // The node's own resolv.conf: CoreDNS cannot ask itself.
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 40,
      tolerations: kube.tolerateAll,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: cache.containers + [{
        name: name,
        image: images.coredns,
        args: ['-conf', '/etc/coredns/Corefile'],
        ports: [{ name: 'metrics', containerPort: metricsPort }],
        livenessProbe: kube.httpProbe('/health', healthPort, initialDelay=60, timeout=5, failures=5, host='127.0.0.1'),
        readinessProbe: kube.httpProbe('/ready', readyPort, initialDelay=5, timeout=3, host='127.0.0.1'),
        lifecycle: stop,
        resources: kube.resources(config.cpu, config.memory),
        // The program file asks for this capability and would not start without it.
        securityContext: kube.restricted {
          runAsNonRoot: true,
          runAsUser: 65532,
          runAsGroup: 65532,
          capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
        },
        volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
      }],
      volumes: [kube.configVolume('config', name)] + cache.volumes,
    }, podAnnotations=kube.scrape(metricsPort), updateStrategy={ type: 'OnDelete' }),
  }

local kube = import '../../lib/kube.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';
local weir = import 'weir.libsonnet';

// It cannot reach the API server by the address of a service, which it makes; it goes by the internal load balancer.
function(cluster, shared, config, images)
  local name = 'kube-proxy';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local metricsPort = 10249;
  local healthPort = 10256;
  local account = '/var/run/secrets/kubernetes.io/serviceaccount/';

  local rules = { syncPeriod: config.sync_period, minSyncPeriod: '1s' };
  local files = {
    'config.yaml': weir.yaml({
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      mode: config.mode,
      bindAddress: '0.0.0.0',
      healthzBindAddress: '0.0.0.0:' + healthPort,
      metricsBindAddress: '0.0.0.0:' + metricsPort,
      clientConnection: { kubeconfig: '/etc/kube-proxy/kubeconfig' },
      clusterCIDR: shared.pod_cidr,
      detectLocalMode: 'ClusterCIDR',
      // Kernel settings belong to the node's boot, so that this container need not be privileged: nothing here makes it
      // write one. Node ports on the loopback address would need such a setting.
      conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
      // What the kubelet gives a pod of this priority; a lower value would need a capability.
      oomScoreAdj: -997,
      [config.mode]: rules + (if config.mode == 'iptables' then { localhostNodePorts: false } else {}),
    }),
    kubeconfig: weir.yaml({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'default',
      clusters: [{
        name: 'default',
        cluster: { server: nodes.internalApiServer(cluster), 'certificate-authority': account + 'ca.crt' },
      }],
      contexts: [{ name: 'default', context: { cluster: 'default', user: 'default' } }],
      users: [{ name: 'default', user: { tokenFile: account + 'token' } }],
    }),
  };

  assert std.startsWith(std.split(images[name], ':')[1], 'v' + cluster.kubernetes + '.') :
         "kube-proxy must be of the cluster's minor, " + cluster.kubernetes + ': ' + images[name];
  {
    account: kube.serviceAccount(name, namespace, selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, 'system:node-proxier', [kube.account(name, namespace)], selector),

    config: kube.configMap(name, namespace, files, selector),

    daemonSet: kube.daemonSet(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-node-critical',
      // weir-ignore host-namespaces: It writes the firewall rules of the node's own network.
      hostNetwork: true,
      dnsPolicy: 'Default',
      tolerations: kube.tolerateAll,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{
        name: name,
        image: images[name],
        command: ['/usr/local/bin/kube-proxy'],
        args: [
          '--config=/etc/kube-proxy/config.yaml',
          '--hostname-override=$(NODE_NAME)',
          '--v=' + config.log_level,
        ],
        env: kube.env({ NODE_NAME: kube.fieldRef('spec.nodeName') }),
        ports: [
          { name: 'metrics', containerPort: metricsPort },
          { name: 'health', containerPort: healthPort },
        ],
        livenessProbe: kube.httpProbe('/livez', 'health', initialDelay=30, period=10, failures=6),
        readinessProbe: kube.httpProbe('/healthz', 'health', period=10, failures=3),
        resources: kube.resources(config.cpu, config.memory),
        // weir-ignore hardened-container: The image's iptables chooses its variant at first use, by changing links in
        // its root file system.
        securityContext: {
          // weir-ignore run-as-root: Firewall rules are root's.
          runAsUser: 0,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: false,
          // weir-ignore added-capabilities: The same; these two are what it takes instead of all.
          capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW'] },
        },
        volumeMounts: [
          { name: 'config', mountPath: '/etc/kube-proxy', readOnly: true },
          { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
        ],
      }],
      volumes: [
        kube.configVolume('config', name),
        // weir-ignore host-path: The lock of everyone who writes firewall rules.
        kube.hostPath('xtables-lock', '/run/xtables.lock', 'FileOrCreate'),
      ],
    }, podAnnotations=kube.scrape(metricsPort) { 'weir/config-hash': weir.hash(files) }, updateStrategy={
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '10%' },
    }),
  }

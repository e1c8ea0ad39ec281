local kube = import '../../lib/kube.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';
local weir = import 'weir.libsonnet';

// Flannel gives each node the part of the pod network that the controller manager assigned to it, and routes between
// the parts. Security groups open UDP 8472 between all nodes for it.
//
// The order on a node is the point: the configuration that tells the container runtime of this network appears only
// once the daemon works, because the node counts as ready from then on. So the daemon is a restartable init container
// with a startup probe, the configuration is written by the init container after it, and what remains is a pause.
function(cluster, shared, config, images)
  local name = 'kube-flannel';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local healthPort = 10267;
  local vpc = cluster.facts.vpc.cidr;

  local cni = {
    name: 'cbr0',
    cniVersion: '1.0.0',
    plugins: [
      { type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
  local network = {
    Network: shared.pod_cidr,
    EnableNFTables: config.firewall == 'nftables',
    Backend: { Type: 'vxlan', Port: 8472 },
  };
  local files = { 'cni-conf.json': weir.json(cni), 'net-conf.json': weir.json(network) };

  local setup = {
    resources: kube.resources(config.setup_cpu, config.setup_memory),
    // weir-ignore run-as-root: It copies files into directories of the node that belong to root.
    securityContext: kube.restricted { runAsUser: 0 },
  };

  assert !weir.cidr.overlaps(shared.pod_cidr, shared.service_cidr) :
         'pod_cidr ' + shared.pod_cidr + ' overlaps service_cidr ' + shared.service_cidr;
  assert !weir.cidr.overlaps(shared.pod_cidr, vpc) : 'pod_cidr ' + shared.pod_cidr + ' overlaps the VPC, ' + vpc;
  assert !weir.cidr.overlaps(shared.service_cidr, vpc) :
         'service_cidr ' + shared.service_cidr + ' overlaps the VPC, ' + vpc;
  {
    account: kube.serviceAccount(name, namespace, selector),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
      // The daemon notes its endpoint on its node and clears the NetworkUnavailable condition.
      { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    config: kube.configMap('kube-flannel-cfg', namespace, files, selector),

    daemonSet: kube.daemonSet(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-node-critical',
      // weir-ignore host-namespaces: It makes the network that pods would have.
      hostNetwork: true,
      dnsPolicy: 'Default',
      tolerations: kube.tolerateAll,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      initContainers: [
        setup {
          name: 'install-plugin',
          image: images['cni-plugin'],
          command: ['cp', '-f', '/flannel', '/opt/cni/bin/flannel'],
          volumeMounts: [{ name: 'cni-bin', mountPath: '/opt/cni/bin' }],
        },
        {
          name: name,
          image: images.flannel,
          restartPolicy: 'Always',
          args: [
            '--ip-masq',
            '--kube-subnet-mgr',
            '--healthz-ip=127.0.0.1',
            '--healthz-port=' + healthPort,
            '--v=' + config.log_level,
          ],
          env: kube.env({
            NODE_NAME: kube.fieldRef('spec.nodeName'),
            // The service's address works only once kube-proxy does, and neither waits for the other.
            KUBERNETES_SERVICE_HOST: nodes.internalApiHost(cluster),
            KUBERNETES_SERVICE_PORT: '443',
            EVENT_QUEUE_DEPTH: '5000',
          }),
          startupProbe: kube.httpProbe('/readyz', healthPort, period=2, failures=150, host='127.0.0.1'),
          livenessProbe: kube.httpProbe('/healthz', healthPort, period=10, failures=6, host='127.0.0.1'),
          readinessProbe: kube.httpProbe('/readyz', healthPort, period=10, host='127.0.0.1'),
          resources: kube.resources(config.cpu, config.memory),
          // weir-ignore hardened-container: The image's iptables chooses its variant at first use, by changing links
          // in its root file system.
          securityContext: {
            // weir-ignore run-as-root: Interfaces, routes and firewall rules of the node are root's.
            runAsUser: 0,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: false,
            // weir-ignore added-capabilities: The same; these two are what it takes instead of all.
            capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW'] },
          },
          volumeMounts: [
            { name: 'run', mountPath: '/run/flannel' },
            { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
            { name: 'config', mountPath: '/etc/kube-flannel', readOnly: true },
          ],
        },
        setup {
          name: 'install-configuration',
          image: images.flannel,
          command: ['/opt/bin/install-conf', '/etc/kube-flannel/cni-conf.json', '/etc/cni/net.d/10-flannel.conflist'],
          volumeMounts: [
            { name: 'cni-conf', mountPath: '/etc/cni/net.d' },
            { name: 'config', mountPath: '/etc/kube-flannel', readOnly: true },
          ],
        },
      ],
      containers: [{
        name: 'pause',
        image: images.pause,
        resources: kube.resources('1m', '10Mi'),
        securityContext: kube.restricted { runAsNonRoot: true, runAsUser: 65535 },
      }],
      volumes: [
        // weir-ignore host-path: The daemon says here which part of the network is the node's; the plugin reads it.
        kube.hostPath('run', '/run/flannel', 'DirectoryOrCreate'),
        // weir-ignore host-path: The lock of everyone who writes firewall rules.
        kube.hostPath('xtables-lock', '/run/xtables.lock', 'FileOrCreate'),
        // weir-ignore host-path: The plugin is put here, where the container runtime looks for it.
        kube.hostPath('cni-bin', '/opt/cni/bin', 'DirectoryOrCreate'),
        // weir-ignore host-path: The configuration is put here, where the container runtime looks for it.
        kube.hostPath('cni-conf', '/etc/cni/net.d', 'DirectoryOrCreate'),
        kube.configVolume('config', 'kube-flannel-cfg'),
      ],
    }, podAnnotations={ 'weir/config-hash': weir.hash(files) }, updateStrategy={
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: config.max_unavailable },
    }),
  }

local kube = import '../../lib/kube.libsonnet';

// One pod on each node, in the node's network and process namespaces. The exporter needs neither root nor capabilities:
// it reads the node's files through a read-only mount.
function(config, images)
  local name = 'node-exporter';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local port = 9100;
  local cadvisorPort = 9101;
  local cadvisor = config.cadvisor.enabled;

  // Interfaces and file systems of pods come and go, and a series for each would never end.
  local podInterfaces = '^(veth.*|cali.*|cni.*|flannel.*|docker.*|br-.*)$';
  local podMounts = '^/(dev|proc|sys|run/containerd|run/netns|var/lib/containerd|var/lib/kubelet)($|/)';

  {
    account: kube.serviceAccount(name, namespace, selector) { automountServiceAccountToken: false },

    service: kube.service(name, namespace, selector, [
      { name: 'metrics', port: port, targetPort: 'metrics' },
    ] + (if cadvisor then [{ name: 'cadvisor', port: cadvisorPort, targetPort: 'cadvisor' }] else [])) {
      // Whoever scrapes wants every node, not one of them.
      spec+: { clusterIP: 'None' },
    },

    daemonSet: kube.daemonSet(name, namespace, selector, {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      priorityClassName: 'system-node-critical',
      // weir-ignore host-namespaces: Counters of the node's network are seen from within it.
      hostNetwork: true,
      // weir-ignore host-namespaces: Counters of the node's processes are seen from among them.
      hostPID: true,
      tolerations: kube.tolerateAll,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{
        name: name,
        image: images[name],
        args: [
          '--web.listen-address=:' + port,
          '--path.rootfs=/host',
          '--path.procfs=/host/proc',
          '--path.sysfs=/host/sys',
          '--path.udev.data=/host/run/udev/data',
          '--collector.filesystem.mount-points-exclude=' + podMounts,
          '--collector.netclass.ignored-devices=' + podInterfaces,
          '--collector.netdev.device-exclude=' + podInterfaces,
        ] + [
          // What machines on AWS do not have.
          '--no-collector.' + collector
          for collector in ['bcache', 'bonding', 'btrfs', 'fibrechannel', 'infiniband', 'ipvs', 'tapestats', 'zfs']
        ] + (
          if config.network_card_metrics then [
            '--collector.ethtool',
            '--collector.ethtool.device-exclude=' + podInterfaces,
          ] else []
        ),
        ports: [{ name: 'metrics', containerPort: port, hostPort: port }],
        livenessProbe: kube.httpProbe('/', 'metrics', initialDelay=5, timeout=5),
        readinessProbe: kube.httpProbe('/', 'metrics', timeout=5),
        resources: kube.resources(config.cpu, config.memory),
        securityContext: kube.restricted { runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534 },
        volumeMounts: [{ name: 'root', mountPath: '/host', readOnly: true, mountPropagation: 'HostToContainer' }],
      }] + (if cadvisor then [{
              name: 'cadvisor',
              image: images.cadvisor,
              args: [
                '--port=' + cadvisorPort,
                '--housekeeping_interval=30s',
                '--max_housekeeping_interval=30s',
                '--docker_only=false',
                '--containerd=/run/containerd/containerd.sock',
                '--store_container_labels=false',
                '--whitelisted_container_labels=' + std.join(',', [
                  'io.kubernetes.' + label
                  for label in ['container.name', 'pod.name', 'pod.namespace']
                ]),
              ] + (if config.cadvisor.profiling then ['--profiling'] else []),
              ports: [{ name: 'cadvisor', containerPort: cadvisorPort, hostPort: cadvisorPort }],
              livenessProbe: kube.httpProbe('/healthz', 'cadvisor', initialDelay=15, timeout=5),
              readinessProbe: kube.httpProbe('/healthz', 'cadvisor', timeout=5),
              resources: kube.resources(config.cadvisor.cpu, config.cadvisor.memory),
              securityContext: kube.restricted {
                // weir-ignore run-as-root: Sizes of other users' files and the runtime's socket are root's to read.
                runAsUser: 0,
                // weir-ignore added-capabilities: The same; these two are what it takes instead of all.
                capabilities: { drop: ['ALL'], add: ['DAC_READ_SEARCH', 'SYS_PTRACE'] },
              },
              volumeMounts: [
                { name: 'root', mountPath: '/rootfs', readOnly: true, mountPropagation: 'HostToContainer' },
                { name: 'sys', mountPath: '/sys', readOnly: true },
                { name: 'containerd', mountPath: '/run/containerd', readOnly: true },
              ],
            }] else []),
      volumes: [kube.hostPath('root', '/')] + (
        if cadvisor then [
          kube.hostPath('sys', '/sys', 'Directory'),
          kube.hostPath('containerd', '/run/containerd', 'Directory'),
        ] else []
      ),
    }, podAnnotations=kube.scrape(port), updateStrategy={
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '10%' },
    }),
  }

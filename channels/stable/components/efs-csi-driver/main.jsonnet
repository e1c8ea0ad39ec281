local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';

local namespace = 'kube-system';
local driver = 'efs.csi.aws.com';
local sidecarMemory = '64Mi';

// weir-ignore run-as-root: The socket between driver and sidecars is the driver's, which is root; no capability.
local sidecar = kube.restricted { runAsUser: 0 };

// The kubelet's directories, where it looks for drivers and mounts; and the state of mounts, which must outlive the pod,
// because the tunnels are started again from it.
local nodeDirectory(name, path, type='DirectoryOrCreate') = {
  name: name,
  // weir-ignore host-path: The driver mounts for other pods, and shows itself to the kubelet by sockets.
  hostPath: { path: path, type: type },
};

// Reports whether the driver answers on its socket, on `port` of the pod.
local liveness(images, port) = {
  name: 'liveness-probe',
  image: images.livenessprobe,
  args: ['--csi-address=/csi/csi.sock', '--health-port=%d' % port],
  resources: kube.resources('5m', sidecarMemory),
  securityContext: sidecar,
  volumeMounts: [{ name: 'socket', mountPath: '/csi' }],
};

local healthy(port) = kube.httpProbe('/healthz', port, initialDelay=10, period=10, timeout=3, failures=5);

function(cluster, config, images)
  local controller = 'efs-csi-controller';
  local node = 'efs-csi-node';
  local selector(component) = kube.selector('efs-csi-driver', component);
  if config.file_system_id == null then {} else {
    driver: kube.object('storage.k8s.io/v1', 'CSIDriver', driver, labels=kube.selector('efs-csi-driver')) {
      spec: { attachRequired: false },
    },

    storageClass: kube.object('storage.k8s.io/v1', 'StorageClass', 'aws-efs', labels=kube.selector('efs-csi-driver')) {
      provisioner: driver,
      reclaimPolicy: config.reclaim_policy,
      volumeBindingMode: 'Immediate',
      // An access point for each volume: it fixes directory and user, so that no volume reaches another's files.
      parameters: {
        provisioningMode: 'efs-ap',
        fileSystemId: config.file_system_id,
        directoryPerms: config.directory_mode,
      },
      mountOptions: ['tls'],
    },

    controllerAccount: kube.serviceAccount(
      controller, namespace, selector('controller'), iam.annotations(cluster, controller)
    ),
    controllerRole: kube.clusterRole(controller, [
      { apiGroups: [''], resources: ['persistentvolumes'], verbs: ['create', 'delete', 'get', 'list', 'patch', 'watch'] },
      { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'list', 'update', 'watch'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'list', 'patch', 'watch'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['storage.k8s.io'], resources: ['csinodes', 'storageclasses'], verbs: ['get', 'list', 'watch'] },
    ], selector('controller')),
    controllerBinding: kube.clusterRoleBinding(
      controller, controller, [kube.account(controller, namespace)], selector('controller')
    ),
    // Leader election.
    controllerLeases: kube.role(controller, namespace, [
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'get', 'list', 'update', 'watch'] },
    ], selector('controller')),
    controllerLeasesBinding: kube.roleBinding(
      controller, namespace, controller, [kube.account(controller, namespace)], labels=selector('controller')
    ),

    controller: kube.deployment(controller, namespace, selector('controller'), {
      serviceAccountName: controller,
      priorityClassName: 'system-cluster-critical',
      topologySpreadConstraints: kube.spread(selector('controller')),
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'efs-plugin',
          image: images['efs-csi-driver'],
          args: [
            '--endpoint=unix:///csi/csi.sock',
            '--logtostderr',
            '--v=2',
            '--delete-access-point-root-dir=false',
          ],
          env: kube.env(iam.env(cluster, controller) { CSI_NODE_NAME: kube.fieldRef('spec.nodeName') }),
          ports: [{ name: 'healthz', containerPort: 9909 }],
          livenessProbe: healthy('healthz'),
          resources: kube.resources('20m', config.memory),
          // weir-ignore run-as-root: At its start the driver lays out its mount helper's files under /etc and /var.
          // weir-ignore hardened-container: The same; it mounts nothing here, so it needs no capability.
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsUser: 0 },
          volumeMounts: [{ name: 'socket', mountPath: '/csi' }, iam.mount],
        },
        {
          name: 'csi-provisioner',
          image: images['csi-provisioner'],
          args: [
            '--csi-address=/csi/csi.sock',
            '--v=2',
            '--feature-gates=Topology=true',
            '--extra-create-metadata',
            '--leader-election',
            '--http-endpoint=:8080',
          ],
          ports: [{ name: 'metrics', containerPort: 8080 }],
          livenessProbe: kube.httpProbe('/healthz/leader-election', 'metrics', initialDelay=10, timeout=10, period=20),
          resources: kube.resources('10m', sidecarMemory),
          securityContext: sidecar,
          volumeMounts: [{ name: 'socket', mountPath: '/csi' }],
        },
        liveness(images, 9909),
      ],
      volumes: [{ name: 'socket', emptyDir: {} }, iam.volume],
    }, replicas=2, podAnnotations=kube.scrape(8080)),
    controllerBudget: kube.podDisruptionBudget(controller, namespace, selector('controller')),

    nodeAccount: kube.serviceAccount(node, namespace, selector('node'), iam.annotations(cluster, node)),
    nodeRole: kube.clusterRole(node, [
      // At its start a driver takes the taint off its node that kept pods away until now.
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'patch'] },
      { apiGroups: ['storage.k8s.io'], resources: ['csinodes'], verbs: ['get'] },
    ], selector('node')),
    nodeBinding: kube.clusterRoleBinding(node, node, [kube.account(node, namespace)], selector('node')),

    node: kube.daemonSet(node, namespace, selector('node'), {
      serviceAccountName: node,
      priorityClassName: 'system-node-critical',
      // weir-ignore host-namespaces: The TLS tunnels of mounts must outlive the pod's network.
      hostNetwork: true,
      dnsPolicy: 'ClusterFirstWithHostNet',
      nodeSelector: { 'node.kubernetes.io/role': 'worker' },
      tolerations: kube.tolerateAll,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'efs-plugin',
          image: images['efs-csi-driver'],
          args: ['--endpoint=unix:///csi/csi.sock', '--logtostderr', '--v=2'],
          env: kube.env(iam.env(cluster, node) { CSI_NODE_NAME: kube.fieldRef('spec.nodeName') }),
          ports: [{ name: 'healthz', containerPort: 9809 }],
          livenessProbe: healthy('healthz'),
          resources: kube.resources('20m', config.memory),
          // weir-ignore privileged-container: It mounts for other pods; only a privileged container's mounts spread to the node.
          securityContext: { privileged: true },
          volumeMounts: [
            { name: 'kubelet', mountPath: '/var/lib/kubelet', mountPropagation: 'Bidirectional' },
            { name: 'socket', mountPath: '/csi' },
            { name: 'state', mountPath: '/var/run/efs' },
            { name: 'utils', mountPath: '/var/amazon/efs' },
            { name: 'utils-legacy', mountPath: '/etc/amazon/efs-legacy' },
            iam.mount,
          ],
        },
        {
          name: 'node-driver-registrar',
          image: images['csi-node-driver-registrar'],
          args: [
            '--csi-address=/csi/csi.sock',
            '--kubelet-registration-path=/var/lib/kubelet/plugins/' + driver + '/csi.sock',
            '--v=2',
          ],
          resources: kube.resources('10m', sidecarMemory),
          securityContext: sidecar,
          volumeMounts: [
            { name: 'socket', mountPath: '/csi' },
            { name: 'registration', mountPath: '/registration' },
          ],
        },
        liveness(images, 9809),
      ],
      volumes: [
        nodeDirectory('kubelet', '/var/lib/kubelet', 'Directory'),
        nodeDirectory('socket', '/var/lib/kubelet/plugins/' + driver),
        nodeDirectory('registration', '/var/lib/kubelet/plugins_registry', 'Directory'),
        nodeDirectory('state', '/var/run/efs'),
        nodeDirectory('utils', '/var/amazon/efs'),
        nodeDirectory('utils-legacy', '/etc/amazon/efs'),
        iam.volume,
      ],
    }, updateStrategy={ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } }),
  }

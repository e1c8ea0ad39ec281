local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';

// The controller makes and attaches volumes by AWS's API, the pods on nodes mount them. Both speak to Kubernetes by
// containers of the CSI project beside them.
function(cluster, config, images)
  local component = 'ebs-csi-driver';
  local driver = 'ebs.csi.aws.com';
  local namespace = 'kube-system';
  local controller = 'ebs-csi-controller';
  local node = 'ebs-csi-node';
  local controllerSelector = kube.selector(component, 'controller');
  local nodeSelector = kube.selector(component, 'node');
  local rule(group, resources, verbs) = { apiGroups: [group], resources: resources, verbs: verbs };
  local read = ['get', 'list', 'watch'];
  local driverResources = kube.resources(config.cpu, config.memory);
  local sidecarResources = kube.resources(config.sidecar_cpu, config.sidecar_memory);
  local health(delay) = kube.httpProbe('/healthz', 'healthz', initialDelay=delay, period=10, timeout=3, failures=5);

  // ------------------------------------------------------------------------------------------- controller

  local controllerSocket = { name: 'socket', mountPath: '/csi' };
  local sidecar(name, image, args, extra={}) = {
    name: name,
    image: images[image],
    args: ['--csi-address=/csi/csi.sock', '--v=2'] + args,
    resources: sidecarResources,
    securityContext: kube.restricted,
    volumeMounts: [controllerSocket],
  } + extra;
  local elected = ['--leader-election=true', '--leader-election-namespace=' + namespace];
  // Names of leases that the containers make of the driver's name.
  local leases = [
    'ebs-csi-aws-com',
    'external-attacher-leader-ebs-csi-aws-com',
    'external-resizer-ebs-csi-aws-com',
  ] + (if config.snapshots then ['external-snapshotter-leader-ebs-csi-aws-com'] else []);

  // ------------------------------------------------------------------------------------------- node

  local kubelet = '/var/lib/kubelet';
  local plugin = kubelet + '/plugins/' + driver;
  {
    driver: kube.object('storage.k8s.io/v1', 'CSIDriver', driver, labels=kube.selector(component)) {
      spec: { attachRequired: true, podInfoOnMount: false, fsGroupPolicy: 'File' },
    },

    controllerAccount:
      kube.serviceAccount(controller, namespace, controllerSelector, iam.annotations(cluster, component)),

    controllerRole: kube.clusterRole(controller, [
      rule('', ['events'], ['create', 'list', 'patch', 'update', 'watch']),
      rule('', ['nodes', 'pods'], read),
      rule('', ['persistentvolumes'], read + ['create', 'delete', 'patch', 'update']),
      rule('', ['persistentvolumeclaims'], read + ['patch', 'update']),
      rule('', ['persistentvolumeclaims/status'], ['patch', 'update']),
      rule('storage.k8s.io', ['csinodes', 'storageclasses', 'volumeattributesclasses'], read),
      rule('storage.k8s.io', ['volumeattachments'], read + ['patch', 'update']),
      rule('storage.k8s.io', ['volumeattachments/status'], ['patch']),
    ] + (
      if config.snapshots then [
        rule('snapshot.storage.k8s.io', ['volumesnapshots', 'volumesnapshotclasses'], read),
        rule('snapshot.storage.k8s.io', ['volumesnapshotcontents'], read + ['patch', 'update']),
        rule('snapshot.storage.k8s.io', ['volumesnapshotcontents/status'], ['patch', 'update']),
      ] else []
    ), controllerSelector),
    controllerRoleBinding:
      kube.clusterRoleBinding(controller, controller, [kube.account(controller, namespace)], controllerSelector),

    leaseRole: kube.role(controller, namespace, [
      rule('coordination.k8s.io', ['leases'], ['create']),
      rule('coordination.k8s.io', ['leases'], ['get', 'patch', 'update', 'watch']) { resourceNames: leases },
    ], controllerSelector),
    leaseRoleBinding: kube.roleBinding(
      controller, namespace, controller, [kube.account(controller, namespace)], labels=controllerSelector
    ),

    controllerDeployment: kube.deployment(controller, namespace, controllerSelector, kube.onControlPlane {
      serviceAccountName: controller,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(1000),
      topologySpreadConstraints: kube.spread(controllerSelector),
      containers: [
        {
          name: 'ebs-plugin',
          image: images['aws-ebs-csi-driver'],
          args: [
            'controller',
            '--endpoint=unix:///csi/csi.sock',
            // Volumes get the cluster's tag, by which the role is limited.
            '--k8s-tag-cluster-id=' + cluster.id,
            '--batching=true',
            '--http-endpoint=:3301',
            '--logging-format=text',
            '--v=2',
          ],
          env: kube.env(iam.env(cluster, component) { CSI_NODE_NAME: kube.fieldRef('spec.nodeName') }),
          ports: [
            { name: 'healthz', containerPort: 9808 },
            { name: 'metrics', containerPort: 3301 },
          ],
          livenessProbe: health(10),
          readinessProbe: health(10),
          resources: driverResources,
          securityContext: kube.restricted,
          volumeMounts: [controllerSocket, iam.mount],
        },
        sidecar('csi-provisioner', 'csi-provisioner', elected + [
          '--feature-gates=Topology=true',
          '--extra-create-metadata',
          '--default-fstype=ext4',
          '--timeout=60s',
        ]),
        sidecar('csi-attacher', 'csi-attacher', elected + ['--timeout=60s']),
        sidecar('csi-resizer', 'csi-resizer', elected + ['--timeout=60s', '--handle-volume-inuse-error=false']),
        sidecar('liveness-probe', 'livenessprobe', ['--health-port=9808']),
      ] + (
        if config.snapshots then [
          sidecar('csi-snapshotter', 'csi-snapshotter', elected + ['--extra-create-metadata']),
        ] else []
      ),
      volumes: [kube.emptyDir('socket', '1Mi'), iam.volume],
    }, replicas=config.replicas, podAnnotations=kube.scrape(3301)),

    disruptionBudget: kube.podDisruptionBudget(controller, namespace, controllerSelector),

    nodeAccount: kube.serviceAccount(node, namespace, nodeSelector),
    // Where the metadata service is out of reach of pods, the driver learns of its node from the node's labels.
    nodeRole: kube.clusterRole(node, [
      rule('', ['nodes'], ['get']),
      rule('storage.k8s.io', ['csinodes', 'volumeattachments'], read),
    ], nodeSelector),
    nodeRoleBinding: kube.clusterRoleBinding(node, node, [kube.account(node, namespace)], nodeSelector),

    nodeDaemonSet: kube.daemonSet(node, namespace, nodeSelector, {
      serviceAccountName: node,
      priorityClassName: 'system-node-critical',
      terminationGracePeriodSeconds: 30,
      tolerations: kube.tolerateAll,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'ebs-plugin',
          image: images['aws-ebs-csi-driver'],
          args: [
            'node',
            '--endpoint=unix:///csi/csi.sock',
            '--csi-mount-point-prefix=' + kubelet + '/plugins/kubernetes.io/csi/' + driver + '/',
            '--logging-format=text',
            '--v=2',
          ] + (if config.volume_limit != null then ['--volume-attach-limit=' + config.volume_limit] else []),
          env: kube.env({
            AWS_REGION: cluster.region,
            CSI_NODE_NAME: kube.fieldRef('spec.nodeName'),
          }),
          ports: [{ name: 'healthz', containerPort: 9808 }],
          livenessProbe: health(10),
          lifecycle: { preStop: { exec: { command: ['/bin/aws-ebs-csi-driver', 'pre-stop-hook'] } } },
          resources: driverResources,
          // weir-ignore privileged-container: It formats devices of the node and mounts them where the kubelet sees
          // them; mounts travel from a container to its node only if it is privileged.
          securityContext: { privileged: true, runAsUser: 0, readOnlyRootFilesystem: true },
          volumeMounts: [
            { name: 'kubelet', mountPath: kubelet, mountPropagation: 'Bidirectional' },
            { name: 'plugin', mountPath: '/csi' },
            { name: 'devices', mountPath: '/dev' },
          ],
        },
        {
          name: 'node-driver-registrar',
          image: images['csi-node-driver-registrar'],
          args: [
            '--csi-address=/csi/csi.sock',
            '--kubelet-registration-path=' + plugin + '/csi.sock',
            '--v=2',
          ],
          livenessProbe: {
            exec: {
              command: [
                '/csi-node-driver-registrar',
                '--kubelet-registration-path=' + plugin + '/csi.sock',
                '--mode=kubelet-registration-probe',
              ],
            },
            initialDelaySeconds: 30,
            periodSeconds: 90,
            timeoutSeconds: 15,
          },
          resources: sidecarResources,
          // weir-ignore run-as-root: The kubelet's directory of sockets is root's.
          securityContext: kube.restricted { runAsUser: 0 },
          volumeMounts: [
            { name: 'plugin', mountPath: '/csi' },
            { name: 'registration', mountPath: '/registration' },
            { name: 'probe', mountPath: plugin },
          ],
        },
        {
          name: 'liveness-probe',
          image: images.livenessprobe,
          args: ['--csi-address=/csi/csi.sock', '--health-port=9808'],
          resources: sidecarResources,
          // weir-ignore run-as-root: The driver's socket is root's.
          securityContext: kube.restricted { runAsUser: 0 },
          volumeMounts: [{ name: 'plugin', mountPath: '/csi' }],
        },
      ],
      volumes: [
        // weir-ignore host-path: Volumes are mounted here, for pods.
        kube.hostPath('kubelet', kubelet, 'Directory'),
        // weir-ignore host-path: The driver's socket is made here, where the kubelet calls it.
        kube.hostPath('plugin', plugin, 'DirectoryOrCreate'),
        // weir-ignore host-path: The driver shows itself to the kubelet here.
        kube.hostPath('registration', kubelet + '/plugins_registry', 'Directory'),
        // weir-ignore host-path: Volumes are devices of the node.
        kube.hostPath('devices', '/dev', 'Directory'),
        kube.emptyDir('probe', '1Mi'),
      ],
    }, updateStrategy={ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } }),
  }

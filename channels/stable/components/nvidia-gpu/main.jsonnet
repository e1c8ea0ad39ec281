local kube = import '../../lib/kube.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';

// Nodes of a pool with `gpu` carry our label; nodes that Karpenter chose for their GPU carry its own.
function(config, images)
  local name = 'nvidia-gpu-device-plugin';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local port = 9400;
  local exporter = config.exporter.enabled;
  {
    account: kube.serviceAccount(name, namespace, selector),

    daemonSet: kube.daemonSet(name, namespace, selector, {
      serviceAccountName: name,
      // Neither program talks to the API server.
      automountServiceAccountToken: false,
      priorityClassName: 'system-node-critical',
      tolerations: [{ key: nodes.gpuTaint.key, operator: 'Exists', effect: nodes.gpuTaint.effect }],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: nodes.gpuLabel, operator: 'Exists' }] },
              {
                matchExpressions: [
                  { key: 'karpenter.k8s.aws/instance-gpu-manufacturer', operator: 'In', values: ['nvidia'] },
                ],
              },
            ],
          },
        },
      },
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{
        name: 'device-plugin',
        image: images['device-plugin'],
        env: kube.env({ FAIL_ON_INIT_ERROR: 'false' }),
        resources: kube.resources(config.cpu, config.memory),
        // weir-ignore run-as-root: The kubelet's socket directory is root's; it has no capability.
        // weir-ignore hardened-container: The container runtime's hook links the driver's libraries into the root file system.
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsUser: 0 },
        volumeMounts: [{ name: 'device-plugins', mountPath: '/var/lib/kubelet/device-plugins' }],
      }] + (
        if exporter then [{
          name: 'dcgm-exporter',
          image: images['dcgm-exporter'],
          env: kube.env({
            DCGM_EXPORTER_LISTEN: ':%d' % port,
            DCGM_EXPORTER_KUBERNETES: 'true',
            NODE_NAME: kube.fieldRef('spec.nodeName'),
          }),
          ports: [{ name: 'metrics', containerPort: port }],
          livenessProbe: kube.httpProbe('/health', 'metrics', initialDelay=45),
          readinessProbe: kube.httpProbe('/health', 'metrics', initialDelay=45),
          resources: kube.resources(config.exporter.cpu, config.exporter.memory),
          // weir-ignore run-as-root: The driver gives profiling counters to nobody else.
          // weir-ignore added-capabilities: The driver gives profiling counters to nobody else.
          // weir-ignore hardened-container: The container runtime's hook links the driver's libraries into the root file system.
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] }, runAsUser: 0 },
          volumeMounts: [{ name: 'pod-resources', mountPath: '/var/lib/kubelet/pod-resources', readOnly: true }],
        }] else []
      ),
      // The kubelet's sockets: where devices are offered, and where is said which pod has which.
      volumes: [
        // weir-ignore host-path: A device plugin offers itself by a socket in this directory.
        { name: 'device-plugins', hostPath: { path: '/var/lib/kubelet/device-plugins', type: 'Directory' } },
      ] + (
        if exporter then [
          { name: 'pod-resources', hostPath: { path: '/var/lib/kubelet/pod-resources', type: 'Directory' } },
        ] else []
      ),
    }, podAnnotations=if exporter then kube.scrape(port) else {}, updateStrategy={
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '10%' },
    }),
  }

local kube = import '../../lib/kube.libsonnet';

function(cluster, config, images)
  local name = 'kube2iam';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local port = 8181;
  {
    account: kube.serviceAccount(name, namespace, selector),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['namespaces', 'pods'], verbs: ['get', 'list', 'watch'] },
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    daemonSet: kube.daemonSet(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-node-critical',
      // weir-ignore host-namespaces: It stands in for the node's metadata service and reads the real one.
      hostNetwork: true,
      tolerations: kube.tolerateAll,
      [if config.nodes == 'workers' then 'nodeSelector']: { 'node.kubernetes.io/role': 'worker' },
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{
        name: name,
        image: images[name],
        args: [
          '--app-port=' + port,
          '--base-role-arn=arn:aws:iam::' + cluster.account_id + ':role/',
          '--iptables=true',
          // The bridge of the CNI configuration: what comes from it is a pod's.
          '--host-interface=cni0',
          '--host-ip=$(HOST_IP)',
          '--node=$(NODE_NAME)',
          '--use-regional-sts-endpoint',
          '--namespace-restrictions=' + config.namespace_restrictions,
          '--log-level=warn',
        ],
        env: kube.env({
          AWS_REGION: cluster.region,
          HOST_IP: kube.fieldRef('status.hostIP'),
          NODE_NAME: kube.fieldRef('spec.nodeName'),
        }),
        ports: [{ name: 'http', containerPort: port }],
        livenessProbe: kube.httpProbe('/healthz', 'http', initialDelay=30, timeout=5),
        readinessProbe: kube.httpProbe('/healthz', 'http', timeout=5),
        resources: kube.resources(config.cpu, config.memory),
        securityContext: {
          // weir-ignore run-as-root: It writes one firewall rule, which sends pods' calls of the metadata address here.
          runAsUser: 0,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          // weir-ignore added-capabilities: The same; these two are what it takes instead of a privileged container.
          capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW'] },
        },
        volumeMounts: [{ name: 'xtables-lock', mountPath: '/run/xtables.lock' }],
      }],
      // weir-ignore host-path: The lock of everyone who writes firewall rules.
      volumes: [kube.hostPath('xtables-lock', '/run/xtables.lock', 'FileOrCreate')],
    }, podAnnotations=kube.scrape(port), updateStrategy={
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '10%' },
    }),
  }

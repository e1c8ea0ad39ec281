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
          // It writes one firewall rule, which sends pods' calls of the metadata address here. That is root's to do,
          // and takes these two capabilities, not a privileged container.
          runAsUser: 0,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW'] },
        },
        volumeMounts: [{ name: 'xtables-lock', mountPath: '/run/xtables.lock' }],
      }],
      volumes: [kube.hostPath('xtables-lock', '/run/xtables.lock', 'FileOrCreate')],
    }, podAnnotations=kube.scrape(port), updateStrategy={
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '10%' },
    }),
  }

local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';

// It runs on control-plane nodes, in their network: it must work before there is any other, because nodes wait for it.
function(cluster, config, images)
  local name = 'cloud-controller-manager';
  local component = 'aws-cloud-controller-manager';
  local namespace = 'kube-system';
  local selector = kube.selector(component);
  local account = kube.account(name, namespace);
  local port = 10258;

  assert std.startsWith(std.split(images[name], ':')[1], 'v' + cluster.kubernetes + '.') :
         "aws-cloud-controller-manager must be of the cluster's minor, " + cluster.kubernetes + ': ' + images[name];
  {
    account: kube.serviceAccount(name, namespace, selector, iam.annotations(cluster, component)),

    clusterRole: kube.clusterRole('system:' + name, [
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] },
      // It initialises nodes and removes those whose machine is gone.
      { apiGroups: [''], resources: ['nodes'], verbs: ['delete', 'get', 'list', 'patch', 'update', 'watch'] },
      { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
    ] + (
      if config.load_balancers then [
        { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'patch', 'update', 'watch'] },
        { apiGroups: [''], resources: ['services/status'], verbs: ['patch', 'update'] },
      ] else []
    ), selector),
    clusterRoleBinding: kube.clusterRoleBinding('system:' + name, 'system:' + name, [account], selector),

    role: kube.role(component, namespace, kube.leaseRules(name), selector),
    roleBinding: kube.roleBinding(component, namespace, component, [account], labels=selector),

    // It checks who asks for its metrics.
    authenticationReader: kube.roleBinding(
      component + '-auth-reader',
      namespace,
      'extension-apiserver-authentication-reader',
      [account],
      labels=selector,
    ),

    daemonSet: kube.daemonSet(component, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-node-critical',
      // weir-ignore host-namespaces: Nodes get no network before this has initialised them.
      hostNetwork: true,
      dnsPolicy: 'Default',
      nodeSelector: kube.controlPlaneSelector,
      tolerations: kube.tolerateAll,
      securityContext: kube.nonRoot(),
      containers: [{
        name: name,
        image: images[name],
        args: [
          '--cloud-provider=aws',
          '--cluster-name=' + cluster.id,
          '--controllers=' + std.join(',', ['cloud-node-controller', 'cloud-node-lifecycle-controller'] + (
            if config.load_balancers then ['service-lb-controller'] else []
          )),
          // flannel makes the routes between pods.
          '--configure-cloud-routes=false',
          '--use-service-account-credentials=false',
          '--leader-elect=true',
          '--leader-elect-resource-name=' + name,
          '--bind-address=127.0.0.1',
          '--secure-port=' + port,
          '--cert-dir=/tmp',
          '--v=' + config.log_level,
        ],
        env: kube.env(iam.env(cluster, component) {
          // The service's address works only once kube-proxy does.
          KUBERNETES_SERVICE_HOST: nodes.internalApiHost(cluster),
          KUBERNETES_SERVICE_PORT: '443',
        }),
        livenessProbe:
          kube.httpProbe('/healthz', port, initialDelay=20, timeout=5, failures=6, scheme='HTTPS', host='127.0.0.1'),
        resources: kube.resources(config.cpu, config.memory),
        securityContext: kube.restricted,
        volumeMounts: [iam.mount, { name: 'certificate', mountPath: '/tmp' }],
      }],
      volumes: [iam.volume, kube.emptyDir('certificate', '1Mi')],
    }, updateStrategy={ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } }),
  }

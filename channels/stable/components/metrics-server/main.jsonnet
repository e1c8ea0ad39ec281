local kube = import '../../lib/kube.libsonnet';

function(config, images)
  local name = 'metrics-server';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local account = kube.account(name, namespace);
  {
    account: kube.serviceAccount(name, namespace, selector),

    clusterRole: kube.clusterRole('system:' + name, [
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      { apiGroups: [''], resources: ['nodes', 'pods'], verbs: ['get', 'list', 'watch'] },
    ], selector),
    clusterRoleBinding: kube.clusterRoleBinding('system:' + name, 'system:' + name, [account], selector),

    // Who may see objects of a namespace may see their metrics.
    readers: kube.clusterRole('system:aggregated-metrics-reader', [
      { apiGroups: ['metrics.k8s.io'], resources: ['nodes', 'pods'], verbs: ['get', 'list', 'watch'] },
    ], selector {
      'rbac.authorization.k8s.io/aggregate-to-view': 'true',
      'rbac.authorization.k8s.io/aggregate-to-edit': 'true',
      'rbac.authorization.k8s.io/aggregate-to-admin': 'true',
    }),

    // Every extension of the API asks the API server who is calling and whether they may.
    delegator: kube.clusterRoleBinding(name + ':auth-delegator', 'system:auth-delegator', [account], selector),
    authenticationReader: kube.roleBinding(
      name + '-auth-reader',
      namespace,
      'extension-apiserver-authentication-reader',
      [account],
      labels=selector,
    ),

    service: kube.service(name, namespace, selector, [
      { name: 'https', port: 443, targetPort: 'https', appProtocol: 'https' },
    ]),

    apiService: kube.object('apiregistration.k8s.io/v1', 'APIService', 'v1beta1.metrics.k8s.io', labels=selector) {
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { name: name, namespace: namespace, port: 443 },
        // The program signs a certificate of its own at each start. What it serves is no secret of the caller.
        insecureSkipTLSVerify: true,
      },
    },

    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(1000),
      topologySpreadConstraints: kube.spread(selector),
      containers: [{
        name: name,
        image: images[name],
        args: [
          '--cert-dir=/tmp',
          '--secure-port=10250',
          '--kubelet-preferred-address-types=InternalIP,Hostname',
          '--kubelet-use-node-status-port',
          '--metric-resolution=' + config.resolution,
        ] + (
          if config.kubelet_certificates == 'self-signed' then ['--kubelet-insecure-tls']
          else ['--kubelet-certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt']
        ),
        ports: [{ name: 'https', containerPort: 10250 }],
        livenessProbe: kube.httpProbe('/livez', 'https', period=10, failures=3, scheme='HTTPS'),
        readinessProbe: kube.httpProbe('/readyz', 'https', initialDelay=20, period=10, scheme='HTTPS'),
        resources: kube.resources(config.cpu, config.memory.min),
        securityContext: kube.restricted,
        volumeMounts: [{ name: 'certificate', mountPath: '/tmp' }],
      }],
      volumes: [kube.emptyDir('certificate', '1Mi')],
    }, replicas=config.replicas, strategy={
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    }),

    disruptionBudget: kube.podDisruptionBudget(name, namespace, selector),

    autoscaler: kube.verticalPodAutoscaler(name, namespace, 'Deployment', {
      [name]: kube.memoryBounds(config.memory),
    }, selector),
  }

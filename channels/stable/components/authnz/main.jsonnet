local kube = import '../../lib/kube.libsonnet';

// The webhook itself stands in the API server's pod: container, kubeconfigs and mapping of roles by environment are in
// node-pools/master-default/webhook.libsonnet, its contract too.
function(config)
  local name = 'authnz';
  local labels = kube.selector(name);
  local builtIn(binding, role, subject) = kube.clusterRoleBinding(binding, role, [subject], labels);
  {
    // Logs, exec, port-forward: the API server speaks to kubelets for people whom it has let through.
    kubeletClient: builtIn('kubelet-client', 'system:kubelet-api-admin', kube.user(config.kubelet_client)),

    // A new node asks for a certificate with the one that all machines of its kind share, and later renews its own.
    nodeBootstrap: builtIn('node-bootstrap', 'system:node-bootstrapper', kube.group('system:bootstrappers')),
    nodeClient: builtIn(
      'node-client', 'system:certificates.k8s.io:certificatesigningrequests:nodeclient', kube.group('system:bootstrappers')
    ),
    nodeRenewal: builtIn(
      'node-renewal', 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient', kube.group('system:nodes')
    ),

    // Which pod a service account's token belongs to.
    webhookRole: kube.clusterRole('authnz-webhook', [
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    ], labels),
    webhookBinding: kube.clusterRoleBinding('authnz-webhook', 'authnz-webhook', [kube.user(config.webhook_user)], labels),
  }

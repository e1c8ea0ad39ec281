// Which secrets which machines hold, and where their files lie. Certificates and keys are made outside; what stands here
// is what each must be for.
{
  local directory = '/etc/kubernetes/pki',

  // The alias of the key that encrypts secrets in etcd.
  secretsKeyAlias(cluster):: 'alias/' + cluster.local_id + '-secrets',

  // Secret to its files, each with its path. The names are those of `facts.secrets`.
  //
  // Certificates that a machine shows must carry: apiserver the API's two host names, `kubernetes` with its longer forms,
  // the first service address and 127.0.0.1; kubelet-bootstrap the organisation system:bootstrappers; front-proxy-client
  // the name front-proxy-client; controller-manager and scheduler the names system:kube-controller-manager and
  // system:kube-scheduler; apiserver-kubelet-client a name that ClusterRole system:kubelet-api-admin is bound to.
  // Members of etcd show `server` and `peer` with their host names; etcd's own authority signs these and `client`.
  local controlPlane(files) = { [file]: directory + '/' + file for file in files },
  master:: {
    'control-plane-ca': controlPlane(['ca.crt', 'ca.key']),
    'control-plane-tls': controlPlane([
      'apiserver.crt',
      'apiserver.key',
      'apiserver-kubelet-client.crt',
      'apiserver-kubelet-client.key',
      'controller-manager.crt',
      'controller-manager.key',
      'front-proxy-ca.crt',
      'front-proxy-client.crt',
      'front-proxy-client.key',
      'kubelet-bootstrap.crt',
      'kubelet-bootstrap.key',
      'scheduler.crt',
      'scheduler.key',
    ]),
    'service-account-key': controlPlane(['service-account.key', 'service-account.pub']),
    'etcd-client-tls': {
      [file]: directory + '/etcd/' + file
      for file in ['ca.crt', 'client.crt', 'client.key']
    },
  },
  worker:: {
    'worker-tls': controlPlane(['ca.crt', 'kubelet-bootstrap.crt', 'kubelet-bootstrap.key']),
  },
  masterSecrets:: std.objectFields($.master),
  workerSecrets:: std.objectFields($.worker),

  // The path of a file of the control plane.
  path(file):: directory + '/' + file,
}

// User data of a control-plane node: secrets, configuration files, static pods, kubelet.
local kubelet = import '../../lib/kubelet.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';
local pki = import '../../lib/pki.libsonnet';
local userdata = import '../../lib/userdata.libsonnet';
local files = import 'files.libsonnet';
local pods = import 'pods.libsonnet';

// What a node of this pool has to be before anything starts: a user for the control plane, and a folder for its log.
local prepare = |||
  groupadd --system --gid %(uid)d control-plane
  useradd --system --uid %(uid)d --gid %(uid)d --no-create-home --shell /usr/sbin/nologin control-plane
  install --directory --owner=control-plane --group=control-plane --mode=0750 %(log)s
||| % { uid: pods.uid, log: pods.auditDirectory };

// Private keys that static pods read belong to their group; the kubelet's own is the root's alone.
local secretFile(file, path) =
  if std.endsWith(file, '.key') && file != 'kubelet-bootstrap.key'
  then { path: path, mode: '0440', group: 'control-plane' }
  else path;

function(cluster, shared, config, images, pool)
  local configuration = kubelet.config(
    shared, config, nodes.maxPods(shared, config.max_pods_extra), [nodes.controlPlaneTaint]
  ) { staticPodPath: kubelet.manifests };
  local labels = {
    [nodes.roleLabel]: 'control-plane',
    [nodes.poolLabel]: pool.name,
    // Traffic from outside goes to workers.
    'node.kubernetes.io/exclude-from-external-load-balancers': 'true',
  };
  local server = 'https://127.0.0.1:' + nodes.apiServerPort;
  local rolls = config.rolling_update.enabled;
  userdata.document(
    userdata.secretFiles(cluster, [
      userdata.secret(cluster, name, std.mapWithKey(secretFile, pki.master[name]))
      for name in pki.masterSecrets
    ]) +
    kubelet.files(cluster, configuration, kubelet.nodeArguments(cluster), images.pause, config.sysctls) + [
      userdata.yaml(kubelet.bootstrapKubeconfig, kubelet.kubeconfig(
        server, 'kubelet-bootstrap', kubelet.bootstrapCertificate, kubelet.bootstrapKey
      )),
    ] +
    files.all(cluster, config, server) +
    pods.all(cluster, shared, config, images) +
    [kubelet.bootstrap(labels, before=prepare)] +
    (if rolls then [userdata.signalScript(
       cluster, nodes.stackName(cluster, pool), nodes.groupId(), '--cacert ' + kubelet.clusterCa + ' ' + server + '/readyz'
     )] else []),
    [['/usr/local/sbin/bootstrap-node']] + (if rolls then [['/usr/local/sbin/signal-stack']] else []),
  )

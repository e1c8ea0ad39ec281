// User data of worker nodes, the same for all their profiles.
local kubelet = import 'kubelet.libsonnet';
local nodes = import 'nodes.libsonnet';
local pki = import 'pki.libsonnet';
local userdata = import 'userdata.libsonnet';

{
  // What a pool's overlay asks of the kubelet beyond what every node has.
  configuration(shared, pool, taints)::
    local config = pool.config;
    kubelet.config(shared, config, nodes.maxPods(shared, config.max_pods_extra), taints) {
      cpuManagerPolicy: config.cpu_manager_policy,
      imageGCHighThresholdPercent: config.image_gc.high_threshold,
      imageGCLowThresholdPercent: config.image_gc.low_threshold,
      registryPullQPS: config.registry.pull_qps,
      registryBurst: config.registry.burst,
      serializeImagePulls: config.registry.serialize_pulls,
      // Pods get their own time to end when the machine is told to go; a spot instance has two minutes.
      shutdownGracePeriod: config.shutdown_grace_period,
      shutdownGracePeriodCriticalPods: config.shutdown_grace_period_critical,
    },

  // The text. `labels` and `taints` as the kubelet registers them; `spotByInstance`: see lib/kubelet.libsonnet.
  userData(cluster, shared, pool, images, labels, taints, spotByInstance=false)::
    local config = pool.config;
    // Half a gigabyte of unwritten pages would stall a disk for seconds.
    local sysctls = {
      'vm.dirty_background_bytes': std.toString(config.vm_dirty_background_bytes),
      'vm.dirty_bytes': std.toString(config.vm_dirty_bytes),
    } + config.sysctls;
    local before =
      if config.instance_storage_mount_path == null then ''
      else kubelet.instanceStorage(config.instance_storage_mount_path);
    userdata.document(
      userdata.secretFiles(cluster, [
        userdata.secret(cluster, name, pki.worker[name])
        for name in pki.workerSecrets
      ]) +
      kubelet.files(
        cluster,
        $.configuration(shared, pool, taints),
        kubelet.nodeArguments(cluster),
        images.pause,
        sysctls,
        gpu=config.gpu == 'nvidia',
      ) + [
        userdata.yaml(kubelet.bootstrapKubeconfig, kubelet.kubeconfig(
          nodes.internalApiServer(cluster),
          'kubelet-bootstrap',
          kubelet.bootstrapCertificate,
          kubelet.bootstrapKey,
        )),
        kubelet.bootstrap(labels, spotByInstance, before=before),
      ],
      [['/usr/local/sbin/bootstrap-node']],
    ),
}

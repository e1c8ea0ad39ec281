local cloudformation = import '../../lib/cloudformation.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';
local userData = import 'userdata.libsonnet';
local weir = import 'weir.libsonnet';

function(cluster, shared, config, images, pool)
  local subnets = nodes.subnets(cluster, pool);
  local production = cluster.environment == 'production';
  local types = pool.instance_types;
  // A control plane that lives in one zone or on one machine, or on machines that may be taken away, is none.
  assert !production || std.length(subnets) >= 2 :
         'pool ' + pool.name + ': control-plane nodes of a production cluster need at least two zones';
  assert !production || pool.min_size >= 2 :
         'pool ' + pool.name + ': a production cluster needs at least two control-plane nodes; set min_size';
  assert !nodes.isSpot(pool) : 'pool ' + pool.name + ': control-plane nodes cannot be spot instances';
  assert std.length(types) == 1 : 'pool ' + pool.name + ': control-plane nodes have one instance type';
  local imported(what) = cloudformation.imported(cluster, what);
  {
    template: {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: 'Control-plane nodes of Kubernetes cluster ' + cluster.name + ', pool ' + pool.name,
      Resources: {
        LaunchTemplate: nodes.launchTemplate(
          nodes.instanceTags(cluster, pool, 'control-plane'),
          config.metadata_hop_limit,
          {
            ImageId: nodes.ami(pool),
            InstanceType: types[0],
            IamInstanceProfile: { Name: imported('master-instance-profile') },
            SecurityGroupIds: [imported('master-security-group')],
            BlockDeviceMappings: [nodes.rootVolume(config.root_volume_size, config.root_volume_delete_on_termination)],
            UserData: weir.gzipBase64(userData(cluster, shared, config, images, pool)),
          },
        ),
        [nodes.groupId()]: nodes.group(
          std.objectValues(subnets),
          pool.min_size,
          pool.max_size,
          nodes.instanceTags(cluster, pool, 'control-plane'),
          properties={
            TargetGroupARNs: [imported('master-target-group'), imported('master-internal-target-group')],
          },
        ) + (
          if !config.rolling_update.enabled then {}
          else {
            UpdatePolicy: nodes.rollingUpdate(
              std.max(0, std.min(pool.min_size, pool.max_size - 1)), weir.duration.seconds(config.rolling_update.timeout)
            ),
          }
        ),
        [if config.termination_hook.enabled then 'TerminationHook']: nodes.terminationHook(
          nodes.groupId(), weir.duration.seconds(config.termination_hook.timeout)
        ),
      },
    },
  }

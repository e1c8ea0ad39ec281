local cloudformation = import '../../lib/cloudformation.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';
local worker = import '../../lib/worker.libsonnet';
local weir = import 'weir.libsonnet';

// A group for each zone, and the pool's size shared out evenly among them.
function(cluster, shared, config, images, pool)
  local subnets = nodes.subnets(cluster, pool);
  local zones = std.objectFields(subnets);
  local share(what, size) =
    if size % std.length(zones) == 0 then size / std.length(zones)
    else error 'pool %s: %s %d cannot be shared out among %d zones' % [pool.name, what, size, std.length(zones)];
  local several = std.length(pool.instance_types) > 1;
  local spot = nodes.isSpot(pool);
  // The last part of a zone's name: 1a of eu-central-1a. A group keeps its name when zones come or go.
  local groupId(zone) = nodes.groupId(std.strReplace(zone, std.rstripChars(cluster.region, '0123456789'), ''));
  local group(zone) = nodes.group(
    [subnets[zone]],
    share('min_size', pool.min_size),
    share('max_size', pool.max_size),
    nodes.groupTags(cluster, pool) + nodes.zoneTag(zone),
    mixed=if several then nodes.mixedInstances(pool, { base: 0, percentage_above_base: if spot then 0 else 100 }) else null,
  );
  {
    template: {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: 'Worker nodes of Kubernetes cluster ' + cluster.name + ', pool ' + pool.name,
      Resources: {
        LaunchTemplate: nodes.workerTemplate(
          cluster,
          pool,
          weir.gzipBase64(worker.userData(
            cluster, shared, pool, images, nodes.workerLabels(pool), nodes.workerTaints(pool)
          )),
          spot=spot && !several,
        ),
      } + {
        [groupId(zone)]: group(zone)
        for zone in zones
      } + (
        if !config.termination_hook.enabled then {}
        else {
          ['TerminationHook' + groupId(zone)[std.length(nodes.groupId()):]]:
            nodes.terminationHook(groupId(zone), weir.duration.seconds(config.termination_hook.timeout))
          for zone in zones
        }
      ),
    },
  }

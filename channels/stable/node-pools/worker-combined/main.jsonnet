local nodes = import '../../lib/nodes.libsonnet';
local worker = import '../../lib/worker.libsonnet';
local weir = import 'weir.libsonnet';

// One group over all zones; AWS chooses the zone. For pods that no volume binds to one.
function(cluster, shared, config, images, pool)
  local subnets = nodes.subnets(cluster, pool);
  local spot = nodes.isSpot(pool);
  local share = config.on_demand.percentage_above_base;
  local onDemand = {
    base: config.on_demand.base,
    percentage_above_base: if share != null then share else if spot then 0 else 100,
  };
  local allSpot = onDemand.base == 0 && onDemand.percentage_above_base == 0;
  local noSpot = onDemand.percentage_above_base == 100;
  // One type of one kind needs no policy for mixing.
  local plain = std.length(pool.instance_types) == 1 && (allSpot || noSpot);
  assert spot || share == null || noSpot :
         'pool ' + pool.name + ': on_demand.percentage_above_base mixes spot in; set discount_strategy to spot';
  {
    template: {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: 'Worker nodes of Kubernetes cluster ' + cluster.name + ', pool ' + pool.name,
      Resources: {
        LaunchTemplate: nodes.workerTemplate(
          cluster,
          pool,
          weir.gzipBase64(worker.userData(
            cluster,
            shared,
            pool,
            images,
            nodes.workerLabels(pool, allSpot),
            nodes.workerTaints(pool),
            spotByInstance=!allSpot && !noSpot,
          )),
          spot=plain && allSpot,
        ),
        [nodes.groupId()]: nodes.group(
          std.objectValues(subnets),
          pool.min_size,
          pool.max_size,
          nodes.groupTags(cluster, pool, allSpot),
          mixed=if plain then null else nodes.mixedInstances(pool, onDemand),
        ),
        [if config.termination_hook.enabled then 'TerminationHook']: nodes.terminationHook(
          nodes.groupId(), weir.duration.seconds(config.termination_hook.timeout)
        ),
      },
    },
  }

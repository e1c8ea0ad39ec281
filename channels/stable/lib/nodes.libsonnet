// Node pools: what a pool's nodes are called, labelled and tagged, and the Auto Scaling groups that hold them.
local cloudformation = import 'cloudformation.libsonnet';

{
  // ------------------------------------------------------------------------------------------- agreed names

  // The address of the API servers for nodes and for programs that cannot wait for the service network: an internal
  // load balancer that passes TLS through, so that client certificates reach the API server.
  internalApiHost(cluster):: cluster.local_id + '-internal.' + cluster.facts.hosted_zone.name,
  internalApiServer(cluster):: 'https://' + $.internalApiHost(cluster),
  // Port at which an API server listens on its node.
  apiServerPort:: 8443,

  controlPlaneTaint:: { key: 'node-role.kubernetes.io/control-plane', value: '', effect: 'NoSchedule' },
  gpuTaint:: { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' },
  roleLabel:: 'node.kubernetes.io/role',
  poolLabel:: 'node.kubernetes.io/node-pool',
  spotLabel:: 'aws.amazon.com/spot',
  gpuLabel:: 'zalando.org/nvidia-gpu',
  // Tag of the groups whose nodes load balancers may send traffic to.
  ingressTag:: 'zalando.org/ingress-enabled',
  // Tag of worker nodes and groups; `k8s.io/role/control-plane` marks the others.
  workerTag:: 'k8s.io/role/node',

  // The workers' instance profile by its name, for Karpenter's node classes.
  workerInstanceProfile(cluster):: cluster.local_id + '-worker',

  // By these two tags the autoscaler finds the groups of its cluster, and its role may touch no others.
  autoscalerTags(cluster):: {
    'k8s.io/cluster-autoscaler/enabled': 'true',
    ['k8s.io/cluster-autoscaler/' + cluster.local_id]: 'owned',
  },
  // Stacks of pools are named so (see `name` in profile.yaml); a group is named after its stack and its logical id.
  stackName(cluster, pool):: cluster.local_id + '-node-pool-' + pool.name,
  groupId(zone=''):: cloudformation.logicalId(['AutoScalingGroup', zone]),
  // A regular expression that matches the names of a pool's groups, for the autoscaler's priority expander.
  groupPattern(cluster, pool):: '^' + $.stackName(cluster, pool) + '-' + $.groupId() + '.*',

  // Which pools the autoscaler tries first: spot before on-demand, unless the pool says otherwise. The expander knows
  // no negative numbers, so priorities are raised by a thousand: a pool of less than 0 is a fallback still.
  priority(pool)::
    local given = std.get(pool.config, 'scaling_priority');
    if given != null then given else if $.isSpot(pool) then 1000 else 0,
  expanderPriority(pool):: $.priority(pool) + 1000,

  // ------------------------------------------------------------------------------------------- arithmetic

  isSpot(pool):: pool.discount_strategy == 'spot',

  // `amd64` or `arm64`. AWS marks its own processors by a g after the generation (m6g, c7gn, im4gn); a1 came before that.
  architecture(instanceType)::
    local family = std.split(instanceType, '.')[0];
    local chars = std.stringChars(family);
    local digits = [i for i in std.range(0, std.length(chars) - 1) if std.member('0123456789', chars[i])];
    local attributes = if digits == [] then '' else family[digits[0]:];
    if family == 'a1' || std.member(attributes, 'g') then 'arm64' else 'amd64',

  // Pods per node: half of its addresses, so that the address of a pod that ends is not given out again at once; never
  // more than Kubernetes is tested with. `extra` pods share the node's own address.
  maxPods(shared, extra=0):: std.min(110, std.pow(2, 31 - shared.node_cidr_mask_size) + extra),

  // Zone to subnet, for the zones that a pool asks for; all of the cluster's when it asks for none.
  subnets(cluster, pool)::
    local all = cluster.facts.subnets;
    local asked = std.get(pool.config, 'availability_zones', []);
    local unknown = [zone for zone in asked if !std.objectHas(all, zone)];
    assert unknown == [] :
           'pool ' + pool.name + ' asks for zone ' + unknown[0] + '; facts.subnets has ' + std.join(', ', std.objectFields(all));
    local zones = if asked == [] then std.objectFields(all) else std.set(asked);
    assert zones != [] : 'pool ' + pool.name + ' has no zone: facts.subnets is empty';
    { [zone]: all[zone] for zone in zones },

  // ------------------------------------------------------------------------------------------- labels, taints, tags

  // Labels of a worker, as its kubelet sets them: a pool's own, and what says where it came from. `spot`: every node of
  // the pool is a spot instance.
  workerLabels(pool, spot=$.isSpot(pool)):: pool.config.labels {
    [$.roleLabel]: 'worker',
    [$.poolLabel]: pool.name,
    [if spot then $.spotLabel]: 'true',
    [if pool.config.gpu != 'none' then $.gpuLabel]: 'present',
  },
  workerTaints(pool)::
    [
      { key: key, value: pool.config.taints[key].value, effect: pool.config.taints[key].effect }
      for key in std.objectFields(pool.config.taints)
    ] + (if pool.config.gpu != 'none' && !std.objectHas(pool.config.taints, $.gpuTaint.key) then [$.gpuTaint] else []),

  // Whether load balancers may use the pool. A pool that keeps others out is not meant for it, unless it says so.
  takesIngress(pool)::
    if pool.config.ingress != null then pool.config.ingress
    else [taint for taint in $.workerTaints(pool) if taint.effect != 'PreferNoSchedule'] == [],

  // What the autoscaler believes of a node that does not exist yet. Must agree with what its kubelet will say.
  nodeTemplateTags(labels, taints, ephemeralStorage):: {
    ['k8s.io/cluster-autoscaler/node-template/label/' + label]: labels[label]
    for label in std.objectFields(labels)
  } + {
    ['k8s.io/cluster-autoscaler/node-template/taint/' + taint.key]: taint.value + ':' + taint.effect
    for taint in taints
  } + {
    'k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage': ephemeralStorage,
  },

  // What a pool's nodes can hold of pods' files. A fifth of the root volume is the system's and the images'.
  ephemeralStorage(pool)::
    if pool.config.ephemeral_storage != null then pool.config.ephemeral_storage
    else std.floor(pool.config.root_volume_size * 0.8) + 'Gi',

  // Tags of instances and volumes.
  instanceTags(cluster, pool, role):: cloudformation.owned(cluster) {
    Name: pool.name + ' (' + cluster.local_id + ')',
    [if role == 'worker' then $.workerTag else 'k8s.io/role/control-plane']: '1',
    NodePool: pool.name,
  },
  // What the autoscaler believes of the zone of a group that has one.
  zoneTag(zone):: { 'k8s.io/cluster-autoscaler/node-template/label/topology.kubernetes.io/zone': zone },
  groupTags(cluster, pool, spot=$.isSpot(pool))::
    $.instanceTags(cluster, pool, 'worker') +
    $.autoscalerTags(cluster) +
    $.nodeTemplateTags($.workerLabels(pool, spot), $.workerTaints(pool), $.ephemeralStorage(pool)) +
    { [if $.takesIngress(pool) then $.ingressTag]: 'true', 'zalando.org/scaling-priority': std.toString($.priority(pool)) },

  // ------------------------------------------------------------------------------------------- launch templates

  ami(pool)::
    if std.objectHas(pool.amis, pool.architecture) then pool.amis[pool.architecture]
    else error 'profile ' + pool.profile + ' has no AMI for ' + pool.architecture + ' in the region of this cluster',

  rootVolume(size, deleteOnTermination=true):: {
    DeviceName: '/dev/sda1',
    Ebs: { VolumeType: 'gp3', VolumeSize: size, Encrypted: true, DeleteOnTermination: deleteOnTermination },
  },

  // Instance metadata with a session token alone. With the default of one hop it ends at the node: a pod with an
  // address of its own cannot take the node's credentials.
  metadataOptions(hopLimit=1):: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: hopLimit },

  // `data` joins what every machine of ours has.
  launchTemplate(tags, hopLimit, data):: {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateData: {
        EbsOptimized: true,
        MetadataOptions: $.metadataOptions(hopLimit),
        TagSpecifications: [
          { ResourceType: kind, Tags: cloudformation.tags(tags) }
          for kind in ['instance', 'volume']
        ],
      } + data,
    },
  },

  // The launch template of a worker pool. With several instance types, the groups choose them, not the template.
  // `spot`: the template itself asks for spot capacity.
  workerTemplate(cluster, pool, userData, spot)::
    $.launchTemplate($.instanceTags(cluster, pool, 'worker'), pool.config.metadata_hop_limit, {
      ImageId: $.ami(pool),
      [if std.length(pool.instance_types) == 1 then 'InstanceType']: pool.instance_types[0],
      [if spot then 'InstanceMarketOptions']: { MarketType: 'spot' },
      IamInstanceProfile: { Name: cloudformation.imported(cluster, 'worker-instance-profile') },
      SecurityGroupIds: [cloudformation.imported(cluster, 'worker-security-group')],
      BlockDeviceMappings: [$.rootVolume(pool.config.root_volume_size, pool.config.root_volume_delete_on_termination)],
      UserData: userData,
    }),

  local templateVersion = {
    LaunchTemplateId: { Ref: 'LaunchTemplate' },
    Version: { 'Fn::GetAtt': ['LaunchTemplate', 'LatestVersionNumber'] },
  },

  // Several instance types, or a mix of spot and on-demand. `onDemand`: {base, percentage_above_base}.
  mixedInstances(pool, onDemand):: {
    LaunchTemplate: {
      LaunchTemplateSpecification: templateVersion,
      Overrides: [{ InstanceType: type } for type in pool.instance_types],
    },
    InstancesDistribution: {
      OnDemandAllocationStrategy: 'prioritized',
      OnDemandBaseCapacity: onDemand.base,
      OnDemandPercentageAboveBaseCapacity: onDemand.percentage_above_base,
      SpotAllocationStrategy: pool.config.spot_allocation_strategy,
    },
  },

  // A group without a desired size, which belongs to whoever scales it. Groups of workers have no update policy either: a
  // new launch template is taken up by draining node after node, and CloudFormation cannot drain.
  // `mixed`: null, or a mixed-instances policy; `properties` join.
  group(subnetIds, minSize, maxSize, tags, mixed=null, properties={}):: {
    Type: 'AWS::AutoScaling::AutoScalingGroup',
    Properties: {
      MinSize: std.toString(minSize),
      MaxSize: std.toString(maxSize),
      VPCZoneIdentifier: subnetIds,
      HealthCheckType: 'EC2',
      HealthCheckGracePeriod: 480,
      [if mixed == null then 'LaunchTemplate']: templateVersion,
      [if mixed != null then 'MixedInstancesPolicy']: mixed,
      Tags: cloudformation.tags(tags, { PropagateAtLaunch: false }),
    } + properties,
  },

  // One machine after the other, and the next only when the one before has said that it serves. CloudFormation wants
  // `keep` to be less than the group can hold. `pause` in seconds.
  rollingUpdate(keep, pause):: {
    AutoScalingRollingUpdate: {
      MinInstancesInService: keep,
      MaxBatchSize: 1,
      PauseTime: 'PT' + pause + 'S',
      WaitOnResourceSignals: true,
      SuspendProcesses: ['AlarmNotification', 'AZRebalance', 'ReplaceUnhealthy', 'ScheduledActions'],
    },
  },

  // Holds back the end of an instance until its node is drained, for at most `timeout` seconds.
  terminationHook(groupId, timeout):: {
    Type: 'AWS::AutoScaling::LifecycleHook',
    Properties: {
      AutoScalingGroupName: { Ref: groupId },
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      DefaultResult: 'CONTINUE',
      HeartbeatTimeout: timeout,
    },
  },
}

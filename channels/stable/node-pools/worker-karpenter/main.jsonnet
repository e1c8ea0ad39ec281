local cloudformation = import '../../lib/cloudformation.libsonnet';
local kube = import '../../lib/kube.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';
local worker = import '../../lib/worker.libsonnet';

// A node class, which says what a machine of the pool is like, and a node pool, which says when there is one.
function(cluster, shared, config, images, pool)
  local subnets = nodes.subnets(cluster, pool);
  local spot = nodes.isSpot(pool);
  local labels = nodes.workerLabels(pool);
  local taints = nodes.workerTaints(pool);
  // Karpenter takes this taint away when it knows the node as its own; without it the node would take pods before.
  local unregistered = { key: 'karpenter.sh/unregistered', value: '', effect: 'NoExecute' };
  local userData = worker.userData(cluster, shared, pool, images, labels, taints + [unregistered]);
  // Without types any will do that the requirements admit, of every architecture that there is an image for.
  local architectures =
    if pool.instance_types == [] then std.objectFields(pool.amis)
    else std.set(std.map(nodes.architecture, pool.instance_types));
  local missing = [architecture for architecture in architectures if !std.objectHas(pool.amis, architecture)];
  local requirement(key, values) = { key: key, operator: 'In', values: values };
  local own = [
    requirement('karpenter.sh/capacity-type', [if spot then 'spot' else 'on-demand']),
    requirement('kubernetes.io/arch', architectures),
    requirement('kubernetes.io/os', ['linux']),
    requirement('topology.kubernetes.io/zone', std.objectFields(subnets)),
  ] + (if pool.instance_types == [] then [] else [requirement('node.kubernetes.io/instance-type', pool.instance_types)]);
  assert std.get(cluster.enabled, 'karpenter', false) :
         'pool ' + pool.name + ' needs Karpenter: set config.karpenter.enabled';
  assert missing == [] :
         'pool ' + pool.name + ': profile worker-karpenter has no AMI for ' + missing[0] + ' in ' + cluster.region;
  // EC2 takes no more, and here it is not compressed: Karpenter hands it on as it is.
  assert std.length(userData) <= 16384 : 'pool ' + pool.name + ': the user data is longer than 16384 bytes';
  local weight = if config.scaling_priority != null then config.scaling_priority else if spot then 100 else 50;
  {
    objects: {
      nodeClass: kube.object('karpenter.k8s.aws/v1', 'EC2NodeClass', pool.name) {
        spec: {
          amiFamily: 'Custom',
          amiSelectorTerms: [{ id: pool.amis[architecture] } for architecture in architectures],
          instanceProfile: nodes.workerInstanceProfile(cluster),
          subnetSelectorTerms: [{ id: subnets[zone] } for zone in std.objectFields(subnets)],
          // The cluster stack's, by its tags.
          securityGroupSelectorTerms: [{ tags: cloudformation.owned(cluster) { Name: cluster.local_id + '-worker' } }],
          metadataOptions: {
            httpEndpoint: 'enabled',
            httpTokens: 'required',
            httpPutResponseHopLimit: config.metadata_hop_limit,
          },
          blockDeviceMappings: [{
            deviceName: '/dev/sda1',
            ebs: {
              volumeType: 'gp3',
              volumeSize: config.root_volume_size + 'Gi',
              encrypted: true,
              deleteOnTermination: config.root_volume_delete_on_termination,
            },
          }],
          // What Karpenter must know to foretell what fits; the kubelet has it from the user data.
          kubelet: {
            local configuration = worker.configuration(shared, pool, taints),
            maxPods: configuration.maxPods,
            kubeReserved: configuration.kubeReserved,
            systemReserved: configuration.systemReserved,
            evictionHard: configuration.evictionHard,
          },
          // Karpenter tags with the cluster and the pool itself.
          tags: {
            Name: pool.name + ' (' + cluster.local_id + ')',
            NodePool: pool.name,
            [nodes.workerTag]: '1',
            // The ingress controller finds machines that are in no group by their own tags.
            [if nodes.takesIngress(pool) then nodes.ingressTag]: 'true',
          },
          userData: userData,
        },
      },

      nodePool: kube.object('karpenter.sh/v1', 'NodePool', pool.name) {
        spec: {
          template: {
            metadata: { labels: labels },
            spec: {
              nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: pool.name },
              requirements: own + [
                {
                  key: key,
                  operator: config.requirements[key].operator,
                  [if config.requirements[key].values != [] then 'values']: config.requirements[key].values,
                }
                for key in std.objectFields(config.requirements)
              ],
              [if taints != [] then 'taints']: [
                { key: taint.key, effect: taint.effect, [if taint.value != '' then 'value']: taint.value }
                for taint in taints
              ],
              expireAfter: config.expire_after,
              terminationGracePeriod: config.termination_grace_period,
            },
          },
          disruption: {
            consolidationPolicy: config.consolidation.policy,
            consolidateAfter: config.consolidation.after,
            budgets: [{ nodes: config.disruption_budget }],
          },
          limits: {
            nodes: std.toString(pool.max_size),
            [if config.limits.cpu != null then 'cpu']: config.limits.cpu,
            [if config.limits.memory != null then 'memory']: config.limits.memory,
          },
          weight: weight,
        },
      },
    },
  }

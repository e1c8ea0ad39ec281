local cloudformation = import '../../lib/cloudformation.libsonnet';
local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';
local nat = import 'nat.libsonnet';
local weir = import 'weir.libsonnet';

function(cluster, config, images)
  local name = 'kube-static-egress-controller';
  local namespace = 'kube-system';
  local selector = kube.selector(name);
  local port = 8080;
  local vpc = cluster.facts.vpc.cidr;
  local zones = std.objectFields(cluster.facts.subnets);
  local blocks = if config.nat_cidr_blocks == [] then nat(vpc, std.length(zones)) else config.nat_cidr_blocks;

  // Facts name the subnets that exist; where they say their networks too, none may be in the way.
  local existing = std.get(cluster.facts, 'subnet_cidrs', {});
  local collisions = [
    block + ' and ' + existing[zone]
    for block in blocks
    for zone in std.objectFields(existing)
    if weir.cidr.overlaps(block, existing[zone])
  ];
  local outside = [block for block in blocks if !weir.cidr.contains(vpc, block)];

  assert std.length(blocks) == std.length(zones) :
         name + ': ' + std.length(blocks) + ' networks for ' + std.length(zones) + ' zones';
  assert outside == [] : name + ': ' + outside[0] + ' is not in the VPC, ' + vpc;
  assert collisions == [] : name + ': subnets overlap: ' + collisions[0];
  {
    account: kube.serviceAccount(name, namespace, selector, iam.annotations(cluster, name)),

    clusterRole: kube.clusterRole(name, [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] },
    ], selector),

    clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

    // One stack, one writer.
    deployment: kube.deployment(name, namespace, selector, {
      serviceAccountName: name,
      priorityClassName: 'system-cluster-critical',
      securityContext: kube.nonRoot(),
      containers: [{
        name: 'controller',
        image: images[name],
        args: [
          '--provider=aws',
          '--address=:' + port,
          '--cluster-id=' + cluster.id,
          '--cluster-id-tag-prefix=' + std.strReplace(cloudformation.ownerTag(cluster), cluster.id, ''),
          '--vpc-id=' + cluster.facts.vpc.id,
          '--stack-termination-protection',
          '--additional-stack-tags=InfrastructureComponent=true',
        ] + [
          '--aws-nat-cidr-block=' + block
          for block in blocks
        ] + [
          '--aws-az=' + zone
          for zone in zones
        ] + (
          if config.template_bucket != null then ['--cf-template-bucket=' + config.template_bucket] else []
        ),
        env: kube.env(iam.env(cluster, name)),
        ports: [{ name: 'metrics', containerPort: port }],
        livenessProbe: kube.httpProbe('/metrics', 'metrics', initialDelay=30, timeout=5),
        readinessProbe: kube.httpProbe('/metrics', 'metrics', timeout=5),
        resources: kube.resources(config.cpu, config.memory),
        securityContext: kube.restricted,
        volumeMounts: [iam.mount],
      }],
      volumes: [iam.volume],
    }, strategy={ type: 'Recreate' }, podAnnotations=kube.scrape(port)),
  }

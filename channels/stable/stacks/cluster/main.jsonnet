local cloudformation = import '../../lib/cloudformation.libsonnet';
local etcd = import '../../lib/etcd.libsonnet';
local iam = import '../../lib/iam.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';
local pki = import '../../lib/pki.libsonnet';
local rules = import 'rules.libsonnet';
local weir = import 'weir.libsonnet';

local ref(id) = { Ref: id };
local attribute(id, name) = { 'Fn::GetAtt': [id, name] };

// A group for load balancers: it names its clients itself, because they are addresses, not groups.
local loadBalancerGroup(cluster, name, description, ranges, ports) =
  cloudformation.securityGroup(cluster, name, description) {
    Properties+: {
      SecurityGroupIngress: [
        { IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIp: range, Description: 'From ' + range }
        for range in ranges
        for port in ports
      ],
    },
  };

local securityGroups(cluster, config) = {
  MasterSecurityGroup: cloudformation.securityGroup(cluster, 'master', 'Control-plane nodes'),
  WorkerSecurityGroup: cloudformation.securityGroup(cluster, 'worker', 'Worker nodes'),
  MasterLoadBalancerSecurityGroup: loadBalancerGroup(
    cluster, 'api', 'Public load balancer of the API', config.api_access, [443]
  ),
  MasterInternalLoadBalancerSecurityGroup: cloudformation.securityGroup(
    cluster, 'api-internal', 'Internal load balancer of the API'
  ),
  // The ingress controller finds it by the tag.
  IngressLoadBalancerSecurityGroup: loadBalancerGroup(
    cluster, 'ingress', 'Load balancers that the ingress controller makes', ['0.0.0.0/0'], [80, 443]
  ) {
    Properties+: { Tags+: cloudformation.tags({ 'kubernetes:application': 'kube-ingress-aws-controller' }) },
  },
};

// The API has two doors. Nodes come by the internal one, which passes TLS through, because they show client
// certificates. Everyone else, AWS among them, comes by the public one, whose certificate browsers and AWS trust.
local loadBalancers(cluster, shared, config) =
  local drain = std.toString(weir.duration.seconds(shared.api_server_drain));
  local balancer(scheme, group) = {
    Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    Properties: {
      Type: 'network',
      Scheme: scheme,
      Subnets: [cluster.facts.subnets[zone] for zone in std.objectFields(cluster.facts.subnets)],
      SecurityGroups: [ref(group)],
      LoadBalancerAttributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }],
      Tags: cloudformation.tags(cloudformation.owned(cluster)),
    },
  };
  // Client addresses are not passed on: a node must be able to reach itself through the load balancer.
  local targets(protocol) = {
    Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    Properties: {
      VpcId: cluster.facts.vpc.id,
      TargetType: 'instance',
      Protocol: protocol,
      Port: nodes.apiServerPort,
      HealthCheckProtocol: 'HTTPS',
      HealthCheckPath: '/readyz',
      HealthCheckIntervalSeconds: 10,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
      TargetGroupAttributes: [
        { Key: 'deregistration_delay.timeout_seconds', Value: drain },
        { Key: 'preserve_client_ip.enabled', Value: 'false' },
      ],
      Tags: cloudformation.tags(cloudformation.owned(cluster)),
    },
  };
  local forward(group) = [{ Type: 'forward', TargetGroupArn: ref(group) }];
  local alias(host, id) = {
    Type: 'AWS::Route53::RecordSet',
    Properties: {
      HostedZoneId: cluster.facts.hosted_zone.id,
      Name: host + '.',
      Type: 'A',
      AliasTarget: {
        DNSName: attribute(id, 'DNSName'),
        HostedZoneId: attribute(id, 'CanonicalHostedZoneID'),
        EvaluateTargetHealth: false,
      },
    },
  };
  local host = iam.issuer(cluster);
  assert std.endsWith(host, '.' + cluster.facts.hosted_zone.name) :
         'api_server_url ' + cluster.api_server_url + ' is not in the hosted zone ' + cluster.facts.hosted_zone.name;
  {
    MasterLoadBalancer: balancer('internet-facing', 'MasterLoadBalancerSecurityGroup'),
    MasterTargetGroup: targets('TLS'),
    MasterListener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: ref('MasterLoadBalancer'),
        Port: 443,
        Protocol: 'TLS',
        SslPolicy: config.ssl_policy,
        Certificates: [{ CertificateArn: cluster.facts.certificate_arn }],
        [if config.http2 then 'AlpnPolicy']: ['HTTP2Preferred'],
        DefaultActions: forward('MasterTargetGroup'),
      },
    },
    MasterRecord: alias(host, 'MasterLoadBalancer'),

    MasterInternalLoadBalancer: balancer('internal', 'MasterInternalLoadBalancerSecurityGroup'),
    MasterInternalTargetGroup: targets('TCP'),
    MasterInternalListener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: ref('MasterInternalLoadBalancer'),
        Port: 443,
        Protocol: 'TCP',
        DefaultActions: forward('MasterInternalTargetGroup'),
      },
    },
    MasterInternalRecord: alias(nodes.internalApiHost(cluster), 'MasterInternalLoadBalancer'),
  };

local identities(cluster, config) = {
  // Service accounts get roles of AWS by tokens that the API server signs. AWS reads the keys at this address.
  OIDCProvider: {
    Type: 'AWS::IAM::OIDCProvider',
    Properties: {
      Url: cluster.api_server_url,
      ClientIdList: ['sts.amazonaws.com'],
      ThumbprintList: cluster.facts.oidc_thumbprints,
      Tags: cloudformation.tags(cloudformation.owned(cluster)),
    },
  },

  // Encrypts secrets in etcd. The API servers' encryption provider finds it by its alias.
  SecretsKey: cloudformation.key(cluster, 'Secrets of Kubernetes cluster ' + cluster.local_id, config.key_administrators),
  SecretsKeyAlias: {
    Type: 'AWS::KMS::Alias',
    Properties: { AliasName: pki.secretsKeyAlias(cluster), TargetKeyId: ref('SecretsKey') },
  },

  MasterIAMRole: cloudformation.machineRole(cluster, 'master', [
    cloudformation.readSecrets(cluster, pki.masterSecrets),
    {
      Sid: 'EncryptSecrets',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt'],
      Resource: attribute('SecretsKey', 'Arn'),
    },
    // Pools of control-plane nodes roll by their stacks.
    cloudformation.signalStacks(cluster, nodes.stackName(cluster, { name: '*' })),
  ] + cloudformation.pullImages(cluster), [cloudformation.session]),
  WorkerIAMRole: cloudformation.machineRole(
    cluster,
    'worker',
    [cloudformation.readSecrets(cluster, pki.workerSecrets)] +
    cloudformation.pullImages(cluster) +
    (if config.worker_assumable_roles == [] then [] else [{
       Sid: 'AssumeRolesOfPods',
       Effect: 'Allow',
       Action: 'sts:AssumeRole',
       Resource: config.worker_assumable_roles,
     }]),
    [cloudformation.session],
    named=true,
  ),
  // The workers' one is named, because Karpenter's node classes name it.
  MasterInstanceProfile: {
    Type: 'AWS::IAM::InstanceProfile',
    Properties: { Roles: [ref('MasterIAMRole')] },
  },
  WorkerInstanceProfile: {
    Type: 'AWS::IAM::InstanceProfile',
    Properties: { InstanceProfileName: nodes.workerInstanceProfile(cluster), Roles: [ref('WorkerIAMRole')] },
  },
};

function(cluster, shared, config) {
  local export(what, value, description) = cloudformation.export(cluster, what, value, description),

  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'Kubernetes cluster ' + cluster.name,
  Resources:
    securityGroups(cluster, config) +
    rules(cluster, shared, config) +
    loadBalancers(cluster, shared, config) +
    identities(cluster, config),
  Outputs: {
    MasterSecurityGroup: export('master-security-group', ref('MasterSecurityGroup'), 'Control-plane nodes'),
    WorkerSecurityGroup: export('worker-security-group', ref('WorkerSecurityGroup'), 'Worker nodes'),
    MasterTargetGroup: export('master-target-group', ref('MasterTargetGroup'), 'API servers, behind the public door'),
    MasterInternalTargetGroup: export(
      'master-internal-target-group', ref('MasterInternalTargetGroup'), 'API servers, behind the internal door'
    ),
    MasterInstanceProfile: export('master-instance-profile', ref('MasterInstanceProfile'), 'Control-plane nodes'),
    WorkerInstanceProfile: export('worker-instance-profile', ref('WorkerInstanceProfile'), 'Worker nodes'),
  },
}

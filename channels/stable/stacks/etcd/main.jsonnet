local cloudformation = import '../../lib/cloudformation.libsonnet';
local etcd = import '../../lib/etcd.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';
local userData = import 'userdata.libsonnet';
local weir = import 'weir.libsonnet';

local arn(attribute) = { 'Fn::GetAtt': attribute };
local groupId(member) = cloudformation.logicalId(['AutoScalingGroup', member.name]);

// A member is an Auto Scaling group of one machine, a launch template and a volume. When the machine ends, the next one
// takes the volume and the name, so the member comes back as itself: no member is ever removed or added by a failure.
local resourcesOf(cluster, config, images, stack, members, index) =
  local member = members[index];
  local architecture = nodes.architecture(config.instance_type);
  local template = cloudformation.logicalId(['LaunchTemplate', member.name]);
  local tags = cloudformation.owned(cluster) { 'etcd-member': member.name };
  local named = tags { Name: member.name + ' (' + cluster.local_id + ')' };
  assert std.objectHas(config.amis, architecture) :
         'stack etcd has no AMI for ' + architecture + ' in ' + cluster.region + ': set config.etcd.amis';
  {
    [cloudformation.logicalId(['Volume', member.name])]: {
      Type: 'AWS::EC2::Volume',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        AvailabilityZone: member.zone,
        Encrypted: true,
        VolumeType: 'gp3',
        Size: config.data_volume.size,
        Iops: config.data_volume.iops,
        Throughput: config.data_volume.throughput,
        Tags: cloudformation.tags(named),
      },
    },
    [template]: nodes.launchTemplate(named, 1, {
      ImageId: config.amis[architecture],
      InstanceType: config.instance_type,
      IamInstanceProfile: { Arn: arn(['InstanceProfile', 'Arn']) },
      SecurityGroupIds: [{ Ref: 'SecurityGroup' }],
      BlockDeviceMappings: [nodes.rootVolume(config.root_volume_size)],
      UserData: weir.gzipBase64(userData(cluster, config, images, member, members, stack, groupId(member))),
    }),
    [groupId(member)]: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      // One after the other, so that an update never takes two members at once.
      DependsOn:
        [cloudformation.logicalId(['Volume', member.name])] +
        (if index > 0 then [groupId(members[index - 1])] else []),
      UpdatePolicy: nodes.rollingUpdate(0, 900),
      Properties: {
        MinSize: '1',
        MaxSize: '1',
        VPCZoneIdentifier: [cluster.facts.subnets[member.zone]],
        HealthCheckType: 'EC2',
        HealthCheckGracePeriod: 300,
        LaunchTemplate: {
          LaunchTemplateId: { Ref: template },
          Version: { 'Fn::GetAtt': [template, 'LatestVersionNumber'] },
        },
        Tags: cloudformation.tags(named, { PropagateAtLaunch: false }),
      },
    },
  };

local backups(cluster, config) = {
  BackupKey: cloudformation.key(cluster, 'Backups of etcd of ' + cluster.local_id, config.key_administrators),
  // Named, because the backup's manifests name it.
  BackupBucket: {
    Type: 'AWS::S3::Bucket',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      BucketName: etcd.backupBucket(cluster),
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arn(['BackupKey', 'Arn']) },
        }],
      },
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [{
          Id: 'expire',
          Status: 'Enabled',
          ExpirationInDays: config.backup_retention,
          NoncurrentVersionExpiration: { NoncurrentDays: 7 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      Tags: cloudformation.tags(cloudformation.owned(cluster)),
    },
  },
  BackupBucketPolicy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'BackupBucket' },
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{
          Sid: 'OnlyEncryptedConnections',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [etcd.backupBucketArn(cluster), etcd.backupBucketArn(cluster) + '/*'],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }],
      },
    },
  },
};

local role(cluster, stack, members) = cloudformation.machineRole(cluster, 'etcd', [
  cloudformation.readSecrets(cluster, ['etcd-member-tls']),
  // Finding knows no resource.
  { Sid: 'FindVolume', Effect: 'Allow', Action: 'ec2:DescribeVolumes', Resource: '*' },
  {
    Sid: 'AttachVolume',
    Effect: 'Allow',
    Action: 'ec2:AttachVolume',
    Resource: [
      'arn:aws:ec2:' + cluster.region + ':' + cluster.account_id + ':' + kind + '/*'
      for kind in ['instance', 'volume']
    ],
    Condition: {
      StringEquals: { ['aws:ResourceTag/' + cloudformation.ownerTag(cluster)]: 'owned' },
      StringLike: { 'aws:ResourceTag/etcd-member': 'etcd-*' },
    },
  },
  {
    Sid: 'TakeName',
    Effect: 'Allow',
    Action: 'route53:ChangeResourceRecordSets',
    Resource: 'arn:aws:route53:::hostedzone/' + cluster.facts.hosted_zone.id,
    Condition: {
      'ForAllValues:StringEquals': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': [member.host for member in members],
        'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
        'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
      },
    },
  },
  cloudformation.signalStacks(cluster, stack),
] + cloudformation.pullImages(cluster), [cloudformation.session]);

function(cluster, shared, config, images)
  // As `name` in stack.yaml says.
  local stack = cluster.local_id + '-etcd';
  local members = etcd.members(cluster, shared.etcd_members);
  local group = { Ref: 'SecurityGroup' };
  {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'etcd of Kubernetes cluster ' + cluster.name,
    // Zones are written out on purpose: a volume stays in the zone that the facts name.
    Metadata: { 'cfn-lint': { config: { ignore_checks: ['W3010'] } } },
    Resources: {
      // Others add their rules to it: see the cluster stack.
      SecurityGroup: cloudformation.securityGroup(cluster, 'etcd', 'Members of etcd'),
      MemberToMember: cloudformation.ingress(
        group,
        { SourceSecurityGroupId: group },
        'tcp',
        [etcd.clientPort, etcd.peerPort],
        'etcd to etcd: clients and peers',
      ),
      Role: role(cluster, stack, members),
      InstanceProfile: {
        Type: 'AWS::IAM::InstanceProfile',
        Properties: { Roles: [{ Ref: 'Role' }] },
      },
    } + backups(cluster, config) + std.foldl(
      function(all, index) all + resourcesOf(cluster, config, images, stack, members, index),
      std.range(0, std.length(members) - 1),
      {},
    ),
    Outputs: {
      SecurityGroup: cloudformation.export(cluster, 'etcd-security-group', group, 'Security group of the members'),
      BackupBucket: cloudformation.export(
        cluster, 'etcd-backup-bucket', { Ref: 'BackupBucket' }, 'Bucket for backups'
      ),
      BackupKey: cloudformation.export(
        cluster, 'etcd-backup-key', arn(['BackupKey', 'Arn']), 'Key that encrypts backups'
      ),
    },
  }

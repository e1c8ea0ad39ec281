local cloudformation = import '../../lib/cloudformation.libsonnet';
local iam = import '../../lib/iam.libsonnet';

// Volumes and snapshots of this cluster, by the tag that the driver gives them, and its machines. A volume that was
// made elsewhere must be given the tag before it can be attached.
function(cluster, config)
  local ec2 = 'arn:aws:ec2:' + cluster.region + ':' + cluster.account_id + ':';
  // Snapshots belong to no account in their ARNs.
  local snapshots = 'arn:aws:ec2:' + cluster.region + '::snapshot/*';
  local tag(kind) = { StringEquals: { ['aws:' + kind + 'Tag/' + cloudformation.ownerTag(cluster)]: 'owned' } };
  {
    Resources: {
      EbsCsiDriverIAMRole: iam.role(cluster, 'ebs-csi-driver', 'kube-system', 'ebs-csi-controller', [
        {
          Sid: 'Look',
          Effect: 'Allow',
          Action: [
            'ec2:DescribeAvailabilityZones',
            'ec2:DescribeInstances',
            'ec2:DescribeSnapshots',
            'ec2:DescribeTags',
            'ec2:DescribeVolumeStatus',
            'ec2:DescribeVolumes',
            'ec2:DescribeVolumesModifications',
          ],
          Resource: '*',
        },
        {
          Sid: 'MakeTaggedVolumes',
          Effect: 'Allow',
          Action: 'ec2:CreateVolume',
          Resource: ec2 + 'volume/*',
          Condition: tag('Request'),
        },
        {
          Sid: 'TagWhatIsMade',
          Effect: 'Allow',
          Action: 'ec2:CreateTags',
          Resource: [ec2 + 'volume/*', snapshots],
          Condition: { StringEquals: { 'ec2:CreateAction': ['CreateSnapshot', 'CreateVolume'] } },
        },
        {
          Sid: 'ChangeTaggedVolumes',
          Effect: 'Allow',
          Action: ['ec2:AttachVolume', 'ec2:DeleteVolume', 'ec2:DetachVolume', 'ec2:ModifyVolume'],
          Resource: ec2 + 'volume/*',
          Condition: tag('Resource'),
        },
        {
          Sid: 'AttachToOwnMachines',
          Effect: 'Allow',
          Action: ['ec2:AttachVolume', 'ec2:DetachVolume'],
          Resource: ec2 + 'instance/*',
          Condition: tag('Resource'),
        },
      ] + (
        if config.snapshots then [
          {
            Sid: 'SnapshotTaggedVolumes',
            Effect: 'Allow',
            Action: 'ec2:CreateSnapshot',
            Resource: ec2 + 'volume/*',
            Condition: tag('Resource'),
          },
          {
            Sid: 'MakeTaggedSnapshots',
            Effect: 'Allow',
            Action: 'ec2:CreateSnapshot',
            Resource: snapshots,
            Condition: tag('Request'),
          },
          {
            Sid: 'UseTaggedSnapshots',
            Effect: 'Allow',
            Action: ['ec2:CreateVolume', 'ec2:DeleteSnapshot'],
            Resource: snapshots,
            Condition: tag('Resource'),
          },
        ] else []
      ) + (
        if config.keys != [] then [
          {
            Sid: 'GrantKeysToVolumes',
            Effect: 'Allow',
            Action: 'kms:CreateGrant',
            Resource: config.keys,
            Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
          },
          {
            Sid: 'EncryptVolumes',
            Effect: 'Allow',
            Action: [
              'kms:Decrypt',
              'kms:DescribeKey',
              'kms:GenerateDataKeyWithoutPlaintext',
              'kms:ReEncryptFrom',
              'kms:ReEncryptTo',
            ],
            Resource: config.keys,
          },
        ] else []
      )),
    },
  }

local cloudformation = import '../../lib/cloudformation.libsonnet';
local iam = import '../../lib/iam.libsonnet';

// Access points of the one file system; those that this driver made, to delete. And the security group for the file
// system's mount targets, which stand outside like the file system itself.
function(cluster, config)
  local fileSystem = 'arn:aws:elasticfilesystem:%s:%s:file-system/%s' % [cluster.region, cluster.account_id, config.file_system_id];
  local accessPoints = 'arn:aws:elasticfilesystem:%s:%s:access-point/*' % [cluster.region, cluster.account_id];
  // Finding mount targets of a zone.
  local find = [
    {
      Effect: 'Allow',
      Action: [
        'elasticfilesystem:DescribeAccessPoints',
        'elasticfilesystem:DescribeFileSystems',
        'elasticfilesystem:DescribeMountTargets',
      ],
      Resource: [fileSystem, accessPoints],
    },
    // Knows no resource.
    { Effect: 'Allow', Action: 'ec2:DescribeAvailabilityZones', Resource: '*' },
  ];
  if config.file_system_id == null then { Resources: {} } else {
    Resources: {
      EFSSecurityGroup: cloudformation.securityGroup(cluster, 'efs', 'Mount targets of EFS file systems'),
      EFSIngressFromWorkers: cloudformation.ingress(
        { Ref: 'EFSSecurityGroup' },
        { SourceSecurityGroupId: { Ref: 'WorkerSecurityGroup' } },
        'tcp',
        [2049, 2049],
        'NFS from workers',
      ),
      EFSCSIControllerIAMRole: iam.role(cluster, 'efs-csi-controller', 'kube-system', 'efs-csi-controller', find + [
        {
          Effect: 'Allow',
          Action: 'elasticfilesystem:CreateAccessPoint',
          Resource: fileSystem,
          Condition: { StringEquals: { 'aws:RequestTag/efs.csi.aws.com/cluster': 'true' } },
        },
        {
          Effect: 'Allow',
          Action: 'elasticfilesystem:TagResource',
          Resource: accessPoints,
          Condition: { StringEquals: { 'aws:RequestTag/efs.csi.aws.com/cluster': 'true' } },
        },
        {
          Effect: 'Allow',
          Action: 'elasticfilesystem:DeleteAccessPoint',
          Resource: accessPoints,
          Condition: { StringEquals: { 'aws:ResourceTag/efs.csi.aws.com/cluster': 'true' } },
        },
      ]),
      EFSCSINodeIAMRole: iam.role(cluster, 'efs-csi-node', 'kube-system', 'efs-csi-node', find),
    },
    Outputs: {
      EFSSecurityGroup: cloudformation.export(
        cluster, 'efs-security-group', { Ref: 'EFSSecurityGroup' }, 'For the mount targets of the file system'
      ),
    },
  }

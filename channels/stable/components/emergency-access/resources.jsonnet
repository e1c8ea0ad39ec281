local iam = import '../../lib/iam.libsonnet';
local audit = import 'audit.libsonnet';

// Records can be put, and be counted; neither read nor changed nor deleted.
function(cluster, config)
  local bucket = 'arn:aws:s3:::' + audit.bucket(cluster, config);
  {
    Resources: if cluster.environment != 'production' then {} else {
      EmergencyAccessIAMRole: iam.role(cluster, 'emergency-access', 'emergency-access', 'emergency-access', [
        { Effect: 'Allow', Action: 's3:PutObject', Resource: bucket + '/emergency-access/*' },
        {
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: bucket,
          Condition: { StringLike: { 's3:prefix': 'emergency-access/*' } },
        },
      ]),
    },
  }

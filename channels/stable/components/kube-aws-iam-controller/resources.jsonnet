local iam = import '../../lib/iam.libsonnet';

// It becomes the roles that it hands out, and has no right of its own.
function(cluster, config)
  local name = 'kube-aws-iam-controller';
  {
    Resources: {
      KubeAwsIamControllerIAMRole: iam.role(cluster, name, 'kube-system', name, [{
        Sid: 'AssumeRolesOfWorkloads',
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: ['arn:aws:iam::' + cluster.account_id + ':role/' + role for role in config.assumable_roles],
      }]),
    },
  }

// AWS access for service accounts, by the cluster's OIDC provider.
{
  // Issuer of service-account tokens, without the scheme: what IAM conditions are keyed by.
  issuer(cluster):: std.strReplace(cluster.api_server_url, 'https://', ''),
  providerArn(cluster):: 'arn:aws:iam::' + cluster.account_id + ':oidc-provider/' + $.issuer(cluster),

  roleName(cluster, component):: cluster.local_id + '-' + component,
  roleArn(cluster, component):: 'arn:aws:iam::' + cluster.account_id + ':role/' + $.roleName(cluster, component),

  // A role that one service account may assume. It is named, because the pods outside this stack need its ARN.
  // `statements`: the policy's statements.
  role(cluster, component, namespace, serviceAccount, statements):: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: $.roleName(cluster, component),
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: $.providerArn(cluster) },
          Condition: {
            StringEquals: {
              [$.issuer(cluster) + ':aud']: 'sts.amazonaws.com',
              [$.issuer(cluster) + ':sub']: 'system:serviceaccount:' + namespace + ':' + serviceAccount,
            },
          },
        }],
      },
      Policies: [{
        PolicyName: component,
        PolicyDocument: { Version: '2012-10-17', Statement: statements },
      }],
    },
  },

  // The annotation by which people and checks find the role of a service account.
  annotations(cluster, component):: { 'eks.amazonaws.com/role-arn': $.roleArn(cluster, component) },

  // Environment, volume and mount of a directly projected token: AWS SDKs read these two variables.
  env(cluster, component):: {
    AWS_REGION: cluster.region,
    AWS_ROLE_ARN: $.roleArn(cluster, component),
    AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/sts.amazonaws.com/serviceaccount/token',
  },
  volume:: {
    name: 'aws-token',
    projected: {
      sources: [{
        serviceAccountToken: { audience: 'sts.amazonaws.com', expirationSeconds: 86400, path: 'token' },
      }],
    },
  },
  mount:: {
    name: 'aws-token',
    mountPath: '/var/run/secrets/sts.amazonaws.com/serviceaccount',
    readOnly: true,
  },
}

// Parts of CloudFormation templates that several units write alike.
{
  // Names of exports admit letters, digits, colons and hyphens alone.
  local exportCharacters = std.set(std.stringChars('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-')),

  exportName(cluster, what)::
    local name = cluster.id + ':' + what;
    local bad = [c for c in std.stringChars(name) if !std.setMember(c, exportCharacters)];
    if bad == [] then name
    else error 'the name of an export may have letters, digits, ":" and "-" only, and ' + name + ' has ' + bad[0],

  // An output that the cluster's other stacks read by `imported(cluster, what)`.
  export(cluster, what, value, description):: {
    Description: description,
    Value: value,
    Export: { Name: $.exportName(cluster, what) },
  },
  imported(cluster, what):: { 'Fn::ImportValue': $.exportName(cluster, what) },

  // A map as a list of tags; `extra` joins every tag (an Auto Scaling group wants PropagateAtLaunch).
  tags(map, extra={}):: [{ Key: key, Value: map[key] } + extra for key in std.objectFields(map)],
  // What marks a resource as this cluster's: controllers and IAM conditions go by it.
  ownerTag(cluster):: 'kubernetes.io/cluster/' + cluster.id,
  owned(cluster):: { [$.ownerTag(cluster)]: 'owned' },

  // A logical id from words: 'worker-1a' and 'Kubelet' give 'Worker1aKubelet'.
  logicalId(words)::
    std.join('', [
      std.asciiUpper(part[0]) + part[1:]
      for word in words
      for part in std.split(std.strReplace(std.strReplace(std.strReplace(word, '.', '-'), '_', '-'), '/', '-'), '-')
      if part != ''
    ]),

  securityGroup(cluster, name, description):: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: description,
      VpcId: cluster.facts.vpc.id,
      Tags: $.tags($.owned(cluster) + { Name: cluster.local_id + '-' + name }),
    },
  },

  // One rule of a security group as a resource of its own: groups that name each other would otherwise be a cycle.
  // `group` is the id of the group; `source` is {SourceSecurityGroupId} or {CidrIp}; `ports` is [from, to].
  ingress(group, source, protocol, ports, description):: {
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: source {
      GroupId: group,
      IpProtocol: protocol,
      FromPort: ports[0],
      ToPort: ports[1],
      Description: description,
    },
  },

  // A key of the cluster. The account's root can always administer it, so that no mistake here locks it up; what
  // roles may do with it stands in the roles' own policies. `administrators`: ARNs that may administer it too.
  key(cluster, description, administrators=[]):: {
    Type: 'AWS::KMS::Key',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      Description: description,
      EnableKeyRotation: true,
      PendingWindowInDays: 30,
      KeyPolicy: {
        Version: '2012-10-17',
        Statement: [{
          Sid: 'AccountAdministers',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::' + cluster.account_id + ':root' },
          Action: 'kms:*',
          Resource: '*',
        }] + (if administrators == [] then [] else [{
                Sid: 'AdministratorsAdminister',
                Effect: 'Allow',
                Principal: { AWS: administrators },
                Action: [
                  'kms:DescribeKey',
                  'kms:EnableKey',
                  'kms:GetKeyPolicy',
                  'kms:GetKeyRotationStatus',
                  'kms:ListResourceTags',
                  'kms:PutKeyPolicy',
                  'kms:TagResource',
                  'kms:UntagResource',
                  'kms:UpdateKeyDescription',
                ],
                Resource: '*',
              }]),
      },
      Tags: $.tags($.owned(cluster)),
    },
  },

  // A role for the machines of one kind. `statements` are one inline policy, `managed` are names of AWS managed policies.
  // `named`: whether something outside the stack names it, as Karpenter's policy does the workers'.
  machineRole(cluster, name, statements, managed=[], named=false):: {
    Type: 'AWS::IAM::Role',
    Properties: {
      [if named then 'RoleName']: cluster.local_id + '-' + name,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      [if managed != [] then 'ManagedPolicyArns']: ['arn:aws:iam::aws:policy/' + policy for policy in managed],
      [if statements != [] then 'Policies']: [{
        PolicyName: name,
        PolicyDocument: { Version: '2012-10-17', Statement: statements },
      }],
      Tags: $.tags($.owned(cluster)),
    },
  },

  // Reading the named secrets, for machines that fetch them at boot. See lib/userdata.libsonnet.
  readSecrets(cluster, names):: {
    Sid: 'ReadBootSecrets',
    Effect: 'Allow',
    Action: 'secretsmanager:GetSecretValue',
    Resource: [cluster.facts.secrets[name].reference for name in names],
  },

  // Pulling images from the registries of this account and of AWS. A login token knows no resource.
  pullImages(cluster):: [
    { Sid: 'LogInToRegistry', Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    {
      Sid: 'PullImages',
      Effect: 'Allow',
      Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Resource: 'arn:aws:ecr:' + cluster.region + ':*:repository/*',
    },
  ],

  // Saying to stacks whose names match that a machine serves. See lib/userdata.libsonnet.
  signalStacks(cluster, pattern):: {
    Sid: 'SayReady',
    Effect: 'Allow',
    Action: 'cloudformation:SignalResource',
    Resource: 'arn:aws:cloudformation:' + cluster.region + ':' + cluster.account_id + ':stack/' + pattern + '/*',
  },

  // Sessions of Systems Manager instead of SSH: no open port, no key on the machine, every session is recorded.
  session:: 'AmazonSSMManagedInstanceCore',
}

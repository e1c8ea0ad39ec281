local weir = import 'weir.libsonnet';

function(cluster, config, pool)
  local userData = '#cloud-config\n' + weir.yaml({
    write_files: [
      { path: '/etc/kubelet', permissions: '0400', content: 'labels=%s\nname=%s\n' % [std.toString(config.labels), cluster.name] },
    ],
  });
  {
    template: {
      Resources: {
        LaunchTemplate: {
          Type: 'AWS::EC2::LaunchTemplate',
          Properties: {
            LaunchTemplateData: {
              ImageId: pool.amis[pool.architecture],
              InstanceType: pool.instance_types[0],
              UserData: weir.gzipBase64(userData),
            },
          },
        },
      },
    },
  }

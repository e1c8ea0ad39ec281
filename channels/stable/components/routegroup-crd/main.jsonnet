local kube = import '../../lib/kube.libsonnet';
local definition = import 'routegroups.json';

function(config)
  // The published definition asks for backends alone.
  local requireHosts(version) = version {
    schema+: {
      openAPIV3Schema+: { properties+: { spec+: { required: ['backends', 'hosts'] } } },
    },
  };
  {
    definition: definition {
      metadata+: { labels: kube.selector('routegroup-crd') },
      spec+: {
        [if config.require_hosts then 'versions']: std.map(requireHosts, definition.spec.versions),
      },
    },
  }

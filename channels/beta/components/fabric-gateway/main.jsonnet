local kube = import '../../lib/kube.libsonnet';
local definition = import 'definition.libsonnet';

function(cluster, config, images)
  local name = 'fabric-gateway-controller';
  local namespace = 'kube-system';
  local selector = kube.selector('fabric-gateway');
  local on(unit) = std.get(cluster.enabled, unit, false);
  local flag(on, text) = if on then [text] else [];
  {
    definition: definition { metadata+: { labels: selector } },
  } + (
    if !(config.controller && on('routegroup-crd')) then {} else {
      account: kube.serviceAccount(name, namespace, selector),

      clusterRole: kube.clusterRole(name, [
        {
          apiGroups: ['zalando.org'],
          resources: ['fabricgateways'] + (if on('stackset-controller') then ['stacksets'] else []),
          verbs: ['get', 'list', 'watch'],
        },
        { apiGroups: ['zalando.org'], resources: ['fabricgateways/status'], verbs: ['update'] },
        // A route ends with the gateway that owns it: nothing is deleted here.
        {
          apiGroups: ['zalando.org'],
          resources: ['routegroups'],
          verbs: ['create', 'get', 'list', 'patch', 'update', 'watch'],
        },
        { apiGroups: [''], resources: ['services'], verbs: ['get', 'list'] },
      ] + (
        if config.snapshots > 0 then [{
          apiGroups: ['apps'],
          resources: ['controllerrevisions'],
          verbs: ['create', 'delete', 'get', 'list', 'watch'],
        }] else []
      ), selector),

      clusterRoleBinding: kube.clusterRoleBinding(name, name, [kube.account(name, namespace)], selector),

      // Two would write the same routes.
      deployment: kube.deployment(name, namespace, selector, {
        serviceAccountName: name,
        priorityClassName: 'system-cluster-critical',
        securityContext: kube.nonRoot(),
        containers: [{
          name: 'controller',
          image: images['fabric-gateway'],
          args: [
                  '-update-fabric-gateway-status=true',
                  '-versioned-hosts-base-domain=' + cluster.facts.hosted_zone.name,
                  '-log-level=' + config.log_level,
                ] + flag(config.ssl_policy != null, '-ssl-policy=' + config.ssl_policy)
                + flag(config.allow_all_filters, '-allow-all-filters=true')
                + flag(config.versioning, '-enable-versioning=true')
                + flag(config.snapshots > 0, '-snapshots-history-limit=' + config.snapshots),
          ports: [{ name: 'metrics', containerPort: 7979 }],
          livenessProbe: kube.httpProbe('/metrics', 'metrics', initialDelay=30, timeout=5),
          readinessProbe: kube.httpProbe('/metrics', 'metrics', timeout=5),
          resources: kube.resources(config.cpu, config.memory),
          securityContext: kube.restricted,
        }],
      }, strategy={ type: 'Recreate' }, podAnnotations=kube.scrape(7979)),
    }
  )

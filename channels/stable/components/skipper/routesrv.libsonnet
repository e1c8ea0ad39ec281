local kube = import '../../lib/kube.libsonnet';
local flags = import 'flags.libsonnet';

function(cluster, shared, config, images, namespace, account, scaling, placement)
  local name = 'skipper-ingress-routesrv';
  local selector = kube.selector('skipper', 'routesrv');
  local routesrv = config.routesrv;
  local environment = flags.tracingEnvironment(cluster, shared, config);
  {
    routesrvAutoscaler: kube.horizontalPodAutoscaler(
      name,
      namespace,
      'Deployment',
      routesrv.min_replicas,
      routesrv.max_replicas,
      scaling.metrics(routesrv.cpu_target, routesrv.memory_target, routesrv.schedules),
      scaling.behavior(config.autoscaling.scale_down_wait, 100),
      selector,
    ),

    routesrvService: kube.service(name, namespace, selector, [
      { name: 'routes', port: 80, targetPort: 'routes' },
      { name: 'metrics', port: 9911, targetPort: 'metrics' },
    ]),

    // Its autoscaler says how many.
    routesrvDeployment: kube.deployment(
      name,
      namespace,
      selector,
      placement(if routesrv.on_dedicated_pool then config.dedicated_pool else null) {
        serviceAccountName: account,
        priorityClassName: 'system-cluster-critical',
        securityContext: kube.nonRoot(1000),
        topologySpreadConstraints: kube.spread(selector),
        containers: [{
          name: 'routesrv',
          image: images.skipper,
          command: ['routesrv'],
          args: flags.list(
            flags.kubernetes(cluster, shared, config)
            + flags.metrics(config)
            + flags.tracing(cluster, shared, config, 'skipper-routesrv') + {
              address: ':9990',
              'support-listener': ':9911',
              'application-log-level': routesrv.log_level,
            }
          ),
          [if environment != {} then 'env']: kube.env(environment),
          ports: [
            { name: 'routes', containerPort: 9990 },
            { name: 'metrics', containerPort: 9911 },
          ],
          livenessProbe: { tcpSocket: { port: 'routes' }, initialDelaySeconds: 30, timeoutSeconds: 5 },
          // Healthy once it has read routes for the first time.
          readinessProbe: kube.httpProbe('/health', 'routes', timeout=5),
          resources: kube.resources(routesrv.cpu, routesrv.memory),
          securityContext: kube.restricted,
        }],
      },
      replicas=null,
      podAnnotations=kube.scrape(9911),
    ),

    routesrvDisruptionBudget: kube.podDisruptionBudget(name, namespace, selector),
  }

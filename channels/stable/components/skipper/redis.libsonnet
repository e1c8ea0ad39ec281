local kube = import '../../lib/kube.libsonnet';
local weir = import 'weir.libsonnet';

// Shards of counters. Nothing is kept: a shard that starts anew counts from zero. No network policy: routers are in the
// network of their nodes, whose addresses say nothing about who asks. The password does.
function(config, images, namespace, scaling, placement)
  local name = 'skipper-ingress-redis';
  local selector = kube.selector('skipper', 'redis');
  local redis = config.redis;
  {
    redisAccount: kube.serviceAccount(name, namespace, selector) { automountServiceAccountToken: false },

    // Without a common address: routers talk to each shard.
    redisService: kube.service(name, namespace, selector, [{ name: 'redis', port: 6379, targetPort: 'redis' }]) {
      spec+: { clusterIP: 'None' },
    },

    // Its autoscaler says how many.
    redisStatefulSet: kube.statefulSet(name, namespace, selector, placement(redis.dedicated_pool) {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      priorityClassName: 'system-cluster-critical',
      terminationGracePeriodSeconds: 10,
      securityContext: kube.nonRoot(999),
      topologySpreadConstraints: kube.spread(selector),
      containers: [{
        name: 'redis',
        image: images.redis,
        // The variable is expanded by Kubernetes, before the program starts.
        command: ['redis-server'],
        args: [
          '--port',
          '6379',
          '--save',
          '',
          '--appendonly',
          'no',
          '--maxmemory',
          std.toString(std.floor(weir.quantity.bytes(redis.memory) * 0.8)),
          '--maxmemory-policy',
          'allkeys-lru',
        ] + (if redis.password then ['--requirepass', '$(REDIS_PASSWORD)'] else ['--protected-mode', 'no']),
        [if redis.password then 'env']:
          kube.env({ REDIS_PASSWORD: kube.secretRef('skipper-ingress', 'redis-password') }),
        ports: [{ name: 'redis', containerPort: 6379 }],
        livenessProbe: { tcpSocket: { port: 'redis' }, initialDelaySeconds: 5, timeoutSeconds: 2 },
        readinessProbe: { tcpSocket: { port: 'redis' }, timeoutSeconds: 2 },
        resources: kube.resources(redis.cpu, redis.memory),
        securityContext: kube.restricted,
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      }],
      volumes: [kube.emptyDir('data', '16Mi')],
    }, serviceName=name, replicas=null),

    redisAutoscaler: kube.horizontalPodAutoscaler(
      name,
      namespace,
      'StatefulSet',
      redis.min_replicas,
      redis.max_replicas,
      scaling.metrics(redis.cpu_target, redis.memory_target, redis.schedules),
      scaling.behavior(redis.scale_down_wait, 100),
      selector,
    ),

    redisDisruptionBudget: kube.podDisruptionBudget(name, namespace, selector),
  }

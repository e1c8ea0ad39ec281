local kube = import '../../lib/kube.libsonnet';
local weir = import 'weir.libsonnet';

// Flags of the router and of the program that gives it routes; both read the same ones.
{
  local text(value) = if std.isString(value) then value else std.toString(value),

  // A map as flags, sorted by name: null leaves one out, a list repeats it.
  list(map):: std.flatMap(
    function(name)
      local value = map[name];
      if value == null then []
      else if std.isArray(value) then ['-' + name + '=' + text(item) for item in value]
      else ['-' + name + '=' + text(value)],
    std.objectFields(map),
  ),

  local filters(list) = if list == [] then null else std.join(' -> ', list),

  // For whoever reads the Kubernetes API and makes routes of it: default filters and edits are part of the routes.
  kubernetes(cluster, shared, config)::
    local internal = 'ingress.' + shared.cluster_domain;
    {
      kubernetes: true,
      'kubernetes-in-cluster': true,
      'kubernetes-path-mode': 'path-prefix',
      'kubernetes-backend-traffic-algorithm': config.routing.traffic_algorithm,
      'kubernetes-default-lb-algorithm': config.routing.load_balancing,
      'kubernetes-disable-catchall-routes': !config.routing.catchall,
      'enable-kubernetes-endpointslices': config.routing.endpoint_slices,
      // Load balancers redirect, or the container beside the router does.
      'kubernetes-https-redirect': false,
      // Names inside the cluster answer pods and nodes alone.
      'kubernetes-east-west-range-domains': internal,
      'kubernetes-east-west-range-predicates':
        'ClientIP("' + shared.pod_cidr + '", "' + cluster.facts.vpc.cidr + '")',
      'default-filters-prepend': filters(config.filters.prepend),
      'default-filters-append': filters(config.filters.append),
      'edit-route': config.filters.edit_routes,
    } + (
      if config.redis.enabled then {
        'kubernetes-redis-service-namespace': 'kube-system',
        'kubernetes-redis-service-name': 'skipper-ingress-redis',
        'kubernetes-redis-service-port': 6379,
      } else {}
    ) + $.oauth2(config),

  oauth2(config)::
    if !config.oauth2_login.enabled then {} else {
      'enable-oauth2-grant-flow': true,
      'oauth2-auth-url': config.oauth2_login.auth_url,
      'oauth2-token-url': config.oauth2_login.token_url,
      'oauth2-callback-path': config.oauth2_login.callback_path,
    },

  // For the router that asks for routes instead; `source` is the URL of the program that has them.
  remote(config, source):: {
    'routes-urls': source + '/routes',
    // A program that starts anew must not leave a router without routes.
    'status-checks': source + '/health',
    [if config.redis.enabled then 'swarm-redis-remote']: source + '/swarm/redis/shards',
  } + $.oauth2(config),

  swarm(config):: if !config.redis.enabled then {} else {
    'enable-swarm': true,
    'swarm-redis-hash-algorithm': 'rendezvous',
    'swarm-redis-dial-timeout': config.redis.dial_timeout,
    'swarm-redis-pool-timeout': config.redis.pool_timeout,
    'swarm-redis-read-timeout': config.redis.read_timeout,
    'swarm-redis-write-timeout': config.redis.write_timeout,
    'swarm-redis-min-conns': config.redis.min_connections,
    'swarm-redis-max-conns': config.redis.max_connections,
    'cluster-ratelimit-max-group-shards': config.redis.group_shards,
  },

  // Where spans go: the collector in the cluster, or the store itself, which wants a token.
  collector(cluster, shared, config)::
    local store = shared.tracing;
    if config.tracing.protocol == 'otlp' && std.get(cluster.enabled, 'opentelemetry-collector', false) then {
      endpoint: 'http://opentelemetry-collector.kube-system.svc.' + shared.cluster_domain + ':4318',
      protocol: 'http/protobuf',
      environment: {},
    } else {
      endpoint: (if store.tls then 'https://' else 'http://') + store.host + ':' + store.port,
      protocol: 'grpc',
      environment: {
        COLLECTOR_TOKEN: kube.secretRef(store.token_secret, 'token'),
        // Kubernetes puts the token here: of variables, those before this one by name are known.
        [if config.tracing.protocol == 'otlp' then 'OTEL_EXPORTER_OTLP_HEADERS']:
          store.token_header + '=$(COLLECTOR_TOKEN)',
      },
    },
  // Environment of a program that traces.
  tracingEnvironment(cluster, shared, config)::
    if shared.tracing.host == null then {} else $.collector(cluster, shared, config).environment,

  // `component` names the program in spans.
  tracing(cluster, shared, config, component)::
    local tracing = config.tracing;
    local store = shared.tracing;
    local collector = $.collector(cluster, shared, config);
    local tags = store.tags {
      'k8s.cluster.name': cluster.name,
      'cloud.account.id': cluster.account_id,
      'cloud.region': cluster.region,
      'deployment.environment.name': cluster.environment,
    };
    local common = {
      'opentracing-excluded-proxy-tags': if tracing.excluded_tags == [] then null else std.join(',', tracing.excluded_tags),
      'opentracing-backend-name-tag': tracing.backend_name_tag,
      'opentracing-disable-filter-spans': !tracing.filter_spans,
      'opentracing-log-filter-lifecycle-events': tracing.log_events,
      'opentracing-log-stream-events': tracing.log_events,
    };
    local protocols = {
      otlp: common {
        'open-telemetry': weir.json({
          tracesExporter: 'otlp',
          exporterOtlp: { protocol: collector.protocol, endpoint: collector.endpoint },
          resourceAttributes: tags { 'service.name': component },
          propagators: tracing.propagators,
          batchSpanProcessor: { scheduleDelay: tracing.max_period, maxQueueSize: tracing.buffer },
        }),
      },
      lightstep: common {
        opentracing: std.join(' ', [
          'lightstep',
          'component-name=' + component,
          // Kubernetes puts the variable's value here.
          'token=$(COLLECTOR_TOKEN)',
          'collector=' + store.host + ':' + store.port,
          'protocol=grpc',
          'propagators=' + (if std.member(tracing.propagators, 'b3') then 'lightstep,b3' else 'lightstep'),
          'max-buffered-spans=' + tracing.buffer,
          'grpc-max-msg-size=' + tracing.max_message_size,
          'min-period=' + tracing.min_period,
          'max-period=' + tracing.max_period,
          'max-log-key-len=' + tracing.max_log_key_length,
          'max-log-value-len=' + tracing.max_log_value_length,
          'max-logs-per-span=' + tracing.max_logs_per_span,
        ] + ['tag=' + tag + '=' + tags[tag] for tag in std.objectFields(tags)] + (
          if store.tls then [] else ['plaintext=true']
        ) + (if tracing.log_events then ['log-events'] else [])),
      },
    };
    if store.host == null then {} else protocols[tracing.protocol],

  metrics(config):: {
    'metrics-flavour': 'prometheus',
    'enable-prometheus-start-label': config.metrics.start_label,
    'enable-profile': config.metrics.profiles,
    'block-profile-rate': config.metrics.block_profile_rate,
    'mutex-profile-fraction': config.metrics.mutex_profile_fraction,
    [if config.metrics.memory_profile_rate > 0 then 'memory-profile-rate']: config.metrics.memory_profile_rate,
  },

  // For the router, wherever its routes come from. `tokeninfo`: URL or null.
  proxy(cluster, shared, config, tokeninfo)::
    local login = config.oauth2_login;
    $.metrics(config) {
      address: ':' + shared.ingress.https_port,
      'support-listener': ':9911',
      'wait-first-route-load': true,
      'wait-for-healthcheck-interval': config.drain_wait,
      'proxy-preserve-host': true,
      'reverse-source-predicate': true,
      'normalize-host': true,
      'experimental-upgrade': true,
      'max-audit-body': 0,
      'enable-ratelimits': true,
      'enable-breakers': true,
      'enable-connection-metrics': true,
      'enable-route-fifo-metrics': true,
      'enable-route-lifo-metrics': true,
      'disable-metrics-compat': true,
      'serve-host-metrics': true,
      'serve-method-metric': config.metrics.method,
      'serve-status-code-metric': config.metrics.status_code,
      'suppress-route-update-logs': config.routing.suppress_update_logs,
      'validate-query': config.routing.validate_query,
      'validate-query-log': config.routing.validate_query_log,
      'passive-health-check': config.routing.passive_health_check,
      'compress-encodings':
        if config.filters.compress_encodings == [] then null else std.join(',', config.filters.compress_encodings),
      'disabled-filters': if config.filters.disabled == [] then null else std.join(',', config.filters.disabled),
      'refuse-payload': config.filters.refuse_payload,
      'inline-routes': if config.filters.inline_routes == '' then null else config.filters.inline_routes,
      'enable-lua': if config.lua.sources == 'none' then null else true,
      'lua-sources': config.lua.sources,
      'lua-modules': if config.lua.modules == [] then null else std.join(',', config.lua.modules),

      'timeout-backend': config.backend.timeout,
      'tls-timeout-backend': config.backend.tls_timeout,
      'response-header-timeout-backend': config.backend.response_header_timeout,
      'expect-continue-timeout-backend': config.backend.expect_continue_timeout,
      'keepalive-backend': config.backend.keepalive,
      'max-idle-connection-backend': config.backend.max_idle_connections,
      'close-idle-conns-period': config.backend.close_idle_period,

      'read-timeout-server': config.server.read_timeout,
      'write-timeout-server': config.server.write_timeout,
      'idle-timeout-server': config.server.idle_timeout,
      'keepalive-server': config.server.keepalive,
      'keepalive-requests-server': config.server.keepalive_requests,
      'enable-tcp-queue': config.server.tcp_queue,
      'expected-bytes-per-request': config.server.expected_bytes_per_request,
      'max-tcp-listener-concurrency': config.server.max_tcp_concurrency,
      'max-tcp-listener-queue': config.server.max_tcp_queue,

      'oauth2-tokeninfo-url': tokeninfo,
      'oauth2-tokeninfo-cache-size': config.tokeninfo.cache_size,
      'oauth2-tokeninfo-cache-ttl': config.tokeninfo.cache_ttl,
    } + (
      // A network load balancer adds no headers; requests of pods and nodes did not come through one.
      if shared.ingress.load_balancer == 'network' then {
        'forwarded-headers': 'X-Forwarded-For,X-Forwarded-Proto=https,X-Forwarded-Port=443',
        'forwarded-headers-exclude-cidrs': shared.pod_cidr + ',' + cluster.facts.vpc.cidr,
      } else {}
    ) + (
      if login.enabled then {
        'oauth2-secret-file': '/etc/skipper/secrets/encryption-key',
        'oauth2-client-id-file': '/etc/skipper/secrets/client-id',
        'oauth2-client-secret-file': '/etc/skipper/secrets/client-secret',
        'oauth2-tokeninfo-subject-key': login.subject_key,
        'oauth2-grant-tokeninfo-keys': if login.tokeninfo_keys == [] then null else std.join(',', login.tokeninfo_keys),
      } else {}
    ) + (
      if config.open_policy_agent.enabled then {
        'enable-open-policy-agent': true,
        'open-policy-agent-config-template': '/etc/skipper/opa/opa.yaml',
      } else {}
    ) + $.swarm(config) + $.tracing(cluster, shared, config, 'skipper-ingress'),
}

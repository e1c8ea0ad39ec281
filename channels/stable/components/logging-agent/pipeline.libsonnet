// The pipeline of Fluent Bit.
//
//   tail, journal -> who wrote it (kubernetes) -> where it goes (rewrite_tag) -> how it looks (lua) -> destinations
//
// The first part of a tag is the destination: `both.kube.var.log.containers...`. What no output matches is dropped,
// which is how `none` works.
local weir = import 'weir.libsonnet';

local destinations = ['none', 'primary', 'archive', 'both'];
local annotation(name) = "$kubernetes['annotations']['logging/" + name + "']";

// One shape for every destination: an event of the HTTP event collector. Runs in the agent's Lua.
local shape = |||
  -- Container logs, after the kubernetes filter.
  function container(tag, timestamp, record)
    local meta = record["kubernetes"] or {}
    local annotations = meta["annotations"] or {}
    local labels = meta["labels"] or {}
    return 2, timestamp, {
      host = meta["host"] or os.getenv("NODE_NAME"),
      source = (meta["namespace_name"] or "unknown") .. "/" .. (meta["pod_name"] or "unknown") .. "/" .. (meta["container_name"] or "unknown"),
      sourcetype = annotations["logging/parser"] or os.getenv("DEFAULT_PARSER"),
      event = record["log"] or record["message"] or "",
      fields = {
        cluster = os.getenv("CLUSTER"),
        namespace = meta["namespace_name"],
        pod = meta["pod_name"],
        container = meta["container_name"],
        application = labels["application"] or labels["app.kubernetes.io/name"],
        version = labels["version"],
        stream = record["stream"],
      },
    }
  end

  -- Entries of the journal.
  function journal(tag, timestamp, record)
    return 2, timestamp, {
      host = os.getenv("NODE_NAME"),
      source = record["_SYSTEMD_UNIT"] or "journal",
      sourcetype = "systemd",
      event = record["MESSAGE"] or "",
      fields = { cluster = os.getenv("CLUSTER"), unit = record["_SYSTEMD_UNIT"], priority = record["PRIORITY"] },
    }
  end
|||;

{
  shape:: shape,

  configuration(cluster, config, httpPort):: {
    local bufferSize = '%dM' % std.floor(weir.quantity.bytes(config.buffer_size) / 1048576),
    local matching(name) = '^(' + name + '|both)\\.',
    local date = { format: 'json_lines', json_date_key: 'time', json_date_format: 'double' },

    service: {
      flush: 5,
      grace: 30,
      log_level: 'warn',
      http_server: 'on',
      http_listen: '0.0.0.0',
      http_port: httpPort,
      // Unhealthy when destinations refuse for long: see the liveness probe.
      health_check: 'on',
      hc_errors_count: 100,
      hc_retry_failure_count: 100,
      hc_period: 300,
      'storage.path': '/state/buffer',
      'storage.sync': 'normal',
      'storage.backlog.mem_limit': '20M',
      'storage.max_chunks_up': 64,
    },
    pipeline: {
      inputs: [{
        name: 'tail',
        tag: 'kube.*',
        path: '/var/log/containers/*.log',
        'multiline.parser': 'cri',
        // Where each file was read to; survives the pod on the node's disk.
        db: '/state/containers.db',
        'storage.type': 'filesystem',
        mem_buf_limit: '20M',
        skip_long_lines: 'on',
        refresh_interval: 5,
        rotate_wait: 30,
      }] + (
        if config.journal.enabled then [{
          name: 'systemd',
          tag: config.journal.destination + '.journal',
          path: '/var/log/journal',
          db: '/state/journal.db',
          'storage.type': 'filesystem',
          read_from_tail: 'on',
          strip_underscores: 'off',
          [if config.journal.units != [] then 'systemd_filter']: ['_SYSTEMD_UNIT=' + unit for unit in config.journal.units],
        }] else []
      ),
      filters: [
        {
          name: 'kubernetes',
          match: 'kube.*',
          kube_tag_prefix: 'kube.var.log.containers.',
          labels: 'on',
          annotations: 'on',
          merge_log: 'off',
          buffer_size: '0',
          // Annotations that change while a pod runs are seen after this time.
          kube_meta_cache_ttl: '300s',
        },
        {
          name: 'rewrite_tag',
          match: 'kube.*',
          rule: [annotation('destination') + ' ^' + name + '$ ' + name + '.$TAG false' for name in destinations]
                // Without an annotation, and with one that says something else.
                + ["$kubernetes['pod_name'] .* " + config.default_destination + '.$TAG false'],
          emitter_name: 'destinations',
          'emitter_storage.type': 'filesystem',
          emitter_mem_buf_limit: '20M',
        },
        { name: 'lua', match_regex: '^[a-z]+\\.kube\\.', script: '/config/shape.lua', call: 'container' },
        { name: 'lua', match_regex: '^[a-z]+\\.journal$', script: '/config/shape.lua', call: 'journal' },
      ],
      outputs: (
        if config.primary == 'scalyr' then [date {
          name: 'http',
          alias: 'scalyr',
          match_regex: matching('primary'),
          host: config.scalyr_host,
          port: 443,
          tls: 'on',
          'tls.verify': 'on',
          uri: '/services/collector/event',
          header: ['Authorization Bearer ${SCALYR_API_KEY}'],
          compress: 'gzip',
          retry_limit: 'no_limits',
          'storage.total_limit_size': bufferSize,
        }] else []
      ) + (
        if config.archive_bucket != null then [date {
          name: 's3',
          alias: 'archive',
          match_regex: matching('archive'),
          bucket: config.archive_bucket,
          region: cluster.region,
          s3_key_format: '/' + cluster.name + '/%Y/%m/%d/%H/%M%S-$UUID.gz',
          compression: 'gzip',
          use_put_object: 'on',
          total_file_size: '20M',
          upload_timeout: '5m',
          store_dir: '/state/archive',
          store_dir_limit_size: bufferSize,
          retry_limit: 10,
        }] else []
      ),
    },
  },
}

function(pool) {
  objects: {
    pool: {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: pool.name },
      spec: { limits: { nodes: pool.max_size } },
    },
  },
}

// Beside the usual ones, because a pod on the node's network must not take a port that others listen on.
{ metrics: 9092, probes: 9094 }

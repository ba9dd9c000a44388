/** The pulls that a host is asked for: `HostPulls`. */
export const HOST_PULLS = Symbol('HostPulls');

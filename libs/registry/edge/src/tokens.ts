/** The registry's application service. */
export const REGISTRY = Symbol('RegistryService');

/**
 * Requests between services, and hints. A request is answered by one member of the service's group or fails with the
 * fault UNAVAILABLE or TIMEOUT (both retryable: the outcome is unknown); a refusal arrives as a fault with the code of
 * the refusal. A hint may be lost, repeated or reordered.
 */
export interface Messenger {
  request(subject: string, payload: unknown, options?: { timeoutMs?: number }): Promise<unknown>;
  hint(subject: string, payload: unknown): void;
  /** Calls back for every hint on the subject (`*` one token, `>` the rest) until the returned function is called. */
  onHint(subject: string, handler: (payload: unknown, subject: string) => void): Promise<() => void>;
}

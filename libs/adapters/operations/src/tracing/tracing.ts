import { nextTrace, type TraceContext } from '../call/trace-context.js';

/** A piece of work as it is shown in a trace. */
export type SpanOf = {
  name: string;
  kind: 'internal' | 'server' | 'client';
  /** Below which it belongs; absent: it begins a trace. */
  parent?: TraceContext | undefined;
  /** Where exactly it is, when that is known beforehand. */
  at?: TraceContext | undefined;
  /** Other places that led to it. */
  links?: readonly TraceContext[];
  attributes?: Readonly<Record<string, string | number>>;
};

/** A span that goes on. */
export type OpenSpan = {
  trace: TraceContext;
  /** Ends it, once; with the error that ended it, if one did. */
  end: (how?: { error?: unknown; attributes?: Readonly<Record<string, string | number>> }) => void;
};

/** Shows work as spans of traces. Never throws, never waits: what cannot be told is dropped. */
export type Tracing = {
  begin: (span: SpanOf) => OpenSpan;
  /** Tells what is left, within a bounded time. */
  close: () => Promise<void>;
};

/** Passes the place in a trace on as it came, so that others can tell theirs, and tells nothing itself. */
export const NO_TRACING: Tracing = {
  begin: ({ parent, at }) => ({ trace: at ?? parent ?? nextTrace(), end: () => undefined }),
  close: async () => undefined,
};

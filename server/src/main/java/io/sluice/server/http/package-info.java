/**
 * HTTP/1.1 on the data path: incremental, strict, and without allocation.
 *
 * <p>Everything here works on offsets into one large {@link java.lang.foreign.MemorySegment}. The
 * parsers are flyweights: an event loop owns one of each, parses a head into it and reads the
 * result before the next head. Nothing is copied and nothing is kept. Input that does not follow
 * RFC 9110, RFC 9112 or the OCI distribution specification to the letter is refused rather than
 * interpreted, because two interpretations of one message are how requests are smuggled.
 *
 * <p>No class here is safe for use by several threads at once; classes with only static methods
 * are.
 */
package io.sluice.server.http;

/**
 * The client's side of HTTP/2, RFC 9113, over a Unix socket. {@link
 * io.sluice.containerd.http2.Session} takes and gives bytes and knows no socket; {@link
 * io.sluice.containerd.http2.Link} runs it on a thread.
 */
package io.sluice.containerd.http2;

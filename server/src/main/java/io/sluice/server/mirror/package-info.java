/**
 * containerd's mirror configuration: {@code hosts.toml} trees, written so that everything that was
 * there before comes back. Only the commands {@code configure} and {@code cleanup} load this.
 */
package io.sluice.server.mirror;

/**
 * Has containerd fetch images through the mirrors that it is configured with, watches it, and says
 * where the bytes came from. Control plane: ordinary Java, on threads that may wait.
 */
package io.sluice.server.pull;
